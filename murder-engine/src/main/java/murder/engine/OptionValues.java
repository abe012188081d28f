package murder.engine;

import java.net.InetSocketAddress;
import java.util.List;
import murder.tracker.AnnounceRequest;
import murder.tracker.TrackerException;
import murder.tracker.http.TrackerClient;

/**
 * The values that a builder collects and that the built object keeps. A clone copies all fields, so
 * no list of fields can be incomplete.
 */
abstract class OptionValues implements Cloneable {
    @Override
    protected OptionValues clone() {
        try {
            return (OptionValues) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("a Cloneable refuses to be cloned", e);
        }
    }

    // ---- checks that several builders share ----

    /**
     * Returns a copy.
     *
     * @throws IllegalArgumentException if a URL is malformed, or neither http, https nor udp
     */
    static List<List<String>> checkTrackers(List<List<String>> value) {
        List<List<String>> tiers = value.stream().map(List::copyOf).toList();
        for (List<String> tier : tiers) {
            tier.forEach(OptionValues::checkTracker);
        }
        return tiers;
    }

    private static void checkTracker(String url) {
        try {
            TrackerClient.addressOf(url);
        } catch (TrackerException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Returns a copy. @throws IllegalArgumentException if an address is not resolved */
    static List<InetSocketAddress> checkPeers(List<InetSocketAddress> value) {
        List<InetSocketAddress> addresses = List.copyOf(value);
        for (InetSocketAddress peer : addresses) {
            if (peer.isUnresolved()) {
                throw new IllegalArgumentException("unresolved address " + peer);
            }
        }
        return addresses;
    }

    /** @throws IllegalArgumentException if the name is too long */
    static String checkZone(String value) {
        if (value.length() > AnnounceRequest.MAX_ZONE_LENGTH) {
            throw new IllegalArgumentException(
                "zone has " + value.length() + " characters, at most " + AnnounceRequest.MAX_ZONE_LENGTH + " are allowed");
        }
        return value;
    }
}
