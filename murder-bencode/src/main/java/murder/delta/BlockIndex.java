package murder.delta;

import java.io.IOException;

/**
 * Finds blocks of an old release by their hash: a table of the numbers of its blocks, with one byte
 * of the hash beside each. The hash of a window of bytes follows from that of the window one byte
 * before (Karp and Rabin, 1987).
 *
 * <p>Memory: at most 0.32 bytes for each byte of the release, and at most 640 MiB: the blocks of a
 * release above 4 GiB are longer than the 32 bytes of others.
 */
final class BlockIndex {
    private static final int SHORTEST_BLOCK = 32;
    private static final int MAX_SLOTS = 1 << 27;
    private static final int BUFFER = 1 << 18;
    private static final int MULTIPLIER = 0x9e3779b1;
    private static final int SLOT_MIX = 0x85ebca6b;
    private static final int TAG_MIX = 0xc2b2ae35;
    /** Slots that are looked at for one hash. */
    static final int PROBES = 4;

    private final int block;
    private final int shift;
    private final int mask;
    /** Number of the block plus one; 0 is an empty slot. */
    private final int[] slots;
    private final byte[] tags;
    /** What the byte that leaves a window has added to its hash. */
    private final int leaving;

    /** Reads the whole release. */
    BlockIndex(ReleaseBytes old) throws IOException {
        int length = SHORTEST_BLOCK;
        while (old.length() / length > MAX_SLOTS) {
            length *= 2;
        }
        this.block = length;
        long blocks = Math.max(1, old.length() / block);
        int bits = Math.max(4, 64 - Long.numberOfLeadingZeros(blocks - 1));
        this.shift = 32 - bits;
        this.slots = new int[1 << bits];
        this.tags = new byte[1 << bits];
        this.mask = slots.length - 1;
        int power = 1;
        for (int i = 0; i < block; i++) {
            power *= MULTIPLIER;
        }
        this.leaving = power;
        fill(old);
    }

    private void fill(ReleaseBytes old) throws IOException {
        byte[] buffer = new byte[Math.max(BUFFER, block)];
        int number = 0;
        for (long at = 0; at < old.length(); at += buffer.length) {
            int count = (int) Math.min(buffer.length, old.length() - at);
            old.read(at, buffer, 0, count);
            for (int i = 0; i + block <= count; i += block) {
                put(hash(buffer, i), number++);
            }
        }
    }

    /** Of equal blocks the first few are kept. */
    private void put(int hash, int number) {
        int slot = slot(hash);
        for (int i = 0; i < PROBES; i++) {
            int at = slot + i & mask;
            if (slots[at] == 0) {
                slots[at] = number + 1;
                tags[at] = tag(hash);
                return;
            }
        }
    }

    private int slot(int hash) {
        return hash * SLOT_MIX >>> shift;
    }

    private static byte tag(int hash) {
        return (byte) (hash * TAG_MIX >>> 24);
    }

    int blockLength() {
        return block;
    }

    /** The hash of a window as long as a block. */
    int hash(byte[] bytes, int from) {
        int hash = 0;
        for (int i = from; i < from + block; i++) {
            hash = hash * MULTIPLIER + bytes[i];
        }
        return hash;
    }

    /** The hash of the next window. */
    int roll(int hash, byte leaves, byte enters) {
        return hash * MULTIPLIER + enters - leaves * leaving;
    }

    /**
     * Positions of blocks that probably have this hash.
     *
     * @param into {@link #PROBES} places
     * @return how many there are
     */
    int find(int hash, long[] into) {
        int slot = slot(hash);
        byte tag = tag(hash);
        int found = 0;
        for (int i = 0; i < PROBES; i++) {
            int at = slot + i & mask;
            if (slots[at] == 0) {
                break;
            }
            if (tags[at] == tag) {
                into[found++] = (slots[at] - 1L) * block;
            }
        }
        return found;
    }
}
