package murder.engine;

import java.net.InetAddress;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;

/** What one torrent tells trackers of itself. */
final class AnnounceFacts {
    private final TorrentOptions options;
    private final PeerId peerId;
    private final int port;
    private final InetAddress announced;
    /** Proves to trackers that an announce is of this torrent. No peer gets to know it, and no seed of the options draws it. */
    private final String key;

    AnnounceFacts(TorrentOptions options, EngineParts parts) {
        this.options = options;
        this.peerId = parts.peerId();
        this.port = parts.port();
        this.key = Long.toHexString(parts.secrets().nextLong());
        this.announced = parts.options().values.announcedAddress;
    }

    /** Who announces, and how many bytes it has moved. */
    AnnounceRequest of(PayloadCounts counts) {
        AnnounceRequest request = AnnounceRequest.of(options.swarmName(), peerId, port, counts.leftBytes()).withKey(key)
            .withZone(options.zone()).withProgress(counts.uploadedBytes(), counts.downloadedBytes(), counts.leftBytes());
        return announced == null || announced.isAnyLocalAddress() ? request
            : request.withIp(PeerAddress.of(announced.getAddress(), 0));
    }
}
