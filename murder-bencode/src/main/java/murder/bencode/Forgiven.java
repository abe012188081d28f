package murder.bencode;

/**
 * One breach of the grammar that a lenient {@link BencodeReader} let pass.
 *
 * @param what the kind of breach
 * @param offset where it is in the input, in bytes
 */
public record Forgiven(Leniency what, int offset) {}
