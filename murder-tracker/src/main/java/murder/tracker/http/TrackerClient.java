package murder.tracker.http;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import murder.metainfo.InfoHash;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.ScrapeResponse;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;

/**
 * Asks trackers: {@code http} and {@code https} (BEP 3, 48) and {@code udp} (BEP 15), by the scheme of the URL. Calls block, up to the
 * time limits of the options, so they belong on a worker thread. Any number of threads may call.
 */
public final class TrackerClient {
    private final HttpTrackerClient http;
    private final UdpTrackerClient udp;
    private final TrackerClientOptions options;

    /** @param random makes transaction ids; used by one thread at a time */
    public TrackerClient(TrackerClientOptions options, RandomGenerator random) {
        this.options = options;
        this.http = new HttpTrackerClient(options);
        this.udp = new UdpTrackerClient(options, random);
    }

    /**
     * Announces to one tracker.
     *
     * @throws TrackerException if the tracker refused ({@link Reason#REFUSED}), answered what cannot be understood, or if the URL has a
     *     scheme that we do not speak ({@link Reason#UNSUPPORTED})
     * @throws IOException if the tracker cannot be reached or does not answer in time
     */
    public AnnounceResponse announce(String url, AnnounceRequest request) throws TrackerException, IOException {
        return announce(url, request, options.requestTimeout());
    }

    /** Announces with another limit for the whole request, as one that is about to exit wants it. */
    public AnnounceResponse announce(String url, AnnounceRequest request, Duration limit) throws TrackerException, IOException {
        TrackerUrl parsed = TrackerUrl.parse(url);
        return parsed.isUdp() ? udp.announce(parsed, request, limit) : http.announce(parsed, request, limit);
    }

    /**
     * Asks one tracker for the counts of some swarms; which ones it knows is its own to say.
     *
     * @param hashes at least one
     * @throws TrackerException as {@link #announce}; {@link Reason#UNSUPPORTED} too if the tracker's URL has no place for a scrape
     * @throws IOException as {@link #announce}
     */
    public ScrapeResponse scrape(String url, List<InfoHash> hashes) throws TrackerException, IOException {
        TrackerUrl parsed = TrackerUrl.parse(url);
        Duration limit = options.requestTimeout();
        return parsed.isUdp() ? udp.scrape(parsed, hashes, limit) : http.scrape(parsed, hashes, limit);
    }
}
