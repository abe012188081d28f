package murder.engine;

import java.net.InetAddress;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;

/** The facts that a torrent or an agent sends to trackers. */
final class AnnounceFacts {
    private final InfoHash name;
    private final String zone;
    private final PeerId peerId;
    private final int port;
    private final InetAddress announced;
    /**
     * Proves to trackers that an announce is from this torrent. Peers never learn it, and it does
     * not depend on the seed of the options.
     */
    private final String key;

    /** @param name of the swarm @param zone the rack or site; empty for none */
    AnnounceFacts(InfoHash name, String zone, EngineParts parts) {
        this.name = name;
        this.zone = zone;
        this.peerId = parts.peerId();
        this.port = parts.port();
        this.key = Long.toHexString(parts.secrets().nextLong());
        this.announced = parts.options().values.announcedAddress;
    }

    /** The facts of the announcing peer. */
    AnnounceRequest of(PayloadCounts counts) {
        AnnounceRequest request = AnnounceRequest.of(name, peerId, port, counts.leftBytes()).withKey(key)
            .withZone(zone).withProgress(counts.uploadedBytes(), counts.downloadedBytes(), counts.leftBytes());
        return announced == null || announced.isAnyLocalAddress() ? request
            : request.withIp(PeerAddress.of(announced.getAddress(), 0));
    }
}
