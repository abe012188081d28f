package murder.metainfo;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import murder.hash.Sha256;

/**
 * The SHA-256 of the raw bytes of a torrent's {@code info} dictionary: 32 bytes. Unlike the
 * info-hash, which is a SHA-1, it names one dictionary for certain.
 *
 * @param first bytes 0 to 7, big-endian
 * @param second bytes 8 to 15
 * @param third bytes 16 to 23
 * @param fourth bytes 24 to 31
 */
public record InfoSha256(long first, long second, long third, long fourth) {
    /** The length in bytes. */
    public static final int LENGTH = 32;

    /**
     * {@return the value with these bytes}
     *
     * @param bytes exactly 32 bytes
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static InfoSha256 of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a SHA-256 has " + LENGTH + " bytes, not " + bytes.length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new InfoSha256(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    /**
     * {@return the SHA-256 of a torrent's raw info dictionary}
     *
     * @param rawInfo the dictionary, byte for byte
     */
    public static InfoSha256 ofInfo(byte[] rawInfo) {
        return of(Sha256.newDigest().digest(rawInfo));
    }

    /**
     * {@return the value that is written so}
     *
     * @param hex 64 hexadecimal digits of either case
     * @throws IllegalArgumentException if it is anything else
     */
    public static InfoSha256 parse(String hex) {
        if (hex.length() != 2 * LENGTH || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException("a SHA-256 has " + 2 * LENGTH + " hexadecimal digits, not '" + hex + "'");
        }
        return of(HexFormat.of().parseHex(hex));
    }

    /** {@return the 32 bytes} */
    public byte[] toBytes() {
        return ByteBuffer.allocate(LENGTH).putLong(first).putLong(second).putLong(third).putLong(fourth).array();
    }

    // Written out: what the JDK makes of a record costs each start of an agent some milliseconds.

    @Override
    public boolean equals(Object other) {
        return other instanceof InfoSha256 that && first == that.first && second == that.second && third == that.third
            && fourth == that.fourth;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(first);
    }

    /** The 64 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }
}
