package murder.engine;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import murder.engine.swarm.DialRule;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;
import murder.tracker.TrackerException;
import murder.tracker.http.TrackerClient;

/**
 * Removes the peers from a tracker's reply that the engine must not dial. Any thread of the
 * trackers: it may look up a name.
 */
final class AnnouncedPeers {
    private final DialRule rule;

    /**
     * @param bound where the engine listens, or null
     * @param announced the address that it announces to trackers, or null
     */
    AnnouncedPeers(InetAddress bound, InetAddress announced) {
        rule = DialRule.ofPeerAt(address(bound), address(announced));
    }

    private static PeerAddress address(InetAddress own) {
        return own == null ? null : PeerAddress.of(own.getAddress(), 0);
    }

    /**
     * @param response of the tracker with this URL, or null
     * @return the same with as many peers or fewer, or null
     */
    AnnounceResponse allowed(String url, AnnounceResponse response) throws TrackerException {
        if (response == null || allowsAll(response)) {
            return response;
        }
        DialRule here = isOnThisHost(url) ? rule.withLoopback() : rule;
        List<AnnouncedPeer> peers = response.peers().stream().filter(peer -> here.allows(peer.address())).toList();
        return response.withPeers(peers);
    }

    private boolean allowsAll(AnnounceResponse response) {
        for (AnnouncedPeer peer : response.peers()) {
            if (!rule.allows(peer.address())) {
                return false;
            }
        }
        return true;
    }

    /** The client has just looked the name up, so the answer is at hand. */
    private static boolean isOnThisHost(String url) throws TrackerException {
        try {
            return InetAddress.getByName(TrackerClient.addressOf(url).getHostString()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // The name no longer resolves, so the tracker counts as remote.
        }
    }
}
