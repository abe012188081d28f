package murder.engine;

import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;

/**
 * Has the notification thread call a torrent's listener, in order with all other calls. A listener that throws costs nobody anything: the
 * log has its first exception.
 */
final class ListenerCalls {
    private final EngineThreads threads;
    private final TorrentListener listener;
    private final Torrent torrent;
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

    void onTrackerError(String url, String message) {
        call(() -> listener.onTrackerError(torrent, url, message));
    }

    void onPeerBanned(InetSocketAddress peer) {
        call(() -> listener.onPeerBanned(torrent, peer));
    }

    private void call(Runnable call) {
        threads.notify(() -> {
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

    /** Runs after all earlier calls. Whoever waits for it must hear of it, if need be on this thread. */
    void afterwards(Runnable call) {
        if (!threads.notify(call)) {
            call.run();
        }
    }
}
