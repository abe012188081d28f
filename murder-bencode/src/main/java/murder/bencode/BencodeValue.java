package murder.bencode;

import java.util.Arrays;

/**
 * A bencoded value (BEP 3), immutable. Two values are equal if their canonical encodings are equal.
 * No method recurses, so depth needs no stack.
 */
public abstract sealed class BencodeValue permits BencodeString, BencodeInteger, BencodeList, BencodeDictionary {
    private final int start;
    private final int end;

    BencodeValue(int start, int end) {
        this.start = start;
        this.end = end;
    }

    /**
     * {@return the offset of its first byte in the array it was read from, or -1 if it was not
     * read}
     */
    public final int start() {
        return start;
    }

    /**
     * {@return the offset of its end, exclusive, in the array it was read from, or -1 if it was not
     * read}
     */
    public final int end() {
        return end;
    }

    /**
     * {@return the canonical encoding: keys sorted, no leading zeros} For a value read leniently it
     * may differ from the input.
     */
    public final byte[] encode() {
        return new BencodeWriter().value(this).toByteArray();
    }

    /**
     * {@return this value as a string}
     *
     * @throws BencodeException if this is no string
     */
    public final BencodeString asString() throws BencodeException {
        return as(BencodeString.class, "a string");
    }

    /**
     * {@return this value as an integer}
     *
     * @throws BencodeException if this is no integer
     */
    public final long asInteger() throws BencodeException {
        return as(BencodeInteger.class, "an integer").value();
    }

    /**
     * {@return this value as a list}
     *
     * @throws BencodeException if this is no list
     */
    public final BencodeList asList() throws BencodeException {
        return as(BencodeList.class, "a list");
    }

    /**
     * {@return this value as a dictionary}
     *
     * @throws BencodeException if this is no dictionary
     */
    public final BencodeDictionary asDictionary() throws BencodeException {
        return as(BencodeDictionary.class, "a dictionary");
    }

    private <T extends BencodeValue> T as(Class<T> type, String wanted) throws BencodeException {
        if (!type.isInstance(this)) {
            throw new BencodeException(start, "expected " + wanted + " but found " + typeName());
        }
        return type.cast(this);
    }

    /** Its type, for messages: {@code "a string"}. */
    abstract String typeName();

    @Override
    public final boolean equals(Object other) {
        return this == other || other instanceof BencodeValue value && Arrays.equals(encode(), value.encode());
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(encode());
    }

    /** For people: like JSON, with unprintable bytes in hexadecimal, cut at a limit. */
    @Override
    public final String toString() {
        return BencodePrinter.print(this);
    }
}
