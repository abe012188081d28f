package murder.engine.swarm;

import murder.peer.PeerAddress;

/** Carries out what an {@link OrderExchange} decides, as {@link SwarmDriver} does for a swarm. */
public interface OrderDriver {
    /**
     * Dial. Answer with {@link OrderExchange#onDialFailed}, or with {@link OrderExchange#admit}
     * after the handshake.
     */
    void dial(PeerAddress address);

    /** Close the connection. The exchange has forgotten the neighbour already. */
    void close(OrderExchange.Neighbour neighbour, Refusal why);

    /**
     * Check an order. Answer with {@link OrderExchange#onVerified}. There is one check at a time.
     *
     * @param order not to be changed
     */
    void verify(byte[] order);

    /** A neighbour or a tracker sent an invalid order. @param from null for a tracker */
    void refused(PeerAddress from);

    /** The order is valid and newer than all before it. @param order not to be changed */
    void accepted(long serial, byte[] order);
}
