package murder.tracker.http;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import murder.metainfo.InfoHash;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.FleetNews;
import murder.tracker.ScrapeResponse;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;
import murder.trust.SwarmKey;

/**
 * Asks trackers over HTTP, on a plain blocking socket. The JDK's clients either cannot bind a local
 * address, or take longer to load than the transfer of a small build. A connection stays open
 * between requests if both sides want that. One thread at a time.
 */
final class HttpTrackerClient implements AutoCloseable {
    /** The parameters of a request, made for each attempt. */
    private interface Parameters {
        String on(HttpConnection connection);
    }

    private static final int MAX_REDIRECTS = 5;

    private final TrackerClientOptions options;
    private final BooleanSupplier anotherFollows;
    private final Seal.Maker seals;
    private final Families families;
    /** Ready for another request, or null. */
    private HttpConnection kept;
    /** Whether the last request went to an address of this host or link. */
    private boolean askedOfHost;
    /** The tracker's address in the last request. */
    private InetAddress asked;

    /**
     * @param anotherFollows tells at each request whether another one to the same tracker follows
     *     at once
     */
    HttpTrackerClient(TrackerClientOptions options, Seal.Maker seals, Families families, BooleanSupplier anotherFollows) {
        this.options = options;
        this.seals = seals;
        this.families = families;
        this.anotherFollows = anotherFollows;
    }

    /**
     * @param key seals the announce and encrypts its fleet part; null if the swarm is open
     */
    AnnounceResponse announce(TrackerUrl url, AnnounceRequest request, SwarmKey key, Duration limit) throws TrackerException, IOException {
        boolean isSecret = key != null && request.news() != FleetNews.NONE;
        String query = AnnounceQuery.format(isSecret ? Secrecy.encrypt(request, key) : request);
        // No lambda: whole fleets start with this, and the first lambda of a process delays its
        // start.
        Parameters parameters = new Parameters() {
            @Override
            public String on(HttpConnection connection) {
                return key == null ? query : seals.seal(key, query, connection.localAddress());
            }
        };
        Deadline deadline = new Deadline(limit);
        AnnounceResponse response = Replies.readAnnounce(get(url, parameters, deadline));
        AnnounceResponse all = families.merge(response, announceAgain(url, parameters, deadline));
        return isSecret ? Secrecy.decrypt(all, key) : all;
    }

    /**
     * Announces over the other family of addresses, if this host and the tracker have both.
     * Otherwise hosts with only the other family would not learn of this peer (BEP 7).
     *
     * @return null if there is no other family, or no route
     */
    private AnnounceResponse announceAgain(TrackerUrl url, Parameters parameters, Deadline deadline) {
        InetAddress[] others = families.others(url, asked, options, deadline);
        if (others.length == 0) {
            return null;
        }
        try (HttpConnection connection = HttpConnection.open(url, others, options, deadline, true)) {
            HttpReply reply = connection.ask(head(url, parameters.on(connection), false), deadline);
            return reply.status() == 200 ? Replies.readAnnounce(reply.body()) : null;
        } catch (IOException | TrackerException e) {
            families.onFailure(url, e);
            return null;
        }
    }

    ScrapeResponse scrape(TrackerUrl url, List<InfoHash> hashes, Duration limit) throws TrackerException, IOException {
        if (hashes.isEmpty()) {
            throw new IllegalArgumentException("a scrape of no swarm is a scrape of all");
        }
        StringBuilder query = new StringBuilder();
        for (InfoHash hash : hashes) {
            query.append(query.length() == 0 ? "info_hash=" : "&info_hash=");
            Text.percentEncode(hash.toBytes(), query);
        }
        return Replies.readScrape(get(url.scrape(), connection -> query.toString(), new Deadline(limit)));
    }

