package murder.wire;

/**
 * Takes the messages that one connection sends, in stream order. Behind it is a socket or a
 * simulated link. Payload is named, not carried: the code that writes to the socket fetches the
 * bytes.
 */
public interface Outbound extends ExtensionSender {
    /**
     * Whether more payload is welcome now. Messages other than {@link #block} are small and always
     * taken.
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

    /** Sends a block: the message that BEP 3 calls {@code piece}. */
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
