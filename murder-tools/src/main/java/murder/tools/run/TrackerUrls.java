package murder.tools.run;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.UsageException;

/** The argument TRACKER: {@code HOST:PORT} or a whole announce URL; commas separate tiers (BEP 12). */
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
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw notTracker(text);
        }
        String scheme = uri.getScheme();
        if (uri.getHost() == null || !"http".equals(scheme) && !"https".equals(scheme) && !"udp".equals(scheme)) {
            throw notTracker(text);
        }
        boolean needsPort = "udp".equals(scheme) || !text.contains("://");
        if (needsPort && uri.getPort() < 0 || uri.getPort() == 0 || uri.getPort() > 65535) {
            throw new UsageException("tracker '" + text + "' needs a port from 1 to 65535, as in " + uri.getHost() + ":8998");
        }
        return url;
    }

    private static UsageException notTracker(String text) {
        return new UsageException("'" + text + "' is not a tracker: HOST:PORT or an announce URL (http, https, udp) is wanted");
    }

    /** Where the first tracker is, not resolved yet; null if there is none that can be read. */
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
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            return null; // A torrent may name anything; the engine reports trackers that it cannot use.
        }
        if (uri.getHost() == null) {
            return null;
        }
        String host = uri.getHost();
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = uri.getPort() > 0 && uri.getPort() <= 65535 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
        return InetSocketAddress.createUnresolved(host, port);
    }
}
