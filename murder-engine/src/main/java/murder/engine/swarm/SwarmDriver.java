package murder.engine.swarm;

import murder.peer.PeerAddress;

/**
 * Carries out what a {@link Swarm} orders: the engine's shell, the simulator, or a test. A swarm
 * queues its orders during a turn; {@link Swarm#carryOut} hands them over afterwards, in their
 * order. A driver may call the swarm back at once.
 */
public interface SwarmDriver {
    /**
     * Hash the piece, all of whose blocks were written, and answer with
     * {@link Swarm#onPieceVerified}.
     */
    void verify(int piece);

    /** Discard the blocks of the piece: they will come again. */
    void discard(int piece);

    /**
     * Dial; answer with {@link Swarm#onDialFailed}, or with {@link Swarm#admit} when the handshake
     * is done.
     */
    void dial(PeerAddress address);

    /** Close the connection. The swarm has forgotten the peer already. */
    void close(PeerConnection peer, Refusal why);

    /**
     * The peer sent bad data. The swarm refuses its address from now on; an order of its own closes
     * the connection.
     */
    void banned(PeerAddress address);

    /** Every piece is verified. */
    void completed();
}
