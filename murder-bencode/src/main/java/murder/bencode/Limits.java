package murder.bencode;

/**
 * The limits of a {@link BencodeReader}. For any input memory stays below a small multiple of its
 * real size and of {@code tokens} (about 100 bytes each).
 *
 * @param bytes the longest input, at least 1
 * @param depth lists and dictionaries inside one another, at least 0; 0 allows only a lone string
 *     or integer
 * @param tokens strings (keys too), integers, lists and dictionaries over the life of the reader,
 *     at least 1
 */
public record Limits(int bytes, int depth, int tokens) {
    /**
     * For data of peers and trackers: 1 MiB, 32 levels, 50,000 tokens; at worst some 6 MiB of
     * memory.
     */
    public static final Limits MESSAGE = new Limits(1 << 20, 32, 50_000);

    /**
     * Checks the limits.
     *
     * @param bytes at least 1
     * @param depth at least 0
     * @param tokens at least 1
     * @throws IllegalArgumentException if one is less
     */
    public Limits {
        if (bytes < 1 || depth < 0 || tokens < 1) {
            throw new IllegalArgumentException("limits of " + bytes + " bytes, depth " + depth + ", " + tokens + " tokens");
        }
    }
}
