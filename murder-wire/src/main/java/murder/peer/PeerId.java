package murder.peer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import murder.metainfo.TwentyBytes;

/** The 20 bytes of a peer's name (BEP 3; the Azureus style of BEP 20). */
public final class PeerId extends TwentyBytes implements Comparable<PeerId> {
    private static final byte[] PREFIX = "-MJ0100-".getBytes(StandardCharsets.US_ASCII);
    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /**
     * Makes a peer id of three numbers.
     *
     * @param high bytes 0 to 7, big-endian
     * @param middle bytes 8 to 15, big-endian
     * @param low bytes 16 to 19, big-endian
     */
    public PeerId(long high, long middle, int low) {
        super(high, middle, low);
    }

    /**
     * {@return a new id of this client: {@code -MJ0100-} and twelve random letters or digits}
     *
     * @param random draws the letters and digits
     */
    public static PeerId random(RandomGenerator random) {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).put(PREFIX);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return read(bytes.flip());
    }

    /**
     * Reads 20 bytes at the buffer's position and advances it.
     *
     * @param in a big-endian buffer
     * @return the peer id
     */
    public static PeerId read(ByteBuffer in) {
        return new PeerId(in.getLong(), in.getLong(), in.getInt());
    }

    @Override
    public int compareTo(PeerId other) {
        return compare(other);
    }

    /** The id as text, with a dot for every byte that is no printable ASCII. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(LENGTH);
        for (byte b : toBytes()) {
            text.append(b >= 0x20 && b < 0x7f ? (char) b : '.');
        }
        return text.toString();
    }
}
