package murder.wire.nio;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The connections of a loop in three phases: dialling, handshake, and proof of membership. A
 * connection gets the time-out of its phase. The time-out is the same for all connections of a
 * phase, so each set is in the order of deadlines.
 */
final class Deadlines {
    /** From the dial until TCP is up. A host of the fleet answers in milliseconds or is down. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** From TCP up until 68 bytes have arrived. */
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    /** From the handshake until the peer of a closed swarm has proved its membership. */
    private static final Duration PROOF_TIMEOUT = Duration.ofSeconds(5);

    private final Set<Connection> connecting = new LinkedHashSet<>();
    private final Set<Connection> handshaking = new LinkedHashSet<>();
    private final Set<Connection> proving = new LinkedHashSet<>();

    /** The number of dials in progress. */
    int connecting() {
        return connecting.size();
    }

    /** The connection is being dialled. */
    void onDialling(Connection connection, long nowNs) {
        connection.deadlineNs(nowNs + CONNECT_TIMEOUT.toNanos());
        connecting.add(connection);
    }

    /** TCP is up, and the handshake begins. */
    void onConnected(Connection connection, long nowNs) {
        connecting.remove(connection);
        connection.deadlineNs(nowNs + HANDSHAKE_TIMEOUT.toNanos());
        handshaking.add(connection);
    }

    /** The handshake is complete, and the peer must prove its membership. */
    void onProving(Connection connection, long nowNs) {
        connection.deadlineNs(nowNs + PROOF_TIMEOUT.toNanos());
        proving.add(connection);
    }

    /** The connection has no deadline any more: its phase has ended, or it was closed. */
    void remove(Connection connection) {
        connecting.remove(connection);
        handshaking.remove(connection);
        proving.remove(connection);
    }

    /** The earliest deadline; {@link Long#MAX_VALUE} if there is none. */
    long firstNs() {
        return Math.min(firstNs(connecting), Math.min(firstNs(handshaking), firstNs(proving)));
    }

    private static long firstNs(Set<Connection> inOrder) {
        return inOrder.isEmpty() ? Long.MAX_VALUE : inOrder.iterator().next().deadlineNs();
    }

    /** Closes the connections with a passed deadline. */
    void expire(long nowNs) {
        expire(connecting, nowNs, CloseReason.CONNECT_TIMEOUT, CONNECT_TIMEOUT);
        expire(handshaking, nowNs, CloseReason.HANDSHAKE_TIMEOUT, HANDSHAKE_TIMEOUT);
        expire(proving, nowNs, CloseReason.HANDSHAKE_TIMEOUT, PROOF_TIMEOUT);
    }

    private static void expire(Set<Connection> inOrder, long nowNs, CloseReason reason, Duration after) {
        while (firstNs(inOrder) <= nowNs) {
            // Closing calls remove().
            inOrder.iterator().next().close(reason, "nothing for " + after.toMillis() + " ms");
        }
    }
}
