package murder.tools;

import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import murder.metainfo.InfoHash;
import murder.tools.cli.UsageException;
import murder.tools.run.TrackerUrls;

/**
 * A magnet link (BEP 9): {@code magnet:?xt=urn:btih:HEX&dn=NAME&tr=URL&x.pe=HOST:PORT}. Other parameters are passed over.
 *
 * @param infoHash what is wanted
 * @param name how the payload is called, or the info-hash if the link does not say
 * @param trackers one tier per {@code tr}
 * @param peers every {@code x.pe}
 */
record Magnet(InfoHash infoHash, String name, List<List<String>> trackers, List<InetSocketAddress> peers) {
    private static final String PREFIX = "magnet:?";
    private static final String TOPIC = "urn:btih:";

    static boolean isMagnet(String text) {
        return text.startsWith("magnet:");
    }

    static Magnet parse(String text) throws UsageException {
        if (!text.startsWith(PREFIX)) {
            throw new UsageException("a magnet link begins with 'magnet:?', not as '" + text + "'");
        }
        InfoHash infoHash = null;
        String name = null;
        List<List<String>> trackers = new ArrayList<>();
        List<InetSocketAddress> peers = new ArrayList<>();
        for (String parameter : text.substring(PREFIX.length()).split("&", -1)) {
            int equals = parameter.indexOf('=');
            String key = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = decode(equals < 0 ? "" : parameter.substring(equals + 1));
            switch (key) {
                case "xt" -> infoHash = infoHash(value);
                case "dn" -> name = value;
                case "tr" -> trackers.addAll(tracker(value));
                case "x.pe" -> peers.add(peer(value));
                default -> { }
            }
        }
        if (infoHash == null) {
            throw new UsageException("the magnet link has no 'xt=urn:btih:INFO-HASH'");
        }
        if (trackers.isEmpty() && peers.isEmpty()) {
            throw new UsageException("the magnet link names neither a tracker (tr=URL) nor a peer (x.pe=HOST:PORT)");
        }
        return new Magnet(infoHash, name == null || name.isEmpty() ? infoHash.toString() : name, trackers, peers);
    }

    private static String decode(String value) throws UsageException {
        try {
            // In a link a plus is a plus; only forms write a space so.
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new UsageException("the magnet link has a wrong percent escape in '" + value + "'");
        }
    }

    private static List<List<String>> tracker(String url) throws UsageException {
        try {
            return TrackerUrls.parse(url.replace(",", "%2C"));
        } catch (UsageException e) {
            throw new UsageException("the magnet link's " + e.getMessage());
        }
    }

    private static InfoHash infoHash(String topic) throws UsageException {
        if (topic.startsWith(TOPIC) && topic.length() == TOPIC.length() + 2 * InfoHash.LENGTH) {
            try {
                return InfoHash.parse(topic.substring(TOPIC.length()));
            } catch (IllegalArgumentException e) {
                throw new UsageException("the magnet link's '" + topic + "' is not hexadecimal");
            }
        }
        throw new UsageException("the magnet link's '" + topic + "' is not 'urn:btih:' with 40 hexadecimal digits");
    }

    private static InetSocketAddress peer(String text) throws UsageException {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (!host.isEmpty() && port > 0 && port <= 65535) {
                return new InetSocketAddress(host, port);
            }
        } catch (NumberFormatException e) {
            throw notPeer(text);
        }
        throw notPeer(text);
    }

    private static UsageException notPeer(String text) {
        return new UsageException("the magnet link's peer '" + text + "' is not HOST:PORT");
    }
}
