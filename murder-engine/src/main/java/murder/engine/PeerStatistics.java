package murder.engine;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import murder.engine.swarm.PeerConnection;
import murder.wire.nio.Addresses;

/**
 * One connection at one moment.
 *
 * @param address where the peer's connection comes from or leads to
 * @param client the name that the peer gave itself (BEP 10 {@code v}), or its peer id
 * @param incoming whether the peer dialled us
 * @param pieces how many pieces the peer has
 * @param downloadedBytes payload received from it
 * @param uploadedBytes payload sent to it
 * @param downloadBytesPerSecond over the last seconds
 * @param uploadBytesPerSecond over the last seconds
 * @param amChoking whether we choke the peer
 * @param amInterested whether it has a piece that we need
 * @param peerChoking whether the peer chokes us
 * @param peerInterested whether we have a piece that it needs
 * @param requestsOutstanding requested blocks that have not arrived
 */
public record PeerStatistics(InetSocketAddress address, String client, boolean incoming, int pieces, long downloadedBytes,
                             long uploadedBytes, long downloadBytesPerSecond, long uploadBytesPerSecond, boolean amChoking,
                             boolean amInterested, boolean peerChoking, boolean peerInterested, int requestsOutstanding) {
    static List<PeerStatistics> of(List<PeerConnection> peers) {
        List<PeerStatistics> all = new ArrayList<>();
        for (PeerConnection peer : peers) {
            all.add(of(peer));
        }
        return List.copyOf(all);
    }

    private static PeerStatistics of(PeerConnection peer) {
        return new PeerStatistics(Addresses.toSocketAddress(peer.address()), peer.client(), peer.isIncoming(), peer.pieceCount(),
            peer.downloadedBytes(), peer.uploadedBytes(), peer.downloadBytesPerSecond(), peer.uploadBytesPerSecond(), peer.amChoking(),
            peer.amInterested(), peer.peerChoking(), peer.peerInterested(), peer.requestsOutstanding());
    }
}
