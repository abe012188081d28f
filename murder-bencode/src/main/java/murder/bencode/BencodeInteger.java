package murder.bencode;

/** An integer of 64 bits. Bencode has no bound, but BitTorrent needs no larger numbers. */
public final class BencodeInteger extends BencodeValue {
    private final long value;

    BencodeInteger(long value, int start, int end) {
        super(start, end);
        this.value = value;
    }

    /**
     * {@return an integer with this value}
     *
     * @param value any
     */
    public static BencodeInteger of(long value) {
        return new BencodeInteger(value, -1, -1);
    }

    /** {@return its value} */
    public long value() {
        return value;
    }

    @Override
    String typeName() {
        return "an integer";
    }
}
