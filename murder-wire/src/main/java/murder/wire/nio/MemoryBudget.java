package murder.wire.nio;

import java.util.Collection;

/**
 * Limits the bytes that all connections of a loop hold for their peers: frames that wait to be
 * written, parts of frames, and messages that wait to be decoded. Every buffer counts with its
 * capacity. When the budget is used up, the connection that holds the most is closed first. So
 * peers that request but never read lose their connections, also if they have many.
 */
final class MemoryBudget {
    private final Collection<Connection> connections;
    private final long maxBytes;
    private long bytes;

    /** @param connections the open ones of the loop */
    MemoryBudget(Collection<Connection> connections, long maxBytes) {
        this.connections = connections;
        this.maxBytes = maxBytes;
    }

    /** Bytes that all connections hold now. */
    long bytes() {
        return bytes;
    }

    /** A connection holds this many bytes more, or fewer if negative. */
    void onChange(int more) {
        bytes += more;
        if (more > 0 && bytes > maxBytes) {
            closeLargest();
        }
    }

    private void closeLargest() {
        while (bytes > maxBytes) {
            Connection largest = null;
            for (Connection connection : connections) {
                if (largest == null || connection.heldBytes() > largest.heldBytes()) {
                    largest = connection;
                }
            }
            if (largest == null) {
                return;
            }
            // Closing calls onChange().
            largest.onOverflow("holds the most, " + largest.heldBytes() + " bytes, of " + bytes + " bytes in all");
        }
    }
}
