package murder.tracker.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceRequest;
import murder.tracker.FleetNews;
import murder.tracker.IpLiteral;
import murder.tracker.TrackerException.Reason;
import murder.tracker.TrackerException;
import murder.trust.SwarmKey;

/** An announce as the parameters of an HTTP request (BEP 3, 7, 23): both ways. */
final class AnnounceQuery {
    /** In Base64 without padding. */
    private static final int MAX_REPORT_DIGITS = ((FleetNews.MAX_REPORT_LENGTH + SwarmKey.ENCRYPTION_LENGTH) * 4 + 2) / 3;

    private AnnounceQuery() {}

    /** The parameters in the order of the original. Murder's own follow. */
    static String format(AnnounceRequest request) {
        StringBuilder out = new StringBuilder(320);
        out.append("info_hash=");
        Text.percentEncode(request.infoHash().toBytes(), out);
        out.append("&peer_id=");
        Text.percentEncode(request.peerId().toBytes(), out);
        out.append("&port=").append(request.port());
        out.append("&uploaded=").append(request.uploaded());
        out.append("&downloaded=").append(request.downloaded());
        out.append("&left=").append(request.left());
        if (request.noPeerId()) {
            out.append("&no_peer_id=1");
        }
        if (request.compact()) {
            out.append("&compact=1");
        }
        append(out, "event", request.event().wireName());
        append(out, "ip", request.ip() == null ? "" : IpLiteral.format(request.ip()));
        append(out, "key", request.key());
        append(out, "trackerid", request.trackerId());
        if (request.numWant() != AnnounceRequest.NUM_WANT_DEFAULT) {
            out.append("&numwant=").append(request.numWant());
        }
        append(out, "zone", request.zone());
        appendNews(out, request.news());
        return out.toString();
    }

    /**
     * Reads the parameters. As in the original, any non-empty {@code compact} means compact. An
     * {@code ip} that is not an address is ignored, like every unknown parameter. A client without
     * metadata does not know how much is left. It sends an empty {@code left}, none, or -1. This
     * counts as incomplete.
     *
     * @throws TrackerException with {@link Reason#BAD_REQUEST}, saying which parameter is missing
     *     or wrong
     */
    static AnnounceRequest parse(Query query) throws TrackerException {
        InfoHash infoHash = InfoHash.read(twentyBytes(query, "info_hash"));
        PeerId peerId = PeerId.read(twentyBytes(query, "peer_id"));
        long port = required(query, "port");
        if (port > 0xffff) {
            throw new TrackerException(Reason.BAD_REQUEST, "port is not in 0..65535");
        }
        String ip = query.get("ip");
        PeerAddress address = ip.isEmpty() ? null : IpLiteral.parse(ip, 0);
        return new AnnounceRequest(infoHash, peerId, (int) port, optional(query, "uploaded"), optional(query, "downloaded"),
            left(query), AnnounceEvent.parse(query.get("event")), numWant(query),
            bounded(query, "key", AnnounceRequest.MAX_KEY_LENGTH), address, !query.get("compact").isEmpty(),
            !query.get("no_peer_id").isEmpty(), bounded(query, "trackerid", AnnounceRequest.MAX_TRACKER_ID_LENGTH),
            bounded(query, "zone", AnnounceRequest.MAX_ZONE_LENGTH), news(query));
    }

    /** Base64 is shorter than percent signs for JSON, and costs less to read. */
    private static void appendNews(StringBuilder out, FleetNews news) {
        if (news.order() != FleetNews.NO_ORDER) {
            out.append("&order=").append(news.order());
        }
        if (news.report().length > 0) {
            out.append("&report=").append(Base64.getUrlEncoder().withoutPadding().encodeToString(news.report()));
        }
    }

    private static FleetNews news(Query query) throws TrackerException {
        String order = query.get("order");
        String report = query.get("report");
        if (order.isEmpty() && report.isEmpty()) {
            return FleetNews.NONE;
        }
        if (report.length() > MAX_REPORT_DIGITS) {
            throw new TrackerException(Reason.BAD_REQUEST, "report is longer than " + FleetNews.MAX_REPORT_LENGTH + " bytes");
        }
        try {
            return new FleetNews(order.isEmpty() ? FleetNews.NO_ORDER : number("order", order), Base64.getUrlDecoder().decode(report));
        } catch (IllegalArgumentException e) {
            throw new TrackerException(Reason.BAD_REQUEST, "report is no Base64");
        }
    }

    /** @throws TrackerException with {@link Reason#BAD_REQUEST} if there are more or fewer bytes */
    static ByteBuffer twentyBytes(String name, String value) throws TrackerException {
        if (value.length() != InfoHash.LENGTH) {
            throw new TrackerException(Reason.BAD_REQUEST, value.isEmpty() ? name + " is missing"
                : name + " has " + value.length() + " bytes, not " + InfoHash.LENGTH);
        }
        return ByteBuffer.wrap(Text.latin1(value));
    }

    private static void append(StringBuilder out, String name, String value) {
        if (!value.isEmpty()) {
            out.append('&').append(name).append('=');
            Text.percentEncode(value.getBytes(StandardCharsets.UTF_8), out);
        }
    }

    private static ByteBuffer twentyBytes(Query query, String name) throws TrackerException {
        return twentyBytes(name, query.get(name));
    }

    private static String bounded(Query query, String name, int maxLength) throws TrackerException {
        String value = query.text(name);
        if (value.length() > maxLength) {
            throw new TrackerException(Reason.BAD_REQUEST, name + " has " + value.length() + " characters, at most " + maxLength
                + " are allowed");
        }
        return value;
    }

    private static long required(Query query, String name) throws TrackerException {
        String value = query.get(name);
        if (value.isEmpty()) {
            throw new TrackerException(Reason.BAD_REQUEST, name + " is missing");
        }
        return number(name, value);
    }

    private static long left(Query query) throws TrackerException {
        String value = query.get("left");
        return value.isEmpty() || value.startsWith("-") ? Long.MAX_VALUE : number("left", value);
    }

    static long optional(Query query, String name) throws TrackerException {
        String value = query.get(name);
        return value.isEmpty() ? 0 : number(name, value);
    }

    /**
     * A negative number of peers leaves it to the tracker (BEP 15 has it so); a large one is cut by
     * the table.
     */
    private static int numWant(Query query) throws TrackerException {
        String value = query.get("numwant");
        if (value.isEmpty() || value.startsWith("-")) {
            return AnnounceRequest.NUM_WANT_DEFAULT;
        }
        return (int) Math.min(number("numwant", value), Integer.MAX_VALUE);
    }

    /**
     * Digits. Clients without metadata send numbers such as 2^64-1, which count as a large number.
     */
    private static long number(String name, String text) throws TrackerException {
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9' || text.length() > 20) {
                throw new TrackerException(Reason.BAD_REQUEST, name + " is not a number from 0 to 2^64-1");
            }
            value = value > (Long.MAX_VALUE - 9) / 10 ? Long.MAX_VALUE : value * 10 + c - '0';
        }
        return value;
    }
}