    /** @param key of the fleet */
    String fleet(TrackerUrl url, long since, SwarmKey key, Duration limit) throws TrackerException, IOException {
        byte[] reply = get(url.fleet(), connection -> seals.sealReader(key, "since=" + since, connection.localAddress()),
            new Deadline(limit));
        byte[] text = key.decrypt(reply);
        if (text == null) {
            throw new TrackerException(Reason.MALFORMED_REPLY, "the tracker's answer about its fleet is not encrypted with this key");
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    /** The body of the reply: of a success, or of another status with a bencoded body. */
    private byte[] get(TrackerUrl url, Parameters parameters, Deadline deadline) throws TrackerException, IOException {
        TrackerUrl at = url;
        Parameters added = parameters;
        boolean isOfHost = true;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpReply reply = request(at, added, redirects == 0 || isOfHost, deadline);
            isOfHost = redirects == 0 ? askedOfHost : isOfHost;
            if (!reply.isRedirect()) {
                return body(at, reply);
            }
            TrackerUrl next = at.redirect(reply.header("location"));
            requireSafe(url, next);
            // A tracker that moved answers with its new URL, without parameters.
            added = next.query().contains("info_hash=") ? connection -> "" : parameters;
            at = next;
        }
        throw new TrackerException(Reason.BAD_REDIRECT, "redirected more than " + MAX_REDIRECTS + " times from " + url);
    }

    /**
     * A tracker's redirect must not lead the hosts of a fleet to services of their own host or
     * link, nor from TLS to plain HTTP.
     */
    static void requireSafe(TrackerUrl first, TrackerUrl next) throws TrackerException {
        if (first.isHttps() && !next.isHttps()) {
            throw new TrackerException(Reason.BAD_REDIRECT, "redirected from https to " + next);
        }
    }

    /** Some trackers send their failure reason with an error status. */
    private static byte[] body(TrackerUrl url, HttpReply reply) throws TrackerException {
        boolean bencoded = reply.body().length > 0 && reply.body()[0] == 'd';
        if (reply.status() / 100 == 2 || bencoded && isRefusal(reply.body())) {
            return reply.body();
        }
        String text = Text.printable(new String(reply.body(), StandardCharsets.ISO_8859_1), 100);
        throw new TrackerException(Reason.HTTP_STATUS,
            "HTTP status " + reply.status() + " from " + url + (text.isEmpty() ? "" : ": " + text));
    }

    private static boolean isRefusal(byte[] body) {
        try {
            Replies.readAnnounce(body);
            return false;
        } catch (TrackerException e) {
            return e.reason() == Reason.REFUSED;
        }
    }

    /** @param mayBeOfHost whether an address of this host or link is allowed */
    private HttpReply request(TrackerUrl url, Parameters parameters, boolean mayBeOfHost, Deadline deadline)
        throws IOException, TrackerException {
        boolean another = anotherFollows.getAsBoolean();
        HttpConnection old = kept;
        kept = null;
        byte[] again = old == null ? null : head(url, parameters.on(old), another);
        if (old != null && old.mayAsk(url, again.length) && (mayBeOfHost || !old.isOfHost())) {
            try {
                return ask(old, again, another, deadline);
            } catch (IOException | TrackerException e) {
                // The tracker may have closed the old connection at this moment. Announcing twice
                // is harmless, so this tries once more if there is time.
                deadline.remainingMs();
            }
        } else if (old != null) {
            old.close();
        }
        HttpConnection opened = HttpConnection.open(url, options, deadline, mayBeOfHost);
        return ask(opened, head(url, parameters.on(opened), another), another, deadline);
    }

    private byte[] head(TrackerUrl url, String parameters, boolean another) {
        return Text.latin1("GET " + url.target(parameters) + " HTTP/1.1\r\nHost: " + url.hostHeader() + "\r\nUser-Agent: "
            + options.userAgent + "\r\nAccept-Encoding: identity\r\nConnection: " + (another ? "keep-alive" : "close") + "\r\n\r\n");
    }

    private HttpReply ask(HttpConnection connection, byte[] head, boolean another, Deadline deadline) throws IOException, TrackerException {
        boolean isKept = false;
        try {
            askedOfHost = connection.isOfHost();
            asked = connection.remoteAddress();
            HttpReply reply = connection.ask(head, deadline);
            isKept = another && reply.mayAnotherFollow() && connection.isQuiet();
            kept = isKept ? connection : null;
            return reply;
        } finally {
            if (!isKept) {
                connection.close();
            }
        }
    }

    @Override
    public void close() {
        if (kept != null) {
            kept.close();
        }
    }
}
