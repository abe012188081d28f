package murder.bencode;

/**
 * The input is not what it should be: broken bencode, over a limit, or a value of another type than
 * asked for. Names the byte where. Stackless, because strangers can cause any number of them.
 */
public final class BencodeException extends Exception {
    private static final long serialVersionUID = 1;

    /** Where in the input, in bytes. */
    private final int offset;

    /**
     * A fault at a place.
     *
     * @param offset where in the input, in bytes; negative for a value that was not read from any
     * @param problem what is wrong, without the offset
     */
    public BencodeException(int offset, String problem) {
        super(offset < 0 ? problem : problem + " at byte " + offset, null, false, false);
        this.offset = offset;
    }

    /** {@return where in the input, in bytes; negative for a value that was not read from any} */
    public int offset() {
        return offset;
    }
}
