package murder.engine.swarm;

import murder.peer.PeerAddress;

/** Carries out what a {@link MetadataFetch} orders, as {@link SwarmDriver} does for a swarm. */
public interface MetadataDriver {
    /**
     * Dial. Answer with {@link MetadataFetch#onDialFailed}, or with {@link MetadataFetch#admit}
     * after the handshake.
     */
    void dial(PeerAddress address);

    /** Close the connection. The search has forgotten the peer already. */
    void close(MetadataFetch.Source source, Refusal why);

    /**
     * The search is over.
     *
     * @param rawInfo the {@code info} dictionary's raw bytes, which have the info-hash
     */
    void found(byte[] rawInfo);
}
