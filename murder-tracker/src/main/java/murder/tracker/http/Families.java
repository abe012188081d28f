package murder.tracker.http;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;

/** The two families of addresses, IPv4 and IPv6, that a tracker may have (BEP 7). Any thread. */
class Families {
    /** The pause for a family without a route: each try costs a time-out. */
    private static final long REST_NS = 300_000_000_000L;
    private static final int MAX_RESTING = 64;
    private static final InetAddress[] NONE = {};

    /** When a connection by a tracker's other family last failed; guarded by itself. */
    private final Map<String, Long> resting = new LinkedHashMap<>();

    /** Monotonic. */
    long nowNs() {
        return System.nanoTime();
    }

    /** The tracker's addresses of the other family; none if this host is bound to one family. */
    InetAddress[] others(TrackerUrl url, InetAddress asked, TrackerClientOptions options, Deadline deadline) {
        boolean isBound = options.bindAddress != null && !options.bindAddress.isAnyLocalAddress();
        if (isBound || asked == null || isResting(url.host())) {
            return NONE;
        }
        try {
            List<InetAddress> all = Arrays.asList(options.addresses(url.host(), deadline));
            List<InetAddress> others = new ArrayList<>();
            for (InetAddress address : all) {
                if (address.getClass() != asked.getClass()) {
                    others.add(address);
                }
            }
            // After a redirect the answer came from another host than the one in this URL.
            return all.contains(asked) ? others.toArray(NONE) : NONE;
        } catch (IOException e) {
            onFailure(url, e);
            return NONE;
        }
    }

    private boolean isResting(String host) {
        synchronized (resting) {
            Long since = resting.get(host);
            return since != null && nowNs() - since < REST_NS;
        }
    }

    /** The other family has no route. */
    void onFailure(TrackerUrl url, Exception failure) {
        // Not in a field: each peer starts with this class, and few ever log.
        System.getLogger(Families.class.getName()).log(System.Logger.Level.DEBUG, "{0} by the other family of addresses: {1}", url,
            failure.getMessage());
        synchronized (resting) {
            resting.remove(url.host());
            resting.put(url.host(), nowNs());
            if (resting.size() > MAX_RESTING) {
                resting.remove(resting.keySet().iterator().next());
            }
        }
    }

    /** @param second may be null */
    AnnounceResponse merge(AnnounceResponse first, AnnounceResponse second) {
        if (second == null || second.peers().isEmpty()) {
            return first;
        }
        Set<AnnouncedPeer> peers = new LinkedHashSet<>(first.peers());
        peers.addAll(second.peers());
        return first.withPeers(new ArrayList<>(peers));
    }
}
