package murder.tracker.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import murder.metainfo.InfoHash;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.ScrapeResponse;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;
import murder.trust.SwarmKey;

/**
 * Asks trackers: {@code http} and {@code https} (BEP 3, 48) and {@code udp} (BEP 15), by the scheme
 * of the URL. Calls block, up to the time limits of the options, so they belong on a worker thread.
 * Any number of threads may call.
 */
public final class TrackerClient {
    private final UdpTrackerClient udp;
    private final TrackerClientOptions options;
    private final Seal.Maker seals = new Seal.Maker();
    private final Families families = new Families();

    /**
     * A client that holds no connection yet.
     *
     * @param options limits and addresses
     * @param random makes transaction ids; used by one thread at a time
     */
    public TrackerClient(TrackerClientOptions options, RandomGenerator random) {
        this.options = options;
        this.udp = new UdpTrackerClient(options, random);
    }

    /**
     * Returns the address of a tracker.
     *
     * @param url of the tracker: http, https or udp
     * @return host and port, not resolved
     * @throws TrackerException if this client could not ask it
     */
    public static InetSocketAddress addressOf(String url) throws TrackerException {
        TrackerUrl parsed = TrackerUrl.parse(url);
        return InetSocketAddress.createUnresolved(parsed.host(), parsed.port());
    }

    /**
     * Announces to one tracker.
     *
     * @param url of the tracker: http, https or udp
     * @param request what to announce
     * @return the tracker's answer
     * @throws TrackerException if the tracker refused ({@link Reason#REFUSED}), its answer is
     *     invalid, or the URL has an unsupported scheme ({@link Reason#UNSUPPORTED})
     * @throws IOException if the tracker cannot be reached or does not answer in time
     */
    public AnnounceResponse announce(String url, AnnounceRequest request) throws TrackerException, IOException {
        return announce(url, request, options.requestTimeout);
    }

    /**
     * Announces with another limit for the whole request, for a peer that is about to exit.
     *
     * @param url of the tracker: http, https or udp
     * @param request what to announce
     * @param limit more than 0
     * @return the tracker's answer
     * @throws TrackerException as {@link #announce(String, AnnounceRequest)}
     * @throws IOException as there
     */
    public AnnounceResponse announce(String url, AnnounceRequest request, Duration limit) throws TrackerException, IOException {
        try (Session session = session(() -> false)) {
            return session.announce(url, request, null, limit);
        }
    }

    /**
     * A session for consecutive requests.
     *
     * @param anotherFollows tells at each request whether another one to the same tracker follows
     *     at once
     * @return a session that keeps connections open between requests
     */
    public Session session(BooleanSupplier anotherFollows) {
        return new Session(anotherFollows);
    }

    /**
     * Asks one tracker for the counts of some swarms. The tracker may not know all of them.
     *
     * @param url of the tracker: http, https or udp
     * @param hashes at least one
     * @return the counts of the swarms that the tracker knows
     * @throws TrackerException as {@link #announce}; also {@link Reason#UNSUPPORTED} if no scrape
     *     URL follows from the tracker's URL
     * @throws IOException as {@link #announce}
     */
    public ScrapeResponse scrape(String url, List<InfoHash> hashes) throws TrackerException, IOException {
        TrackerUrl parsed = TrackerUrl.parse(url);
        Duration limit = options.requestTimeout;
        if (parsed.isUdp()) {
            return udp.scrape(parsed, hashes, limit);
        }
        try (HttpTrackerClient http = new HttpTrackerClient(options, seals, families, () -> false)) {
            return http.scrape(parsed, hashes, limit);
        }
    }

    /**
     * Asks one tracker for the changes on the board of its fleet.
     *
     * @param url of the tracker: http or https
     * @param since a version, 0 for everything
     * @param key of the fleet
     * @return JSON: {@code {"version":7,"serial":3,"present":2,"more":false,"agents":[...]}}. If
     *     there is more, ask again with that version
     * @throws TrackerException if the tracker has no fleet, or the key is not that of its fleet
     * @throws IOException as {@link #announce}
     */
    public String fleet(String url, long since, SwarmKey key) throws TrackerException, IOException {
        TrackerUrl parsed = TrackerUrl.parse(url);
        if (parsed.isUdp()) {
            throw new TrackerException(Reason.UNSUPPORTED, "UDP trackers carry no fleet: " + url);
        }
        try (HttpTrackerClient http = new HttpTrackerClient(options, seals, families, () -> false)) {
            return http.fleet(parsed, since, key, options.requestTimeout);
        }
    }

    /**
     * One caller's announces. Those to one HTTP tracker share a connection if the tracker permits.
     * One thread at a time.
     */
    public final class Session implements AutoCloseable {
        private final HttpTrackerClient http;

        private Session(BooleanSupplier anotherFollows) {
            this.http = new HttpTrackerClient(options, seals, families, anotherFollows);
        }

        /**
         * Announces to one tracker.
         *
         * @param url of the tracker: http, https or udp
         * @param request what to announce
         * @param key seals the announce of a closed swarm, except to a UDP tracker; null for an
         *     open one
         * @return the tracker's answer
         * @throws TrackerException as {@link TrackerClient#announce(String, AnnounceRequest)}
         * @throws IOException as there
         */
        public AnnounceResponse announce(String url, AnnounceRequest request, SwarmKey key) throws TrackerException, IOException {
            return announce(url, request, key, options.requestTimeout);
        }

        /**
         * Announces with another limit for the whole request.
         *
         * @param url of the tracker: http, https or udp
         * @param request what to announce
         * @param key as {@link #announce(String, AnnounceRequest, SwarmKey)}
         * @param limit more than 0
         * @return the tracker's answer
         * @throws TrackerException as {@link TrackerClient#announce(String, AnnounceRequest)}
         * @throws IOException as there
         */
        public AnnounceResponse announce(String url, AnnounceRequest request, SwarmKey key, Duration limit)
            throws TrackerException, IOException {
            TrackerUrl parsed = TrackerUrl.parse(url);
            return parsed.isUdp() ? udp.announce(parsed, request, limit) : http.announce(parsed, request, key, limit);
        }

        /** Closes a connection that was kept for a further request. */
        @Override
        public void close() {
            http.close();
        }
    }
}
