package murder.metainfo;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import murder.hash.Sha1;

/**
 * The SHA-1 of the raw bytes of a torrent's {@code info} dictionary (BEP 3): the name of a swarm.
 */
public final class InfoHash extends TwentyBytes implements Comparable<InfoHash> {
    /**
     * Makes an info-hash of three numbers.
     *
     * @param high bytes 0 to 7, big-endian
     * @param middle bytes 8 to 15, big-endian
     * @param low bytes 16 to 19, big-endian
     */
    public InfoHash(long high, long middle, int low) {
        super(high, middle, low);
    }

    /**
     * {@return the info-hash with these bytes}
     *
     * @param bytes exactly 20 bytes
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static InfoHash of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("an info-hash has " + LENGTH + " bytes, not " + bytes.length);
        }
        return read(ByteBuffer.wrap(bytes));
    }

    /**
     * {@return the SHA-1 of a torrent's raw info dictionary}
     *
     * @param rawInfo the dictionary, byte for byte
     */
    public static InfoHash ofInfo(byte[] rawInfo) {
        return of(Sha1.newDigest().digest(rawInfo));
    }

    /**
     * Reads 20 bytes at the buffer's position and advances it.
     *
     * @param in a big-endian buffer
     * @return the info-hash
     */
    public static InfoHash read(ByteBuffer in) {
        return new InfoHash(in.getLong(), in.getLong(), in.getInt());
    }

    /**
     * {@return the info-hash that is written so}
     *
     * @param hex 40 hexadecimal digits of either case
     * @throws IllegalArgumentException if it is anything else
     */
    public static InfoHash parse(String hex) {
        if (hex.length() != 2 * LENGTH || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException("an info-hash has " + 2 * LENGTH + " hexadecimal digits, not '" + hex + "'");
        }
        return of(HexFormat.of().parseHex(hex));
    }

    /** The 40 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }

    /** In the order of their bytes, as in a tracker's reply to a scrape. */
    @Override
    public int compareTo(InfoHash other) {
        return compare(other);
    }
}
