package murder.wire;

/**
 * Takes the messages that one connection sends, in stream order, for a socket or a simulated link.
 * It gets only the names of blocks: the code that writes to the socket fetches the bytes.
 */
public interface Outbound extends ExtensionSender {
    /**
     * Whether it takes more payload now. It always takes other messages than {@link #block},
     * because they are small.
     */
    @Override
    boolean isWritable();

    void keepAlive();

    void choke();

    void unchoke();

    void interested();

    void notInterested();

    void have(int piece);

    /** @param bits exactly the bytes of a bitfield message's body; not kept after the call */
    void bitfield(byte[] bits);

    void request(int piece, int begin, int length);

    /** Sends a block: the message {@code piece} of BEP 3. */
    void block(int piece, int begin, int length);

    void cancel(int piece, int begin, int length);

    /** BEP 6. */
    void haveAll();

    /** BEP 6. */
    void haveNone();

    /** BEP 6. */
    void reject(int piece, int begin, int length);

    /** BEP 6. */
    void allowedFast(int piece);

    /** BEP 6. */
    void suggest(int piece);
}
