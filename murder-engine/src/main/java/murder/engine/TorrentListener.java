package murder.engine;

import java.net.InetSocketAddress;

/**
 * Told what happens to a torrent. Calls come one at a time, in order, on the engine's notification thread, and a slow listener delays
 * only other listeners, never the transfer. The last state change, to a final state or to SEEDING, is never lost. The engine logs the
 * first unchecked exception of a torrent's listener, and no more of them. The torrent goes on.
 */
public interface TorrentListener {
    /**
     * The torrent is in another state.
     *
     * @param torrent that changed
     * @param state the new one
     */
    default void onStateChanged(Torrent torrent, TorrentState state) {
    }

    /**
     * A piece was verified and written.
     *
     * @param torrent that has it
     * @param piece index from 0
     */
    default void onPieceVerified(Torrent torrent, int piece) {
    }

    /**
     * A tracker answered with an error or not at all; others are tried and this one again later.
     *
     * @param torrent that announced
     * @param url of the tracker
     * @param message what failed, for a person to read
     */
    default void onTrackerError(Torrent torrent, String url, String message) {
    }

    /**
     * A peer sent bad data. The torrent closes its connection and accepts none from its address.
     *
     * @param torrent that banned it
     * @param peer its address
     */
    default void onPeerBanned(Torrent torrent, InetSocketAddress peer) {
    }
}
