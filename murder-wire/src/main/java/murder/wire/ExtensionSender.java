package murder.wire;

/** Takes the extension messages (BEP 10) that one connection sends, in stream order. */
public interface ExtensionSender {
    /** Whether the link has room for long messages. It always takes short ones. */
    boolean isWritable();

    /**
     * Sends an extension message.
     *
     * @param extendedId 0 for the extension handshake, otherwise the id that the receiver assigned
     * @param payload the bytes after the id; not kept after the call
     */
    void extended(int extendedId, byte[] payload);
}
