package murder.engine;

/**
 * Told what happens to a torrent. Calls come one at a time, in order, on the engine's notification thread, and a slow listener delays
 * only other listeners, never the transfer. The last state change, to a final state or to SEEDING, is never lost.
 */
public interface TorrentListener {
    default void onStateChanged(Torrent torrent, TorrentState state) {
    }

    /** A piece was verified and written. */
    default void onPieceVerified(Torrent torrent, int piece) {
    }

    /** A tracker answered with an error or not at all; others are tried and this one again later. */
    default void onTrackerError(Torrent torrent, String url, String message) {
    }

    /** A peer was found to have sent bad data and is not spoken to again. */
    default void onPeerBanned(Torrent torrent, String peer) {
    }
}
