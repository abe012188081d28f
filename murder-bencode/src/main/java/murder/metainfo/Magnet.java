package murder.metainfo;

import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A magnet link (BEP 9): {@code magnet:?xt=urn:btih:HEX&x.is=HEX&dn=NAME&tr=URL&x.pe=HOST:PORT}.
 * {@code x.is} is an addition of Murder. Other parameters are ignored.
 *
 * @param infoHash of the torrent
 * @param infoSha256 of the info dictionary, {@code x.is}; null if the link does not have it
 * @param name of the payload, unchecked text; the info-hash in hexadecimal digits if the link
 *     names none
 * @param trackers announce URLs as the link has them, one tier for each {@code tr}; may be empty
 * @param peers every {@code x.pe}, not resolved; may be empty
 */
public record Magnet(InfoHash infoHash, InfoSha256 infoSha256, String name, List<List<String>> trackers,
                     List<InetSocketAddress> peers) {
    private static final String SCHEME = "magnet:";
    private static final String TOPIC = "urn:btih:";
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int BASE32_LENGTH = 8 * InfoHash.LENGTH / 5;

    /**
     * Copies the lists.
     *
     * @param infoHash not null
     * @param infoSha256 may be null
     * @param name not null
     * @param trackers copied
     * @param peers copied
     */
    public Magnet {
        Objects.requireNonNull(infoHash, "infoHash");
        Objects.requireNonNull(name, "name");
        trackers = trackers.stream().map(List::copyOf).toList();
        peers = List.copyOf(peers);
    }

    /**
     * {@return the link of a torrent, with its trackers and without peers}
     *
     * @param metainfo not null
     */
    public static Magnet of(Metainfo metainfo) {
        return new Magnet(metainfo.infoHash(), metainfo.infoSha256(), metainfo.name(), metainfo.trackers(), List.of());
    }

    /**
     * {@return whether a text is meant as a magnet link, also if {@link #parse} refuses it}
     *
     * @param text any
     */
    public static boolean isMagnet(String text) {
        return text.startsWith(SCHEME);
    }

    /**
     * Reads a link. Asks no name server.
     *
     * @param text the link
     * @return the parts of the link
     * @throws MetainfoException if it is no magnet link, has no info-hash of version 1, or an
     *     invalid part
     */
    public static Magnet parse(String text) throws MetainfoException {
        if (!text.startsWith(SCHEME + "?")) {
            throw wrong("'" + text + "' does not begin with 'magnet:?'");
        }
        InfoHash infoHash = null;
        InfoSha256 infoSha256 = null;
        String name = "";
        List<List<String>> trackers = new ArrayList<>();
        List<InetSocketAddress> peers = new ArrayList<>();
        for (String parameter : text.substring(SCHEME.length() + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            String key = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = decode(equals < 0 ? "" : parameter.substring(equals + 1));
            switch (key) {
                case "xt" -> infoHash = infoHash(value);
                case "x.is" -> infoSha256 = infoSha256(value);
                case "dn" -> name = value;
                case "tr" -> trackers.add(List.of(value));
                case "x.pe" -> peers.add(peer(value));
                default -> { }
            }
        }
        if (infoHash == null) {
            throw wrong("it has no 'xt=urn:btih:INFO-HASH'");
        }
        return new Magnet(infoHash, infoSha256, name.isEmpty() ? infoHash.toString() : name, trackers, peers);
    }

    private static String decode(String value) throws MetainfoException {
        try {
            // In a link a plus is a plus; only forms encode a space as plus.
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new MetainfoException("magnet link", "wrong percent escape in '" + value + "'", e);
        }
    }

    private static InfoHash infoHash(String topic) throws MetainfoException {
        String text = topic.startsWith(TOPIC) ? topic.substring(TOPIC.length()) : "";
        if (text.length() == 2 * InfoHash.LENGTH) {
            try {
                return InfoHash.parse(text);
            } catch (IllegalArgumentException e) {
                throw new MetainfoException("magnet link", "'" + topic + "' is not hexadecimal", e);
            }
        }
        if (text.length() == BASE32_LENGTH) {
            return infoHashOfBase32(text);
        }
        throw wrong("'" + topic + "' is not 'urn:btih:' with 40 hexadecimal digits or 32 of base32");
    }

    private static InfoSha256 infoSha256(String hex) throws MetainfoException {
        try {
            return InfoSha256.parse(hex);
        } catch (IllegalArgumentException e) {
            throw new MetainfoException("magnet link", e.getMessage(), e);
        }
    }

    /**
     * Old links have the same 160 bits in Base32 (RFC 4648, section 6), in letters of either case.
     */
    private static InfoHash infoHashOfBase32(String text) throws MetainfoException {
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < text.length(); i++) {
            int digit = BASE32.indexOf(Character.toUpperCase(text.charAt(i)));
            if (digit < 0) {
                throw wrong("'" + text + "' is not base32");
            }
            value = value.shiftLeft(5).or(BigInteger.valueOf(digit));
        }
        String digits = value.toString(16);
        return InfoHash.parse("0".repeat(2 * InfoHash.LENGTH - digits.length()) + digits);
    }

    private static InetSocketAddress peer(String text) throws MetainfoException {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (!host.isEmpty() && port > 0 && port <= 65535) {
                return InetSocketAddress.createUnresolved(host, port);
            }
        } catch (NumberFormatException e) {
            throw new MetainfoException("magnet link", "peer '" + text + "' is not HOST:PORT", e);
        }
        throw wrong("peer '" + text + "' is not HOST:PORT");
    }

    private static MetainfoException wrong(String problem) {
        return new MetainfoException("magnet link", problem);
    }

    /** {@return the link, which {@link #parse} reads again} */
    @Override
    public String toString() {
        StringBuilder link = new StringBuilder(SCHEME).append("?xt=").append(TOPIC).append(infoHash);
        if (infoSha256 != null) {
            append(link, "x.is", infoSha256.toString());
        }
        append(link, "dn", name);
        trackers.forEach(tier -> tier.forEach(url -> append(link, "tr", url)));
        for (InetSocketAddress peer : peers) {
            String host = peer.getHostString();
            append(link, "x.pe", (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + peer.getPort());
        }
        return link.toString();
    }

    private static void append(StringBuilder link, String key, String value) {
        link.append('&').append(key).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
    }
}
