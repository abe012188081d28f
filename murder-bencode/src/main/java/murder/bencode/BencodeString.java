package murder.bencode;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A string of bytes, not necessarily text. Ordered by unsigned bytes, like the keys of a
 * dictionary.
 */
public final class BencodeString extends BencodeValue implements Comparable<BencodeString> {
    private final byte[] bytes;

    /** Takes the array as its own. */
    BencodeString(byte[] bytes, int start, int end) {
        super(start, end);
        this.bytes = bytes;
    }

    /**
     * {@return the string with this text in UTF-8}
     *
     * @param text any
     */
    public static BencodeString of(String text) {
        return new BencodeString(text.getBytes(StandardCharsets.UTF_8), -1, -1);
    }

    /**
     * {@return a string with a copy of the bytes}
     *
     * @param bytes any, also none
     */
    public static BencodeString of(byte[] bytes) {
        return new BencodeString(bytes.clone(), -1, -1);
    }

    /** {@return the number of bytes} */
    public int length() {
        return bytes.length;
    }

    /** {@return a copy of the bytes} */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** {@return a read-only view of the bytes, big-endian, from position 0} */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /**
     * {@return the bytes as UTF-8, with U+FFFD for invalid ones} For messages and comments, never
     * for names of files.
     */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * {@return the bytes as UTF-8}
     *
     * @throws BencodeException if they are not UTF-8
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
