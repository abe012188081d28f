package murder.engine.sim;

import java.util.Arrays;

/**
 * The future events, ordered by (time, sequence): events of one time come in the order of their
 * addition. An event is four numbers, no object; the caller defines their meaning. The heap has
 * four children a node, so that the children share a cache line.
 */
final class EventQueue {
    /**
     * The low bits of a heap entry's second word name the event's slot, the high ones are the
     * sequence.
     */
    private static final int SLOT_BITS = 24;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;

    /** Pairs of (time, sequence and slot). */
    private long[] heap = new long[2 * 1024];
    private int size;
    /** By slot, pairs of (kind and target, count and bytes). */
    private long[] slots = new long[2 * 1024];
    private int[] free = new int[1024];
    private int freeCount;
    private int slotCount;
    private long sequence;
    private long timeNs;
    private long what;
    private long howMuch;

    /**
     * @param kind 0 to 127
     * @param target 0 or more
     * @param bytes 0 or more
     */
    void add(long atNs, int kind, int target, int count, int bytes) {
        int slot = freeCount > 0 ? free[--freeCount] : newSlot();
        slots[2 * slot] = (long) kind << 32 | target;
        slots[2 * slot + 1] = (long) count << 32 | bytes;
        if (2 * size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * heap.length);
        }
        up(size++, atNs, sequence++ << SLOT_BITS | slot);
    }

    private int newSlot() {
        if (slotCount > SLOT_MASK) {
            throw new IllegalStateException("more than " + SLOT_MASK + " events are pending");
        }
        if (2 * slotCount == slots.length) {
            slots = Arrays.copyOf(slots, 2 * slots.length);
            free = new int[slots.length / 2];
        }
        return slotCount++;
    }

    private void up(int from, long time, long order) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >> 2;
            if (!isBefore(time, order, heap[2 * parent], heap[2 * parent + 1])) {
                break;
            }
            heap[2 * at] = heap[2 * parent];
            heap[2 * at + 1] = heap[2 * parent + 1];
            at = parent;
        }
        heap[2 * at] = time;
        heap[2 * at + 1] = order;
    }

    /** Takes the first event, which the accessors then describe. Returns false if there is none. */
    boolean next() {
        if (size == 0) {
            return false;
        }
        timeNs = heap[0];
        int slot = (int) heap[1] & SLOT_MASK;
        what = slots[2 * slot];
        howMuch = slots[2 * slot + 1];
        free[freeCount++] = slot;
        size--;
        if (size > 0) {
            down(heap[2 * size], heap[2 * size + 1]);
        }
        return true;
    }

    /** Puts the last entry at the top and lets it sink. */
    private void down(long time, long order) {
        long[] entries = heap;
        int at = 0;
        int child = 1;
        while (child < size) {
            int best = child;
            long bestTime = entries[2 * child];
            long bestOrder = entries[2 * child + 1];
            int end = Math.min(child + 4, size);
            for (int i = child + 1; i < end; i++) {
                if (isBefore(entries[2 * i], entries[2 * i + 1], bestTime, bestOrder)) {
                    best = i;
                    bestTime = entries[2 * i];
                    bestOrder = entries[2 * i + 1];
                }
            }
            if (!isBefore(bestTime, bestOrder, time, order)) {
                break;
            }
            entries[2 * at] = bestTime;
            entries[2 * at + 1] = bestOrder;
            at = best;
            child = 4 * at + 1;
        }
        entries[2 * at] = time;
        entries[2 * at + 1] = order;
    }

    private static boolean isBefore(long time, long order, long otherTime, long otherOrder) {
        return time < otherTime || time == otherTime && order < otherOrder;
    }

    /** When the first event is due; {@code Long.MAX_VALUE} if there is none. */
    long firstNs() {
        return size == 0 ? Long.MAX_VALUE : heap[0];
    }

    int size() {
        return size;
    }

    /** How many events were ever added. */
    long added() {
        return sequence;
    }

    // ---- the event that was taken last ----

    long timeNs() {
        return timeNs;
    }

    int kind() {
        return (int) (what >>> 32);
    }

    int target() {
        return (int) what;
    }

    int count() {
        return (int) (howMuch >>> 32);
    }

    int bytes() {
        return (int) howMuch;
    }
}
