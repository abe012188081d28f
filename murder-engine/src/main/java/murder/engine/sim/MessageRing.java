package murder.engine.sim;

/**
 * The messages of one end of a connection, in stream order: first those in flight, then those that
 * wait. Positions grow without end. The ring's length is the number of its messages, rounded up to
 * a power of two.
 *
 * <pre>
 *   head ... delivered next | sent ... waiting next | tail
 * </pre>
 */
class MessageRing {
    private static final int FIRST_CAPACITY = 8;
    /** An empty ring with more room than this shrinks. */
    private static final int KEPT_CAPACITY = 64;

    private long[] messages = new long[FIRST_CAPACITY];
    private int head;
    private int sent;
    private int tail;

    final int waiting() {
        return tail - sent;
    }

    final int underWay() {
        return sent - head;
    }

    final void append(long message) {
        if (tail - head == messages.length) {
            grow();
        }
        messages[tail++ & messages.length - 1] = message;
    }

    private void grow() {
        long[] old = messages;
        messages = new long[2 * old.length];
        for (int i = head; i != tail; i++) {
            messages[i & messages.length - 1] = old[i & old.length - 1];
        }
    }

    /** The {@code i}th of those that wait. */
    final long waiting(int i) {
        return messages[sent + i & messages.length - 1];
    }

    /** This many waiting messages are in flight now. */
    final void launch(int count) {
        sent += count;
    }

    /** Takes the first message in flight. */
    final long deliver() {
        long message = messages[head++ & messages.length - 1];
        if (head == tail && messages.length > KEPT_CAPACITY) {
            messages = new long[FIRST_CAPACITY];
        }
        return message;
    }

    /** Takes the last waiting message: only when the connection ends. */
    final long dropLast() {
        return messages[--tail & messages.length - 1];
    }
}
