package murder.bencode;

/**
 * The input is wrong: broken bencode, over a limit, or a value of another type. Names the byte.
 * Stackless, because strangers can cause any number of these.
 */
public final class BencodeException extends Exception {
    private static final long serialVersionUID = 1;

    /** The place in the input, in bytes. */
    private final int offset;

    /**
     * A fault at a place.
     *
     * @param offset place in the input, in bytes; negative for a value that was not read
     * @param problem the fault, without the offset
     */
    public BencodeException(int offset, String problem) {
        super(offset < 0 ? problem : problem + " at byte " + offset, null, false, false);
        this.offset = offset;
    }

    /** {@return the place in the input, in bytes; negative for a value that was not read} */
    public int offset() {
        return offset;
    }
}
