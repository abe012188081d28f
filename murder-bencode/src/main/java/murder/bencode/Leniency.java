package murder.bencode;

/** A breach of the grammar (BEP 3) that a {@link BencodeReader} can forgive on request. */
public enum Leniency {
    /** Dictionary keys out of order. The value read has them in order. */
    UNSORTED_KEYS,
    /**
     * A key twice in one dictionary; the first one counts. Other programs may use the second one,
     * so do not forgive it where that matters.
     */
    DUPLICATE_KEYS,
    /** Zeros before the first digit of an integer or of a string's length. */
    LEADING_ZEROS,
    /** The integer {@code -0}. */
    NEGATIVE_ZERO,
    /** Bytes behind the value, for instance a line feed that an editor appended. */
    TRAILING_BYTES
}
