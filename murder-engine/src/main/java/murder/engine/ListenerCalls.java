package murder.engine;

import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import murder.peer.PeerAddress;
import murder.wire.nio.Addresses;

/**
 * Has the notification thread call a torrent's listener, in order with all other calls. If a
 * listener throws, the log has its first exception, and all else continues.
 */
final class ListenerCalls implements Announcer.Listener {
    /** If this many calls wait, calls about connections are left out. They take about 100 KB. */
    static final int MAX_WAITING = 1000;

    private final EngineThreads threads;
    private final TorrentListener listener;
    private final Torrent torrent;
    private final AtomicInteger waiting = new AtomicInteger();
    /** Whether the log has an exception of the listener. Of the thread that calls it. */
    private boolean logged;

    ListenerCalls(EngineThreads threads, TorrentListener listener, Torrent torrent) {
        this.threads = threads;
        this.listener = listener;
        this.torrent = torrent;
    }

    void onStateChanged(TorrentState state) {
        call(() -> listener.onStateChanged(torrent, state));
    }

    void onPieceVerified(int piece) {
        call(() -> listener.onPieceVerified(torrent, piece));
    }

    @Override
    public void onTrackerError(String url, String message) {
        call(() -> listener.onTrackerError(torrent, url, message));
    }

    void onPeerBanned(InetSocketAddress peer) {
        call(() -> listener.onPeerBanned(torrent, peer));
    }

    @Override
    public void onTrackerAnswered(String url, int addresses) {
        call(() -> listener.onTrackerAnswered(torrent, url, addresses));
    }

    void onPeerConnected(PeerAddress peer) {
        callUnlessBehind(() -> listener.onPeerConnected(torrent, Addresses.toSocketAddress(peer)));
    }

    void onPeerDisconnected(PeerAddress peer, String reason) {
        callUnlessBehind(() -> listener.onPeerDisconnected(torrent, Addresses.toSocketAddress(peer), reason));
    }

    /**
     * A stranger may cause any number of such calls; a listener that hangs must not fill the heap
     * with them.
     */
    private void callUnlessBehind(Runnable call) {
        if (waiting.get() < MAX_WAITING) {
            call(call);
        }
    }

    private void call(Runnable call) {
        if (listener == TorrentOptions.NO_LISTENER) {
            return; // Otherwise the thread would wake up for every piece.
        }
        waiting.incrementAndGet();
        threads.notify(() -> {
            waiting.decrementAndGet();
            try {
                call.run();
            } catch (RuntimeException e) {
                if (!logged) {
                    logged = true;
                    Log.TRANSFER.log(Level.ERROR, "the listener of torrent " + torrent.infoHash() + " threw; no more of this is logged", e);
                }
            }
        });
    }

    /**
     * Runs after all earlier calls. If necessary it runs on this thread, because a caller may wait
     * for it.
     */
    void afterwards(Runnable call) {
        if (!threads.notify(call)) {
            call.run();
        }
    }
}
