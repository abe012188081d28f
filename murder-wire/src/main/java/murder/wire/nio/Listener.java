package murder.wire.nio;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * One listening socket. It pauses while the loop takes no more strangers: the kernel queues new
 * connections. After a failed accept (for example without a file descriptor) it pauses for a
 * second, so that it neither spins nor stops the loop.
 */
final class Listener {
    private static final long PAUSE_NS = Duration.ofSeconds(1).toNanos();
    /**
     * The limit of accepts in one turn, so that existing connections get their share; the rest
     * waits in the backlog.
     */
    private static final int MAX_ACCEPTS_PER_TURN = 256;

    private final SelectorLoop loop;
    private final ServerSocketChannel channel;
    private final Supplier<ConnectionHandler> onAccept;
    private SelectionKey key;
    private long resumeNs = Long.MAX_VALUE;
    /** Whether it pauses only until the loop takes more. */
    private boolean waitsForRoom;
    /** Whether the last accept failed, so that the log has the failure already. */
    private boolean failed;

    Listener(SelectorLoop loop, ServerSocketChannel channel, Supplier<ConnectionHandler> onAccept) {
        this.loop = loop;
        this.channel = channel;
        this.onAccept = onAccept;
    }

    void key(SelectionKey registered) {
        key = registered;
    }

    /** The end of the pause; {@link Long#MAX_VALUE} without one. */
    long resumeNs() {
        return resumeNs;
    }

    void onReady() {
        for (int i = 0; i < MAX_ACCEPTS_PER_TURN; i++) {
            if (!loop.strangers.mayAdd(loop.nowNs())) {
                waitsForRoom = true;
                pauseUntil(loop.strangers.mayAddNs());
                return;
            }
            SocketChannel accepted;
            try {
                accepted = channel.accept();
            } catch (IOException e) {
                Log.LOG.log(failed ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING, "accept failed; pausing for a second", e);
                failed = true;
                loop.strangers.closeOverdue(loop.nowNs());
                pauseUntil(loop.nowNs() + PAUSE_NS);
                return;
            }
            if (accepted == null) {
                return;
            }
            failed = false;
            loop.accepted(accepted, onAccept);
        }
    }

    private void pauseUntil(long atNs) {
        resumeNs = atNs;
        key.interestOps(0);
    }

    void onDeadline(long nowNs) {
        if (resumeNs <= nowNs || waitsForRoom && loop.strangers.mayAdd(nowNs)) {
            resumeNs = Long.MAX_VALUE;
            waitsForRoom = false;
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    void close() throws IOException {
        channel.close();
    }
}
