package murder.engine.swarm;

import java.util.Arrays;

/**
 * The unserved requests of one peer, in order. Requests beyond the limit are refused.
 *
 * <p>It has a list in the order of the requests, and the same entries sorted by range. So finding a
 * range is cheap: a peer may send any number of cancels. A change moves at most 8 KB of the sorted
 * entries.
 */
final class UploadQueue {
    private static final int FIRST_CAPACITY = 8;
    private static final int NONE = -1;

    private final int limit;
    /**
     * Piece, begin and length of each entry. Empty before the first request, as on most
     * connections.
     */
    private int[] ranges = {};
    private int[] before = {};
    /** The next entry of the list, or of the free entries. */
    private int[] after = {};
    /** The used entries by range; among equal ones the older comes first. */
    private int[] sorted = {};
    private int first = NONE;
    private int last = NONE;
    private int free = NONE;
    private int count;

    /** @param limit most requests that are kept */
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
        if (free == NONE) {
            grow();
        }
        int entry = free;
        free = after[entry];
        ranges[3 * entry] = piece;
        ranges[3 * entry + 1] = begin;
        ranges[3 * entry + 2] = length;
        int at = find(piece, begin, length, 1);
        System.arraycopy(sorted, at, sorted, at + 1, count - at);
        sorted[at] = entry;
        before[entry] = last;
        after[entry] = NONE;
        if (last == NONE) {
            first = entry;
        } else {
            after[last] = entry;
        }
        last = entry;
        count++;
        return true;
    }

    /** Of the oldest request; there must be one. */
    int piece() {
        return ranges[3 * first];
    }

    int begin() {
        return ranges[3 * first + 1];
    }

    int length() {
        return ranges[3 * first + 2];
    }

    void removeFirst() {
        // Among equal ranges the oldest comes first in both orders.
        removeSorted(find(piece(), begin(), length(), 0));
    }

    /** Removes a range. Returns whether it was queued. */
    boolean remove(int piece, int begin, int length) {
        int at = find(piece, begin, length, 0);
        if (at == count || compare(sorted[at], piece, begin, length) != 0) {
            return false;
        }
        removeSorted(at);
        return true;
    }

    private void removeSorted(int at) {
        int entry = sorted[at];
        System.arraycopy(sorted, at + 1, sorted, at, count - at - 1);
        if (before[entry] == NONE) {
            first = after[entry];
        } else {
            after[before[entry]] = after[entry];
        }
        if (after[entry] == NONE) {
            last = before[entry];
        } else {
            before[after[entry]] = before[entry];
        }
        after[entry] = free;
        free = entry;
        count--;
    }

    /**
     * The number of sorted entries before the range; with {@code orEqual} 1 also those equal to it.
     */
    private int find(int piece, int begin, int length, int orEqual) {
        int from = 0;
        int to = count;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (compare(sorted[middle], piece, begin, length) < orEqual) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private int compare(int entry, int piece, int begin, int length) {
        int order = Integer.compare(ranges[3 * entry], piece);
        order = order != 0 ? order : Integer.compare(ranges[3 * entry + 1], begin);
        return order != 0 ? order : Integer.compare(ranges[3 * entry + 2], length);
    }

    private void grow() {
        int old = before.length;
        resize(Math.max(FIRST_CAPACITY, 2 * old));
        chainFree(old);
    }

    private void resize(int capacity) {
        ranges = Arrays.copyOf(ranges, 3 * capacity);
        before = Arrays.copyOf(before, capacity);
        after = Arrays.copyOf(after, capacity);
        sorted = Arrays.copyOf(sorted, capacity);
    }

    /** Exactly the entries from this one on are free. */
    private void chainFree(int from) {
        for (int entry = from; entry < after.length; entry++) {
            after[entry] = entry + 1 < after.length ? entry + 1 : NONE;
        }
        free = from < after.length ? from : NONE;
    }

    void clear() {
        count = 0;
        first = NONE;
        last = NONE;
        if (before.length > 64) {
            resize(64);
        }
        chainFree(0);
    }
}
