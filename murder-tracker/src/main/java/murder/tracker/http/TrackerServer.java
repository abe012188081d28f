package murder.tracker.http;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.tracker.FleetTable;
import murder.tracker.IpLiteral;
import murder.tracker.ScrapeResponse;
import murder.tracker.SwarmTable;
import murder.trust.SwarmKey;

/**
 * A tracker on HTTP (BEP 3, 7, 23, 48), on any provider of {@code com.sun.net.httpserver}. It
 * answers {@code /announce} and {@code /scrape}. With a directory of torrents it serves
 * {@code /torrents/FILE.torrent}, with a fleet {@code /fleet}. People on the same host get a page
 * at {@code /}. Prometheus on the same host and in trusted ranges gets {@code /metrics}.
 * {@link SwarmTable} makes all decisions.
 *
 * <p>Threads: one that answers (or those of another provider), one for housekeeping. The options
 * limit the number of connections. The process's limit of open files ({@code ulimit -n}) should
 * exceed the number of hosts. Idle and slow connections are closed after ten seconds.
 *
 * <p>Any thread may call any method.
 */
public final class TrackerServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TrackerServer.class.getName());
    /**
     * A board has fewer changes a second, so versions grow from one start of the tracker to the
     * next.
     */
    private static final long VERSIONS_PER_MS = 1_000;

    private final TrackerServerOptions options;
    private final SharedTable table;
    private final HttpServer http;
    private final InetSocketAddress address;
    private final RequestFilter filter = new RequestFilter();
    private final ScheduledExecutorService housekeeper;
    private final AllowedTorrents allowed;
    private final ServedSwarms served;
    private final StateFile state;
    private final Seal.Check seals;
    private final Fleet fleet;
    private volatile Throwable failure;
    private boolean closed;

    private TrackerServer(TrackerServerOptions options, LongSupplier clock, RandomGenerator random) throws IOException {
        this.options = options;
        this.table = new SharedTable(new SwarmTable(options.swarms, random), clock);
        this.allowed = options.allow == null ? null : new AllowedTorrents(options.allow, options.keys);
        this.state = options.state == null ? null : new StateFile(options.state);
        this.fleet = options.fleet == null ? null : new Fleet(options.fleet, options.fleetKeys, options.swarms,
            new FleetBoard(new FleetTable(FleetTable.MAX_AGENTS, System.currentTimeMillis() * VERSIONS_PER_MS), clock));
        this.served = new ServedSwarms(table, allowed, fleet);
        served.rescan();
        if (state != null) {
            int restored = table.restore(state.load());
            LOG.log(System.Logger.Level.DEBUG, "{0} peers restored from {1}", restored, options.state);
        }
        this.http = HttpServers.bind(options, this::onFault);
        this.address = http.getAddress();
        Callers callers = new Callers(options.swarms);
        boolean isClosed = !options.keys.isEmpty();
        this.seals = isClosed ? new Seal.Check(options.keys, options.swarms, System::currentTimeMillis) : null;
        serve(new AnnounceHandler(table, callers, seals, fleet, served), "/announce", "/announce.php", "/tracker.php/announce");
        serve(new ScrapeHandler(table, callers, isClosed, served), "/scrape", "/scrape.php", "/tracker.php/scrape");
        if (fleet != null) {
            serve(new FleetHandler(fleet, callers), FleetHandler.PATH);
            serve(new LiveHandler(fleet, table, callers), LiveHandler.PATH);
        }
        serve(new MetricsHandler(table, fleet, callers, options.swarms, filter::faults), MetricsHandler.PATH);
        serve(new PageHandler(table, callers, fleet != null), "/", "/index.html", PageHandler.SWARMS);
        if (allowed != null && !isClosed) {
            serve(new TorrentHandler(allowed), TorrentHandler.PATH);
        }
        this.housekeeper = Executors.newSingleThreadScheduledExecutor(daemons("murder-tracker-housekeeping"));
    }

    private void serve(HttpHandler handler, String... paths) {
        for (String path : paths) {
            http.createContext(path, handler).getFilters().add(filter);
        }
    }

    private void onFault(Throwable fault) {
        failure = fault;
    }

    /**
     * Starts a tracker with the system's clock and a random generator.
     *
     * @param options address and swarms
     * @return the tracker, which listens already
     * @throws IOException if the address cannot be bound, or the directory of torrents or an
     *     existing state file cannot be read; a broken state file is renamed with a warning
     */
    public static TrackerServer start(TrackerServerOptions options) throws IOException {
        long originNs = System.nanoTime();
        return start(options, () -> System.nanoTime() - originNs, new SplittableRandom());
    }

    /**
     * Starts a tracker.
     *
     * @param options what to listen at and what to serve
     * @param clock nanoseconds, monotonic from near 0
     * @param random chooses the announced peers; used by one thread at a time
     * @return the tracker, which listens already
     * @throws IOException as {@link #start(TrackerServerOptions)}
     */
    public static TrackerServer start(TrackerServerOptions options, LongSupplier clock, RandomGenerator random) throws IOException {
        TrackerServer tracker = new TrackerServer(options, clock, random);
        tracker.http.start();
        long everyMs = options.housekeeping.toMillis();
        if (tracker.allowed != null || tracker.state != null) {
            tracker.housekeeper.scheduleWithFixedDelay(tracker::keepHouse, everyMs, everyMs, TimeUnit.MILLISECONDS);
        }
        if (tracker.fleet != null) {
            tracker.housekeeper.scheduleWithFixedDelay(() -> tracker.sample(clock.getAsLong()), 1, 1, TimeUnit.SECONDS);
        }
        return tracker;
    }

    /** {@return the address of the tracker; the port is the real one even if 0 was asked for} */
    public InetSocketAddress address() {
        return address;
    }

    /** {@return the port of the tracker} */
    public int port() {
        return address.getPort();
    }

    /**
     * {@return the announce URL for torrents} If the tracker listens on all addresses, the URL has
     * the address of the default route. A program with a better name replaces that address.
     */
    public String announceUrl() {
        InetAddress ip = address.getAddress().isAnyLocalAddress() ? LocalHost.address() : address.getAddress();
        String host = IpLiteral.format(PeerAddress.of(ip.getAddress(), 0));
        return "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port() + "/announce";
    }

    /** {@return the counts of all swarms} */
    public ScrapeResponse swarms() {
        return table.scrape(List.of());
    }

    /**
     * {@return the board of the fleet}
     *
     * @throws IllegalStateException if the options name no fleet
     */
    public FleetBoard fleet() {
        if (fleet == null) {
            throw new IllegalStateException("this tracker has no fleet");
        }
        return fleet.board();
    }

    /**
     * From now on serves only these swarms, besides those of the directory and the control swarms
     * of the fleet. Drops others with their peers. Before the first call a tracker without a
     * directory serves all.
     *
     * @param names names of torrents for people, which may be empty, by the names of the swarms:
     *     the info-hash, or for each key the closed name
     */
    public void serveOnly(Map<InfoHash, String> names) {
        serveOnly(names, Set.of());
    }

    /**
     * As {@link #serveOnly(Map)}, and opens some of these swarms to strangers although the tracker
     * has keys.
     *
     * @param names as there
     * @param open those of them that need no seal; they go by their info-hash
     */
    public synchronized void serveOnly(Map<InfoHash, String> names, Set<InfoHash> open) {
        served.name(names, open);
    }

    /**
     * Replaces the keys of members from now on: those of the fleet, and those of the other swarms
     * if they are closed.
     *
     * @param members at least one; while a key is being replaced, the new one and the old one
     * @throws IllegalArgumentException if there is none
     */
    public synchronized void useKeys(List<SwarmKey> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("no key");
        }
        List<SwarmKey> keys = List.copyOf(members);
        if (fleet != null) {
            fleet.useKeys(keys);
        }
        if (seals != null) {
            seals.useKeys(keys);
        }
        if (allowed != null && seals != null) {
            allowed.useKeys(keys);
            rescan();
        } else {
            served.apply();
        }
    }

    /**
     * Returns the number of requests that failed by a fault of the tracker. Each got status 500.
     * The log has the 1st, 2nd, 4th and so on.
     *
     * @return the count since the start
     */
    public long failedRequests() {
        return filter.faults();
    }

    /**
     * Returns the fault that ended our HTTP server. After it the tracker answers no more. Other
     * providers report none.
     *
     * @return null while the server runs
     */
    public Throwable failure() {
        return failure;
    }

    /** Stops answering and saves the state. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        http.stop(0);
        if (http.getExecutor() instanceof ExecutorService executor) {
            executor.shutdownNow();
        }
        housekeeper.shutdown();
        saveState();
    }

    /** Reads the directory again and saves the state. After a failure the next call tries again. */
    void keepHouse() {
        try {
            rescan();
            saveState();
        } catch (RuntimeException | Error e) {
            // The executor would hide the fault. It ends housekeeping, but announces continue.
            LOG.log(System.Logger.Level.ERROR, "a fault of the tracker: the torrents allowed and the state file are no longer updated", e);
            throw e;
        }
    }

    private void sample(long nowNs) {
        try {
            fleet.live().sample(nowNs);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a fault of the tracker: the completion curve of the page has ended", e);
            throw e;
        }
    }

    private synchronized void rescan() {
        if (allowed == null) {
            return;
        }
        try {
            served.rescan();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the torrents known so far are served, since {0} cannot be read: {1}", options.allow,
                e.toString());
        }
    }

    private synchronized void saveState() {
        if (state == null) {
            return;
        }
        try {
            state.save(table.snapshot());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the tracker''s state cannot be saved: {0}", e.toString());
        }
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
