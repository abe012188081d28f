package murder.tracker;

import java.util.Objects;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;

/**
 * What a peer tells a tracker (BEP 3, 7, 23). Both ends use it: the client writes it into a query, the server reads it from one.
 *
 * @param port where the peer listens, 0 to 65535; a peer with port 0 is counted but never handed out
 * @param uploaded payload bytes sent since the first announce
 * @param downloaded payload bytes received since the first announce
 * @param left bytes still missing; 0 makes the peer complete
 * @param numWant how many peers are wanted, or {@link #NUM_WANT_DEFAULT} to leave that to the tracker
 * @param key proves over a change of address that the peer is the same; empty for none
 * @param ip the address to announce instead of the one that the tracker sees, or null; its port is not looked at
 * @param compact whether the reply may hold peers as 6 or 18 bytes each (BEP 23)
 * @param noPeerId whether the reply may leave out peer ids, where it is not compact
 * @param trackerId what the tracker called itself in an earlier reply, to be sent back; empty for none
 * @param zone the rack or room of the peer, told by our own clients only; empty for none
 */
public record AnnounceRequest(InfoHash infoHash, PeerId peerId, int port, long uploaded, long downloaded, long left,
                              AnnounceEvent event, int numWant, String key, PeerAddress ip, boolean compact, boolean noPeerId,
                              String trackerId, String zone) {
    /** The value of {@link #numWant()} that leaves the number to the tracker. */
    public static final int NUM_WANT_DEFAULT = -1;
    /** The longest key, in characters. */
    public static final int MAX_KEY_LENGTH = 64;
    /** The longest tracker id, in characters. */
    public static final int MAX_TRACKER_ID_LENGTH = 256;
    /** The longest name of a zone, in characters. */
    public static final int MAX_ZONE_LENGTH = 64;

    public AnnounceRequest {
        Objects.requireNonNull(infoHash, "infoHash");
        Objects.requireNonNull(peerId, "peerId");
        Objects.requireNonNull(event, "event");
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

    /** The regular compact announce of a peer that has moved nothing yet; the {@code with…} methods make others of it. */
    public static AnnounceRequest of(InfoHash infoHash, PeerId peerId, int port, long left) {
        return new AnnounceRequest(infoHash, peerId, port, 0, 0, left, AnnounceEvent.NONE, NUM_WANT_DEFAULT, "", null, true, true,
            "", "");
    }

    public AnnounceRequest withEvent(AnnounceEvent newEvent) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, newEvent, numWant, key, ip, compact, noPeerId,
            trackerId, zone);
    }

    /** With other counts of payload bytes. */
    public AnnounceRequest withProgress(long newUploaded, long newDownloaded, long newLeft) {
        return new AnnounceRequest(infoHash, peerId, port, newUploaded, newDownloaded, newLeft, event, numWant, key, ip, compact,
            noPeerId, trackerId, zone);
    }

    public AnnounceRequest withNumWant(int newNumWant) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, newNumWant, key, ip, compact, noPeerId,
            trackerId, zone);
    }

    public AnnounceRequest withKey(String newKey) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, newKey, ip, compact, noPeerId,
            trackerId, zone);
    }

    /** @param newIp the address to announce, or null for the one that the tracker sees */
    public AnnounceRequest withIp(PeerAddress newIp) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, key, newIp, compact, noPeerId,
            trackerId, zone);
    }

    /** With another form of reply asked for. */
    public AnnounceRequest withForm(boolean newCompact, boolean newNoPeerId) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, key, ip, newCompact,
            newNoPeerId, trackerId, zone);
    }

    public AnnounceRequest withTrackerId(String newTrackerId) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, key, ip, compact, noPeerId,
            newTrackerId, zone);
    }

    public AnnounceRequest withZone(String newZone) {
        return new AnnounceRequest(infoHash, peerId, port, uploaded, downloaded, left, event, numWant, key, ip, compact, noPeerId,
            trackerId, newZone);
    }

    private static void requireLength(String name, String value, int max) {
        if (value.length() > max) {
            throw new IllegalArgumentException(name + " has " + value.length() + " characters, at most " + max + " are allowed");
        }
    }
}
