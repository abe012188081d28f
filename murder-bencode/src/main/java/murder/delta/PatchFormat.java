package murder.delta;

import java.nio.charset.StandardCharsets;

/**
 * The format of a patch. Numbers are LEB128. A part has its length, its deflated length and its
 * deflated bytes (RFC 1951).
 *
 * <pre>
 *   "murder patch 1\n"
 *   32 bytes              SHA-256 of the old release's manifest
 *   part                  the new release's manifest
 *   each section:
 *     number              bytes of the new release that it makes, at least 1
 *     part  inserted      how many bytes are inserted before each copy
 *     part  copied        how many bytes each copy has; a copy of none ends a section
 *     part  moved         how far each copy begins from where the one before ended, plus what was inserted; zigzag
 *     part  literals      the bytes that are inserted
 *   0                     the end
 * </pre>
 *
 * <p>Positions count the bytes of all files of the old release, one after the other. They continue
 * from section to section.
 */
final class PatchFormat {
    static final byte[] MAGIC = "murder patch 1\n".getBytes(StandardCharsets.US_ASCII);
    /** Of the numbers of one kind in a section. */
    static final int MAX_NUMBER_BYTES = 1 << 21;
    /** Of the literals of a section. */
    static final int MAX_LITERAL_BYTES = 1 << 23;
    /** Deflate grows a part by at most this many bytes. */
    static final int MAX_GROWTH = 1 << 12;

    private PatchFormat() {}
}
