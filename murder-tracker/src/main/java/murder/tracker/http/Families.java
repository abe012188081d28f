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
import java.util.function.LongSupplier;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;

/** The two families of addresses, IPv4 and IPv6, that a tracker may have (BEP 7). Any thread. */
final class Families {
    private static final System.Logger LOG = System.getLogger(Families.class.getName());
    /** A family that leads nowhere costs a time-out, so it is left alone for so long. */
    private static final long REST_NS = 300_000_000_000L;
    private static final int MAX_RESTING = 64;
    private static final InetAddress[] NONE = {};

    private final LongSupplier clock;
    /** When a tracker's other family was tried in vain; guarded by itself. */
    private final Map<String, Long> resting = new LinkedHashMap<>();

    /** @param clock nanoseconds, monotonic */
    Families(LongSupplier clock) {
        this.clock = clock;
    }

    /** The tracker's addresses of the family that was not asked; none if this host is bound to one family. */
    InetAddress[] others(TrackerUrl url, InetAddress asked, TrackerClientOptions options, Deadline deadline) {
        boolean isBound = options.bindAddress != null && !options.bindAddress.isAnyLocalAddress();
        if (isBound || asked == null || isResting(url.host())) {
            return NONE;
        }
        try {
            InetAddress[] all = options.resolver.addresses(url.host(), deadline);
            // After a redirect another host was asked, of which the name here says nothing.
            return !Arrays.asList(all).contains(asked) ? NONE
                : Arrays.stream(all).filter(address -> address.getClass() != asked.getClass()).toArray(InetAddress[]::new);
        } catch (IOException e) {
            onFailure(url, e);
            return NONE;
        }
    }

    private boolean isResting(String host) {
        synchronized (resting) {
            Long since = resting.get(host);
            return since != null && clock.getAsLong() - since < REST_NS;
        }
    }

    /** The other family leads nowhere. */
    void onFailure(TrackerUrl url, Exception failure) {
        LOG.log(System.Logger.Level.DEBUG, "{0} by the other family of addresses: {1}", url, failure.getMessage());
        synchronized (resting) {
            resting.remove(url.host());
            resting.put(url.host(), clock.getAsLong());
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
        List<AnnouncedPeer> all = new ArrayList<>(peers);
        return new AnnounceResponse(first.intervalSeconds(), first.minIntervalSeconds(), first.complete(), first.incomplete(), all,
            first.trackerId(), first.warning());
    }
}
