package murder.wire.nio;

/** Why a connection ended. */
public enum CloseReason {
    /** Dialling failed: refused or unreachable. */
    CONNECT_FAILED,
    /**
     * The peer was not dialled, which says nothing about the peer: no descriptor left, a limit of
     * the loop, or the loop ends.
     */
    NOT_DIALLED,
    /** Nobody answered within 5 s. */
    CONNECT_TIMEOUT,
    /**
     * The 68 bytes of a handshake did not arrive within 10 s, or before another connection needed
     * the place.
     */
    HANDSHAKE_TIMEOUT,
    /** The peer ended the stream. */
    CLOSED_BY_PEER,
    /** The socket failed: reset, time-out of the kernel, network down. */
    RESET,
    /** The peer broke the protocol; {@link Connection#violation()} says how. */
    VIOLATION,
    /** The {@link PayloadSource} failed. */
    READ_FAILED,
    /**
     * A handler of this connection, or its {@link PayloadSource}, threw an unchecked exception. The
     * log has its stack trace.
     */
    HANDLER_FAILED,
    /**
     * More was appended than a connection may hold: the caller ignored
     * {@link Connection#isWritable()}.
     */
    OVERFLOW,
    /** The owner saw no sign of life for too long. Never given by the loop itself. */
    IDLE_TIMEOUT,
    /** The owner has no use for the connection. Never given by the loop itself. */
    LOCAL,
    /** The loop ends. */
    SHUTDOWN;

    /**
     * Whether a connection to a peer may end so while nothing is wrong. Nobody logs that: two
     * complete peers part at the moment that the user waits for, and the JDK's logging takes 10 ms
     * to start.
     */
    public boolean isOrdinary() {
        return this == CLOSED_BY_PEER || this == LOCAL || this == SHUTDOWN;
    }
}
