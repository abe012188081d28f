package murder.wire;

/** The supported kinds of peer-wire messages, with their ids (BEP 3, 5, 6, 10). */
public enum MessageType {
    CHOKE(0),
    UNCHOKE(1),
    INTERESTED(2),
    NOT_INTERESTED(3),
    HAVE(4),
    BITFIELD(5),
    REQUEST(6),
    /** The message {@code piece} of BEP 3. */
    BLOCK(7),
    CANCEL(8),
    /** BEP 5. */
    PORT(9),
    /** BEP 6. */
    SUGGEST(13),
    /** BEP 6. */
    HAVE_ALL(14),
    /** BEP 6. */
    HAVE_NONE(15),
    /** BEP 6. */
    REJECT(16),
    /** BEP 6. */
    ALLOWED_FAST(17),
    /** BEP 10. */
    EXTENDED(20),
    /** A frame of length zero, which has no id. */
    KEEP_ALIVE(-1),
    /** A frame whose id is none of the above. */
    UNKNOWN(-1);

    private static final MessageType[] BY_ID = new MessageType[256];

    static {
        for (int id = 0; id < BY_ID.length; id++) {
            BY_ID[id] = UNKNOWN;
        }
        for (MessageType type : values()) {
            if (type.id >= 0) {
                BY_ID[type.id] = type;
            }
        }
    }

    private final int id;

    MessageType(int id) {
        this.id = id;
    }

    /** The id of the message on the wire, or -1 for {@link #KEEP_ALIVE} and {@link #UNKNOWN}. */
    public int id() {
        return id;
    }

    /**
     * The type of an id; {@link #UNKNOWN} for an unknown one.
     *
     * @param id 0 to 255
     */
    public static MessageType ofId(int id) {
        return BY_ID[id];
    }
}
