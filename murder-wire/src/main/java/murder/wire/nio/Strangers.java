package murder.wire.nio;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import murder.peer.PeerAddress;

/**
 * The accepted connections of a loop whose handshake is not complete, oldest first. Their number is
 * limited, so that silent strangers cannot use up the descriptors. An honest peer sends its
 * handshake at once. So only an overdue connection is closed when another one needs its place.
 * <p>The same applies to many peers behind one address, for example on loopback: they may all
 * connect at once.
 */
final class Strangers {
    /** The limit of overdue connections of one address. */
    private static final int MAX_OVERDUE_PER_ADDRESS = 8;
    /** Longer than a handshake with any host, with one retransmission of the first packets. */
    static final long OVERDUE_NS = TimeUnit.MILLISECONDS.toNanos(300);

    private final int max;
    private final Set<Connection> inOrder = new LinkedHashSet<>();

    Strangers(int max) {
        this.max = max;
    }

    int size() {
        return inOrder.size();
    }

    /** Whether there is a free place, or an overdue connection to close. */
    boolean mayAdd(long nowNs) {
        return inOrder.size() < max || isOverdue(inOrder.iterator().next(), nowNs);
    }

    /** The time when {@link #mayAdd} becomes true without a further event, if it is false. */
    long mayAddNs() {
        return inOrder.iterator().next().acceptedNs() + OVERDUE_NS;
    }

    private static boolean isOverdue(Connection connection, long nowNs) {
        return connection.acceptedNs() + OVERDUE_NS <= nowNs;
    }

    /** Takes one more, and closes those that must make room for it. */
    void add(Connection connection, long nowNs) {
        while (overdue(connection.remote(), nowNs) >= MAX_OVERDUE_PER_ADDRESS) {
            makeRoom(firstOf(connection.remote()));
        }
        if (inOrder.size() >= max) {
            makeRoom(inOrder.iterator().next());
        }
        inOrder.add(connection);
    }

    /** Closes all that are overdue. */
    void closeOverdue(long nowNs) {
        while (!inOrder.isEmpty() && isOverdue(inOrder.iterator().next(), nowNs)) {
            makeRoom(inOrder.iterator().next());
        }
    }

    /** The handshake of a connection is complete, or it was closed. */
    void remove(Connection connection) {
        inOrder.remove(connection);
    }

    private static void makeRoom(Connection connection) {
        // Closing calls remove().
        connection.close(CloseReason.HANDSHAKE_TIMEOUT, "no handshake yet, and another connection needs the place");
    }

    private int overdue(PeerAddress address, long nowNs) {
        int count = 0;
        for (Connection connection : inOrder) {
            if (!isOverdue(connection, nowNs)) {
                break;
            }
            count += isSameHost(connection.remote(), address) ? 1 : 0;
        }
        return count;
    }

    private Connection firstOf(PeerAddress address) {
        Iterator<Connection> connections = inOrder.iterator();
        Connection connection = connections.next();
        while (!isSameHost(connection.remote(), address)) {
            connection = connections.next();
        }
        return connection;
    }

    private static boolean isSameHost(PeerAddress one, PeerAddress other) {
        return one.high() == other.high() && one.low() == other.low();
    }
}
