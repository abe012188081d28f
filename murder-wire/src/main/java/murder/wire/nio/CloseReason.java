package murder.wire.nio;

/** Why a connection ended. */
public enum CloseReason {
    /** Dialling failed: refused or unreachable. */
    CONNECT_FAILED,
    /**
     * There was no dial: no descriptor, a limit of the loop, or the end of the loop. The peer is
     * not at fault.
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
     * The connection exceeded its limit of waiting bytes: the caller ignored
     * {@link Connection#isWritable()}.
     */
    OVERFLOW,
    /** The peer was silent for too long. Only the owner uses this reason. */
    IDLE_TIMEOUT,
    /** The owner does not need the connection. Only the owner uses this reason. */
    LOCAL,
    /** The loop ends. */
    SHUTDOWN;

    /**
     * Whether this is a normal end of a connection. Normal ends are not logged: two complete peers
     * close their connection at the moment for which the user waits, and the JDK's logging takes 10
     * ms to start.
     */
    public boolean isOrdinary() {
        return this == CLOSED_BY_PEER || this == LOCAL || this == SHUTDOWN;
    }
}
