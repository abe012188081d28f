package murder.tracker;

import java.util.Objects;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;

/**
 * An announce of a peer (BEP 3, 7, 23). The client writes it into a query, and the server reads it
 * from one.
 *
 * @param infoHash of the torrent
 * @param peerId of the peer, 20 bytes
 * @param port where the peer listens, 0 to 65535; a peer with port 0 is counted but never handed
 *     out
 * @param uploaded payload bytes sent since the first announce
 * @param downloaded payload bytes received since the first announce
 * @param left bytes still missing; 0 makes the peer complete
 * @param event what happened, {@link AnnounceEvent#NONE} for a regular announce
 * @param numWant how many peers are wanted, or {@link #NUM_WANT_DEFAULT} to leave that to the
 *     tracker
 * @param key identifies the peer after a change of address; empty for none
 * @param ip the address to announce instead of the one that the tracker sees, or null; its port is
 *     ignored
 * @param compact whether the reply may hold peers as 6 or 18 bytes each (BEP 23)
 * @param noPeerId whether the reply may leave out peer ids, where it is not compact
 * @param trackerId the tracker's id from an earlier reply; empty for none
 * @param zone the rack or room of the peer, only from Murder's own clients; empty for none
 * @param news of an agent for its fleet's tracker; UDP trackers do not get it
 */
public record AnnounceRequest(InfoHash infoHash, PeerId peerId, int port, long uploaded, long downloaded, long left,
                              AnnounceEvent event, int numWant, String key, PeerAddress ip, boolean compact, boolean noPeerId,
                              String trackerId, String zone, FleetNews news) {
    /** The value of {@link #numWant()} that leaves the number to the tracker. */
    public static final int NUM_WANT_DEFAULT = -1;
    /** The longest key, in characters. */
    public static final int MAX_KEY_LENGTH = 64;
    /** The longest tracker id, in characters. */
    public static final int MAX_TRACKER_ID_LENGTH = 256;
    /** The longest name of a zone, in characters. */
    public static final int MAX_ZONE_LENGTH = 64;

    /**
     * Checks the numbers and the lengths of the texts.
     *
     * @param infoHash not null
     * @param peerId not null
     * @param port 0 to 65535
     * @param uploaded at least 0
     * @param downloaded at least 0
     * @param left at least 0
     * @param event not null
     * @param numWant at least 0, or {@link #NUM_WANT_DEFAULT}
     * @param key at most {@link #MAX_KEY_LENGTH} characters
     * @param ip an address, or null
     * @param compact any
     * @param noPeerId any
     * @param trackerId at most {@link #MAX_TRACKER_ID_LENGTH} characters
     * @param zone at most {@link #MAX_ZONE_LENGTH} characters
     * @param news not null
     * @throws IllegalArgumentException if a number is out of range or a text is too long
     */
    public AnnounceRequest {
        Objects.requireNonNull(infoHash, "infoHash");
        Objects.requireNonNull(peerId, "peerId");
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(news, "news");
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
        if (uploaded < 0 || downloaded < 0 || left < 0) {
            throw new IllegalArgumentException("negative uploaded, downloaded or left: " + uploaded + ", " + downloaded + ", " + left);
        }
        if (numWant < NUM_WANT_DEFAULT) {
            throw new IllegalArgumentException("numWant " + numWant + " is negative");
        }
        requireLength("key", key, MAX_KEY_LENGTH);
        requireLength("trackerId", trackerId, MAX_TRACKER_ID_LENGTH);
        requireLength("zone", zone, MAX_ZONE_LENGTH);
    }

    /**
     * {@return the regular compact announce of a peer that has moved nothing yet} The {@code with…}
     * methods change it.
     *
     * @param infoHash of the torrent
     * @param peerId of the peer
     * @param port where the peer listens, 0 to 65535
     * @param left bytes still missing
     */
    public static AnnounceRequest of(InfoHash infoHash, PeerId peerId, int port, long left) {
        return new AnnounceRequest(infoHash, peerId, port, 0, 0, left, AnnounceEvent.NONE, NUM_WANT_DEFAULT, "", null, true, true,
            "", "", FleetNews.NONE);
    }

    /**
     * {@return the same request with another event}
     *
     * @param newEvent {@link AnnounceEvent#NONE} for a regular announce
     */
    public AnnounceRequest withEvent(AnnounceEvent newEvent) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, newEvent, numWant, key, ip, compact, noPeerId,
            trackerId, zone, news);
    }

    /**
     * {@return the same request with other counts of payload bytes}
     *
     * @param newUploaded at least 0
     * @param newDownloaded at least 0
     * @param newLeft at least 0
     */
    public AnnounceRequest withProgress(long newUploaded, long newDownloaded, long newLeft) {
        return new AnnounceRequest(infoHash, peerId, port, newUploaded, newDownloaded, newLeft, event, numWant, key, ip, compact,
            noPeerId, trackerId, zone, news);
    }

    /**
     * {@return the same request for another number of peers}
     *
     * @param newNumWant at least 0, or {@link #NUM_WANT_DEFAULT}
     */
    public AnnounceRequest withNumWant(int newNumWant) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, newNumWant, key, ip, compact, noPeerId,
            trackerId, zone, news);
    }

    /**
     * {@return the same request with another key}
     *
     * @param newKey at most {@link #MAX_KEY_LENGTH} characters; empty for none
     */
    public AnnounceRequest withKey(String newKey) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, newKey, ip, compact, noPeerId,
            trackerId, zone, news);
    }

    /**
     * {@return the same request with another address}
     *
     * @param newIp the address to announce, or null for the one that the tracker sees
     */
    public AnnounceRequest withIp(PeerAddress newIp) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, key, newIp, compact, noPeerId,
            trackerId, zone, news);
    }

    /**
     * {@return the same request for another form of reply}
     *
     * @param newCompact whether the reply may hold peers as 6 or 18 bytes each
     * @param newNoPeerId whether the reply may leave out peer ids
     */
    public AnnounceRequest withForm(boolean newCompact, boolean newNoPeerId) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, key, ip, newCompact,
            newNoPeerId, trackerId, zone, news);
    }

    /**
     * {@return the same request with another tracker id}
     *
     * @param newTrackerId at most {@link #MAX_TRACKER_ID_LENGTH} characters; empty for none
     */
    public AnnounceRequest withTrackerId(String newTrackerId) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, key, ip, compact, noPeerId,
            newTrackerId, zone, news);
    }

    /**
     * {@return the same request with another zone}
     *
     * @param newZone at most {@link #MAX_ZONE_LENGTH} characters; empty for none
     */
    public AnnounceRequest withZone(String newZone) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, key, ip, compact, noPeerId,
            trackerId, newZone, news);
    }

    /**
     * {@return the same request with other news of an agent}
     *
     * @param newNews {@link FleetNews#NONE} for none
     */
    public AnnounceRequest withNews(FleetNews newNews) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, key, ip, compact, noPeerId,
            trackerId, zone, newNews);
    }

    private static void requireLength(String name, String value, int max) {
        if (value.length() > max) {
            throw new IllegalArgumentException(name + " has " + value.length() + " characters, at most " + max + " are allowed");
        }
    }
}
