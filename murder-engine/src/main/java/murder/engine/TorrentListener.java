package murder.engine;

import java.net.InetSocketAddress;

/**
 * Receives the events of a torrent. Calls come one at a time, in order, on the engine's
 * notification thread, and a slow listener delays only other listeners, never the transfer. The
 * last state change, to a final state or to SEEDING, is never lost. The engine logs only the first
 * unchecked exception of a torrent's listener. The torrent continues.
 */
public interface TorrentListener {
    /**
     * The state of the torrent has changed.
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
     * A tracker answered with an error or did not answer. The torrent tries others, and later this
     * one again.
     *
     * @param torrent that announced
     * @param url of the tracker
     * @param message what failed, for a person to read
     */
    default void onTrackerError(Torrent torrent, String url, String message) {
    }

    /**
     * A tracker answered an announce.
     *
     * @param torrent that announced
     * @param url of the tracker
     * @param addresses how many addresses of peers the answer holds
     */
    default void onTrackerAnswered(Torrent torrent, String url, int addresses) {
    }

    /**
     * A peer is connected and its handshake is done. Strangers can connect at any rate. So this
     * call and the next one are left out while 1000 calls wait for the listener.
     *
     * @param torrent that the peer joined
     * @param peer its address: the one that was dialled, or the one that it came from
     */
    default void onPeerConnected(Torrent torrent, InetSocketAddress peer) {
    }

    /**
     * The connection of a peer that was connected is closed.
     *
     * @param torrent that the peer left
     * @param peer its address, as when it was connected
     * @param reason why, for a person to read
     */
    default void onPeerDisconnected(Torrent torrent, InetSocketAddress peer, String reason) {
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
