package murder.wire.nio;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The connections of a loop that were closed in this turn. Their sockets are still open, and their
 * handlers do not know it yet.
 */
final class Closing {
    private final GatherBuffers gather;
    private ArrayDeque<Connection> toClose = new ArrayDeque<>();
    private ArrayDeque<Connection> closed = new ArrayDeque<>();
    /** Connections of {@code toClose} whose pending bytes may still be written. */
    private final Set<Connection> farewells = new LinkedHashSet<>();

    Closing(GatherBuffers gather) {
        this.gather = gather;
    }

    /** @param farewell whether pending bytes may still be written */
    void add(Connection connection, boolean farewell) {
        toClose.add(connection);
        if (farewell) {
            farewells.add(connection);
        }
    }

    /**
     * Ends the connections that are closed so far. Connections that handlers close now come next
     * time.
     *
     * @return whether a handler was called
     */
    boolean finish() {
        if (toClose.isEmpty()) {
            return false;
        }
        ArrayDeque<Connection> batch = toClose;
        toClose = closed;
        closed = batch;
        for (Connection connection = batch.poll(); connection != null; connection = batch.poll()) {
            connection.finishClose(farewells.remove(connection), gather);
        }
        // Perhaps no connection will send from those files again.
        gather.forget();
        return true;
    }

    // ---- the end of the loop

    /**
     * Closes the connections that have nothing left to write, and stops reading from the others.
     */
    void closeDrained(Collection<Connection> connections) {
        for (Connection connection : List.copyOf(connections)) {
            if (connection.isConnecting() || connection.pendingBytes() == 0) {
                connection.close(CloseReason.SHUTDOWN, "the loop ends");
            } else {
                connection.setReading(false);
            }
        }
        finish();
    }

    void closeAll(Collection<Connection> connections) {
        for (Connection connection : List.copyOf(connections)) {
            connection.close(CloseReason.SHUTDOWN, "the loop ends");
        }
        finish();
    }

    /**
     * Frees all sockets.
     *
     * @param connections the open ones
     * @param tell whether to call the handlers of closed connections; no if the handlers are broken
     */
    void end(Collection<Connection> connections, boolean tell) {
        // A handler of a closed connection may close other connections, but their number is
        // limited.
        for (int left = connections.size() + toClose.size(); tell && left > 0 && !toClose.isEmpty(); left--) {
            lastStep(this::finish);
        }
        List<Connection> left = new ArrayList<>(connections);
        left.addAll(toClose);
        left.addAll(closed);
        for (Connection connection : left) {
            lastStep(connection::abandon);
        }
    }

    interface Step {
        void run() throws IOException;
    }

    /** Takes a step at the end of the loop. A failure is logged, and the other steps still run. */
    static void lastStep(Step step) {
        try {
            step.run();
        } catch (Throwable e) {
            Log.LOG.log(System.Logger.Level.ERROR, "failed while the loop ended", e);
        }
    }
}
