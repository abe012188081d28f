package murder.engine.swarm;

import murder.peer.PeerAddress;

/**
 * Carries out the orders of a {@link Swarm}: the engine's shell, the simulator, or a test. A swarm
 * queues its orders during a turn. Then {@link Swarm#carryOut} hands them over in order. A driver
 * may call the swarm back at once.
 */
public interface SwarmDriver {
    /**
     * Hash the piece after all writes of its blocks, and answer with {@link Swarm#onPieceVerified}.
     */
    void verify(int piece);

    /** Discard the blocks of the piece: they will arrive again. */
    void discard(int piece);

    /**
     * Dial. Answer with {@link Swarm#onDialFailed}, or with {@link Swarm#admit} after the
     * handshake.
     */
    void dial(PeerAddress address);

    /** Close the connection. The swarm has forgotten the peer already. */
    void close(PeerConnection peer, Refusal why);

    /**
     * The peer sent bad data. The swarm refuses its address from now on. A separate order closes
     * the connection.
     */
    void banned(PeerAddress address);

    /** Every piece is verified. */
    void completed();
}
