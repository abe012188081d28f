package murder.bencode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A string of bytes; text only if somebody says so. Ordered by unsigned bytes, as the keys of a dictionary are. */
public final class BencodeString extends BencodeValue implements Comparable<BencodeString> {
    private final byte[] bytes;

    /** Takes the array as its own. */
    BencodeString(byte[] bytes, int start, int end) {
        super(start, end);
        this.bytes = bytes;
    }

    /** The text in UTF-8. */
    public static BencodeString of(String text) {
        return new BencodeString(text.getBytes(StandardCharsets.UTF_8), -1, -1);
    }

    /** A copy of the bytes. */
    public static BencodeString of(byte[] bytes) {
        return new BencodeString(bytes.clone(), -1, -1);
    }

    public int length() {
        return bytes.length;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** A read-only view of the bytes, big-endian, from position 0. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** The bytes as UTF-8, with U+FFFD for whatever is not: for messages and comments, never for names of files. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * The bytes as UTF-8.
     *
     * @throws BencodeException if they are not
     */
    public String utf8() throws BencodeException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new BencodeException(start(), "string is not UTF-8");
        }
    }

    @Override
    public int compareTo(BencodeString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    int compareTo(byte[] other) {
        return Arrays.compareUnsigned(bytes, other);
    }

    /** The bytes themselves, for the writer. */
    byte[] array() {
        return bytes;
    }

    @Override
    String typeName() {
        return "a string";
    }
}
