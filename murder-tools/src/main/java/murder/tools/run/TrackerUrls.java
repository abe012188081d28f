package murder.tools.run;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.UsageException;
import murder.tracker.TrackerException;
import murder.tracker.http.TrackerClient;

/**
 * The argument TRACKER: {@code HOST:PORT} or a whole announce URL; commas separate tiers (BEP 12).
 */
public final class TrackerUrls {
    private TrackerUrls() {
    }

    /** @return announce URLs, one per tier */
    public static List<List<String>> parse(String text) throws UsageException {
        List<List<String>> tiers = new ArrayList<>();
        for (String tier : text.split(",", -1)) {
            tiers.add(List.of(url(tier.trim())));
        }
        return tiers;
    }

    private static String url(String text) throws UsageException {
        String url = text.contains("://") ? text : "http://" + text + "/announce";
        InetSocketAddress address;
        try {
            // Accepts exactly the URLs that our own client accepts, also with underscores in names.
            address = TrackerClient.addressOf(url);
        } catch (TrackerException e) {
            throw text.contains("://") ? new UsageException("'" + text + "' is not a tracker: " + e.getMessage()) : notTracker(text);
        }
        if (!text.contains("://") && !endsWithPort(text)) {
            throw new UsageException("tracker '" + text + "' needs a port from 1 to 65535, as in " + address.getHostString() + ":8998");
        }
        return url;
    }

    private static boolean endsWithPort(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) >= '0' && text.charAt(end - 1) <= '9') {
            end--;
        }
        return end > 0 && end < text.length() && text.charAt(end - 1) == ':';
    }

    private static UsageException notTracker(String text) {
        return new UsageException("'" + text + "' is not a tracker; name HOST:PORT or an announce URL (http, https, udp)");
    }

    /** The address of the first tracker, not resolved yet; null if there is no valid one. */
    public static InetSocketAddress first(List<List<String>> tiers) {
        for (List<String> tier : tiers) {
            for (String url : tier) {
                InetSocketAddress address = address(url);
                if (address != null) {
                    return address;
                }
            }
        }
        return null;
    }

    private static InetSocketAddress address(String url) {
        try {
            return TrackerClient.addressOf(url);
        } catch (TrackerException e) {
            return null; // A torrent may have any text here; the engine reports unusable trackers.
        }
    }
}
