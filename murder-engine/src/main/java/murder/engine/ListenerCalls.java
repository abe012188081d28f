package murder.engine;

import java.net.InetSocketAddress;

/** Has the notification thread call a torrent's listener, in order with all other calls. */
final class ListenerCalls {
    private final EngineThreads threads;
    private final TorrentListener listener;
    private final Torrent torrent;

    ListenerCalls(EngineThreads threads, TorrentListener listener, Torrent torrent) {
        this.threads = threads;
        this.listener = listener;
        this.torrent = torrent;
    }

    void onStateChanged(TorrentState state) {
        threads.notify(() -> listener.onStateChanged(torrent, state));
    }

    void onPieceVerified(int piece) {
        threads.notify(() -> listener.onPieceVerified(torrent, piece));
    }

    void onTrackerError(String url, String message) {
        threads.notify(() -> listener.onTrackerError(torrent, url, message));
    }

    void onPeerBanned(InetSocketAddress peer) {
        threads.notify(() -> listener.onPeerBanned(torrent, peer));
    }

    /** Runs after all earlier calls. Whoever waits for it must hear of it, if need be on this thread. */
    void afterwards(Runnable call) {
        if (!threads.notify(call)) {
            call.run();
        }
    }
}
