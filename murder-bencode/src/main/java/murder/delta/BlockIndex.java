package murder.delta;

import java.io.IOException;

/**
 * Finds blocks of an old release by their hash. The hash of a window follows from the hash of the
 * window one byte before (Karp and Rabin, 1987).
 *
 * <p>A bucket holds up to four blocks, with 15 bits of each hash in one long. Most windows are not
 * in the old release. They cost one load, and no branch depends on it, so the loads of many windows
 * overlap.
 *
 * <p>Memory: at most 0.3 bytes for each byte of the release, and at most 1.2 GiB: the blocks of a
 * release above 4 GiB are longer than the 32 bytes of others.
 */
final class BlockIndex {
    private static final int SHORTEST_BLOCK = 32;
    private static final int MAX_BLOCKS = 1 << 27;
    private static final int BUFFER = 1 << 18;
    private static final int MULTIPLIER = 0x9e3779b1;
    private static final int MULTIPLIER_4 = MULTIPLIER * MULTIPLIER * MULTIPLIER * MULTIPLIER;
    private static final int BUCKET_MIX = 0x85ebca6b;
    private static final int TAG_MIX = 0xc2b2ae35;
    private static final int LANE_BITS = 2;
    /** Blocks of a bucket. */
    static final int LANES = 1 << LANE_BITS;
    /** Blocks for each bucket. With this number one block in twenty finds no place. */
    private static final double MEAN = 2.5;
    private static final long ONES = 0x0001000100010001L;
    private static final long HIGH_BITS = 0x8000800080008000L;

    private final int block;
    /** Sixteen bits for each block, of which the lowest is set; 0 for a lane without a block. */
    private final long[] tags;
    /** The numbers of the blocks. */
    private final int[] slots;
    /** The part of a leaving byte in the hash of its window. */
    private final int leaving;

    /** Reads the whole release. */
    BlockIndex(ReleaseBytes old) throws IOException {
        int length = SHORTEST_BLOCK;
        while (old.length() / length > MAX_BLOCKS) {
            length *= 2;
        }
        this.block = length;
        int buckets = (int) (old.length() / block / MEAN) + 1;
        this.tags = new long[buckets];
        this.slots = new int[buckets << LANE_BITS];
        int power = 1;
        for (int i = 0; i < block; i++) {
            power *= MULTIPLIER;
        }
        this.leaving = power;
        fill(old);
    }

    private void fill(ReleaseBytes old) throws IOException {
        byte[] buffer = new byte[Math.max(BUFFER, block)];
        Shelf shelf = new Shelf();
        int number = 0;
        for (long at = 0; at < old.length(); at += buffer.length) {
            int count = (int) Math.min(buffer.length, old.length() - at);
            old.read(at, buffer, 0, count);
            number = fill(buffer, count, number, shelf);
        }
        shelf.empty();
    }

    /** @return the number of the next block */
    private int fill(byte[] buffer, int count, int first, Shelf shelf) {
        int number = first;
        for (int i = 0; i + block <= count; i += block) {
            shelf.add(hash(buffer, i), number++);
        }
        return number;
    }

    /**
     * Blocks that are not in the table yet, grouped by parts of the table. Inserting each block at
     * once would wait for memory 18 million times for a release of 300 MB, which took as long as
     * all other work.
     */
    private final class Shelf {
        private static final int MAX_PARTS = 256;
        private static final int PART_SIZE = 1 << 13;

        private final int partShift = Math.max(4, 32 - Integer.numberOfLeadingZeros(tags.length / MAX_PARTS));
        private final int size = Math.min(PART_SIZE, 1 << partShift);
        private final int[] counts = new int[(tags.length - 1 >> partShift) + 1];
        /** Hash and number of each. */
        private final long[] blocks = new long[counts.length * size];

        void add(int hash, int number) {
            int part = bucket(hash) >>> partShift;
            blocks[part * size + counts[part]] = (long) hash << 32 | number;
            if (++counts[part] == size) {
                empty(part);
            }
        }

        void empty() {
            for (int part = 0; part < counts.length; part++) {
                empty(part);
            }
        }

        private void empty(int part) {
            int from = part * size;
            for (int i = from; i < from + counts[part]; i++) {
                put((int) (blocks[i] >>> 32), (int) blocks[i]);
            }
            counts[part] = 0;
        }
    }

    /** Of blocks with equal hashes the first few are kept. */
    private void put(int hash, int number) {
        int bucket = bucket(hash);
        long held = tags[bucket];
        long free = zeros(held);
        if (free != 0) {
            int lane = Long.numberOfTrailingZeros(free) >>> 4;
            tags[bucket] = held | tag(hash) << 16 * lane;
            slots[bucket << LANE_BITS | lane] = number;
        }
    }

    /**
     * The high bit of each lane that is zero. Above the lowest such lane the result may also mark
     * lanes that are one.
     */
    private static long zeros(long bytes) {
        return bytes - ONES & ~bytes & HIGH_BITS;
    }

    private int bucket(int hash) {
        return (int) ((hash * BUCKET_MIX & 0xffffffffL) * tags.length >>> 32);
    }

    private static long tag(int hash) {
        return hash * TAG_MIX >>> 16 | 1;
    }

    int blockLength() {
        return block;
    }

    /** The hash of a window as long as a block. */
    int hash(byte[] bytes, int from) {
        // Four independent sums.
        int a = 0;
        int b = 0;
        int c = 0;
        int d = 0;
        for (int i = from; i < from + block; i += 4) {
            a = a * MULTIPLIER_4 + bytes[i];
            b = b * MULTIPLIER_4 + bytes[i + 1];
            c = c * MULTIPLIER_4 + bytes[i + 2];
            d = d * MULTIPLIER_4 + bytes[i + 3];
        }
        return ((a * MULTIPLIER + b) * MULTIPLIER + c) * MULTIPLIER + d;
    }

    /** The hash of the next window. */
    int roll(int hash, byte leaves, byte enters) {
        return hash * MULTIPLIER + enters - leaves * leaving;
    }

    /**
     * Looks for blocks that may have the hashes of consecutive windows. Few windows without a block
     * pass.
     *
     * @param hash of the first window
     * @param from where that begins
     * @param hashes the hash of each, at most 64; another complete window must follow them
     * @return the windows that may be in the release, the first one in the lowest bit
     */
    long mayHave(int hash, byte[] bytes, int from, int[] hashes) {
        int next = hash;
        long found = 0;
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = next;
            // No branch depends on a load, so the loads overlap.
            long same = zeros(tags[bucket(next)] ^ tag(next) * ONES);
            found |= (same | -same) >>> 63 << i;
            next = roll(next, bytes[from + i], bytes[from + i + block]);
        }
        return found;
    }

    /**
     * Positions of blocks that probably have this hash.
     *
     * @param into {@link #LANES} places
     * @return how many there are
     */
    int find(int hash, long[] into) {
        int bucket = bucket(hash);
        long same = zeros(tags[bucket] ^ tag(hash) * ONES);
        int found = 0;
        while (same != 0) {
            int lane = Long.numberOfTrailingZeros(same) >>> 4;
            into[found++] = (long) slots[bucket << LANE_BITS | lane] * block;
            same &= same - 1;
        }
        return found;
    }
}
