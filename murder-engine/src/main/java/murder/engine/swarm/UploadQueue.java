package murder.engine.swarm;

import java.util.Arrays;

/** What one peer asked for and was not sent yet, in its order. Bounded: beyond the limit requests are refused. */
final class UploadQueue {
    private final int limit;
    private int[] ranges = new int[3 * 8];
    private int head;
    private int count;

    /** @param limit requests that are kept at most */
    UploadQueue(int limit) {
        this.limit = limit;
    }

    int size() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Returns whether there was room. */
    boolean add(int piece, int begin, int length) {
        if (count == limit) {
            return false;
        }
        if (3 * count == ranges.length) {
            int[] old = ranges;
            ranges = new int[2 * old.length];
            System.arraycopy(old, 3 * head, ranges, 0, old.length - 3 * head);
            System.arraycopy(old, 0, ranges, old.length - 3 * head, 3 * head);
            head = 0;
        }
        int at = index(count++);
        ranges[at] = piece;
        ranges[at + 1] = begin;
        ranges[at + 2] = length;
        return true;
    }

    int piece(int i) {
        return ranges[index(i)];
    }

    int begin(int i) {
        return ranges[index(i) + 1];
    }

    int length(int i) {
        return ranges[index(i) + 2];
    }

    void removeFirst() {
        head = (head + 1) % capacity();
        count--;
    }

    /** Returns whether the range was queued; it is no more. */
    boolean remove(int piece, int begin, int length) {
        for (int i = 0; i < count; i++) {
            if (piece(i) == piece && begin(i) == begin && length(i) == length) {
                close(i);
                return true;
            }
        }
        return false;
    }

    /** Moves the shorter side over the gap: a peer that cancels what it has just asked for is to cost little. */
    private void close(int gap) {
        if (gap < count / 2) {
            for (int i = gap; i > 0; i--) {
                System.arraycopy(ranges, index(i - 1), ranges, index(i), 3);
            }
            removeFirst();
            return;
        }
        for (int i = gap; i < count - 1; i++) {
            System.arraycopy(ranges, index(i + 1), ranges, index(i), 3);
        }
        count--;
    }

    void clear() {
        head = 0;
        count = 0;
        if (ranges.length > 3 * 64) {
            ranges = Arrays.copyOf(ranges, 3 * 64);
        }
    }

    private int index(int i) {
        return 3 * ((head + i) % capacity());
    }

    private int capacity() {
        return ranges.length / 3;
    }
}
