package murder.tracker;

import java.util.List;
import java.util.Objects;
import murder.metainfo.InfoHash;

/**
 * The data of one swarm in a {@link SwarmTable}, for a state file.
 *
 * @param infoHash of the swarm
 * @param downloaded the number of reported completions
 * @param peers its peers
 */
public record SwarmSnapshot(InfoHash infoHash, int downloaded, List<Peer> peers) {
    /**
     * One peer.
     *
     * @param announced its address and id, neither of them null
     * @param key the key by which it may change its address, or empty
     * @param complete whether it has every piece
     * @param zone the name of its zone, or empty
     */
    public record Peer(AnnouncedPeer announced, String key, boolean complete, String zone) {
        /**
         * Checks for missing values.
         *
         * @param announced with address and id
         * @param key not null
         * @param complete any
         * @param zone not null
         */
        public Peer {
            Objects.requireNonNull(announced.peerId(), "peerId");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(zone, "zone");
        }
    }

    /**
     * Checks the count and copies the list.
     *
     * @param infoHash not null
     * @param downloaded at least 0
     * @param peers copied
     * @throws IllegalArgumentException if the count is negative
     */
    public SwarmSnapshot {
        Objects.requireNonNull(infoHash, "infoHash");
        peers = List.copyOf(peers);
        if (downloaded < 0) {
            throw new IllegalArgumentException("downloaded " + downloaded + " times");
        }
    }
}
