package murder.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import murder.engine.storage.DiskWorkers;
import murder.engine.swarm.Bans;
import murder.engine.swarm.TokenBucket;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.http.TrackerClient;
import murder.tracker.http.TrackerClientOptions;
import murder.wire.nio.Addresses;
import murder.wire.nio.LoopOptions;
import murder.wire.nio.SelectorLoop;
import murder.wire.nio.TurnHandler;

/**
 * Moves any number of torrents over one port. One thread owns all decisions and all sockets; a few
 * more hash and write, ask trackers and notify listeners. Their number does not grow with torrents
 * or peers.
 *
 * <pre>{@code
 * try (Engine engine = Engine.start(EngineOptions.defaults())) {
 *     Metainfo build = Metainfo.read(Path.of("build.torrent"));
 *     Torrent torrent = engine.add(TorrentOptions.download(build, Path.of("build")).build());
 *     torrent.completion().get();
 * }
 * }</pre>
 */
public final class Engine implements AutoCloseable {
    private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(2);

    private final EngineOptions options;
    private final EngineThreads threads;
    private final SelectorLoop loop;
    private final Bans bans = new Bans();
    private final TokenBucket uploadLimit;
    private final TokenBucket downloadLimit;
    private final EngineParts parts;
    private final Map<InfoHash, Transfer> transfers = new ConcurrentHashMap<>();
    /** Torrents and members of control swarms, by their swarms' names in handshakes. */
    private final Map<InfoHash, PeerSession.Owner> swarms = new ConcurrentHashMap<>();
    private final List<ControlAgent> agents = new CopyOnWriteArrayList<>();
    /** In the order in which they were added, for turns. Loop's thread. */
    private final List<Transfer> inOrder = new ArrayList<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    /** The bytes moved by removed torrents. Loop's thread. */
    private EngineStatistics gone = EngineStatistics.NOTHING;
    private boolean anyEnded;
    /** The torrent that comes first in the next turn. */
    private int first;
    private volatile TorrentException failure;

    /**
     * Starts an engine: binds its port and starts its threads.
     *
     * @param options how it behaves
     * @return the engine, which listens already
     * @throws IOException if the address or port cannot be bound
     */
    public static Engine start(EngineOptions options) throws IOException {
        Engine engine = new Engine(options);
        engine.loop.start();
        return engine;
    }

    private Engine(EngineOptions options) throws IOException {
        this.options = options;
        this.uploadLimit = new TokenBucket(options.values.uploadBytesPerSecond);
        this.downloadLimit = new TokenBucket(options.values.downloadBytesPerSecond);
        this.threads = new EngineThreads(options);
        // Two engines with the same seed must still have different names.
        SecureRandom secrets = new SecureRandom();
        PeerId peerId = PeerId.random(secrets);
        TrackerClient client = new TrackerClient(TrackerClientOptions.builder().bindAddress(options.values.bindAddress).build(), secrets);
        this.loop = openLoop();
        threads.disk().onShortage(this::closeStrangers);
        DiskThrottle throttle = new DiskThrottle(threads.disk(), this::execute, loop::nowNs);
        try {
            InetSocketAddress local = options.values.bindAddress == null ? new InetSocketAddress(options.values.port)
                : new InetSocketAddress(options.values.bindAddress, options.values.port);
            int port = loop.listen(local, () -> new PeerSession(peerId, throttle, swarms::get)).getPort();
            this.parts = new EngineParts(options, peerId, port, loop, threads, throttle,
                new TrackerCalls(client, threads.trackers(), announcedPeers()), uploadLimit, downloadLimit, bans,
                randoms(options.values.seed == 0 ? secrets.nextLong() : options.values.seed), secrets);
        } catch (IOException e) {
            loop.close();
            throw e;
        }
    }

    private AnnouncedPeers announcedPeers() {
        return new AnnouncedPeers(options.values.bindAddress, options.values.announcedAddress);
    }

    private static EngineParts.Randoms randoms(long seed) {
        SplittableRandom seeds = new SplittableRandom(seed);
        return () -> {
            synchronized (seeds) {
                return new SplittableRandom(seeds.nextLong());
            }
        };
    }

    /** Any thread. Returns false on the loop's thread, which must not wait. */
    private boolean closeStrangers() {
        if (loop.inLoop()) {
            loop.closeStrangers();
            return false;
        }
        return loop.execute(loop::closeStrangers);
    }

    private SelectorLoop openLoop() throws IOException {
        try {
            return SelectorLoop.open(LoopOptions.builder().bindAddress(options.values.bindAddress).clock(options.values.nanoClock)
                .tls(options.values.tls)
                .threadFactory(threads::loop).build(), new Turns());
        } catch (IOException e) {
            threads.end();
            throw e;
        }
    }

    /** {@return the TCP port that the engine listens on} */
    public int port() {
        return parts.port();
    }

    /**
     * Adds a torrent and starts it.
     *
     * @param torrentOptions what to add
     * @return the torrent
     * @throws TorrentException if the engine has one with this info-hash, or is closed
     */
    public Torrent add(TorrentOptions torrentOptions) throws TorrentException {
        Transfer transfer = new Transfer(parts, torrentOptions, this::onEnded);
        // A caller may find the torrent in torrents() and give it orders. They come after its
        // start.
        synchronized (transfers) {
            if (transfers.putIfAbsent(torrentOptions.infoHash(), transfer) != null) {
                throw new TorrentException(TorrentException.Reason.DUPLICATE,
                    "torrent " + torrentOptions.infoHash() + " is in this engine already", null);
            }
            swarms.put(torrentOptions.swarmName(), transfer);
            if (closing.get() || !loop.execute(() -> start(transfer))) {
                transfers.remove(torrentOptions.infoHash(), transfer);
                swarms.remove(torrentOptions.swarmName(), transfer);
                throw new TorrentException(TorrentException.Reason.REMOVED, "the engine is closed", null);
            }
        }
        return transfer.torrent();
    }

    private void start(Transfer transfer) {
        if (failure != null) {
            transfer.onEnd(Duration.ZERO, failure);
        } else {
            inOrder.add(transfer);
            transfer.start();
        }
    }

    /**
     * Joins the control swarm of a fleet, over the port of this engine.
     *
     * @param controlOptions which one, and what handles its orders
     * @return this agent's place in the swarm
     * @throws TorrentException if the engine is in this swarm already, or is closed
     */
    public ControlSwarm join(ControlOptions controlOptions) throws TorrentException {
        ControlAgent agent = new ControlAgent(parts, controlOptions);
        synchronized (transfers) {
            if (agent.members().stream().anyMatch(member -> swarms.containsKey(member.identity().name()))) {
                throw new TorrentException(TorrentException.Reason.DUPLICATE,
                    "the engine is in the control swarm of fleet " + controlOptions.fleet() + " already", null);
            }
            agents.add(agent);
            agent.members().forEach(member -> swarms.put(member.identity().name(), member));
            if (closing.get() || !loop.execute(() -> startAgent(agent))) {
                forget(agent);
                throw new TorrentException(TorrentException.Reason.REMOVED, "the engine is closed", null);
            }
        }
        return new ControlSwarm(agent, loop);
    }

    private void startAgent(ControlAgent agent) {
        agent.ended().whenComplete((nothing, never) -> forget(agent));
        if (failure != null) {
            agent.onEnd(Duration.ZERO);
        }
    }

    private void forget(ControlAgent agent) {
        agents.remove(agent);
        agent.members().forEach(member -> swarms.remove(member.identity().name(), member));
    }

    /** {@return the torrents in this engine, in no particular order} */
    public List<Torrent> torrents() {
        return all().stream().map(Transfer::torrent).toList();
    }

    /**
     * {@return the torrent with this info-hash, or empty if the engine has none}
     *
     * @param infoHash of the torrent
     */
    public Optional<Torrent> torrent(InfoHash infoHash) {
        return Optional.ofNullable(transfers.get(infoHash)).map(Transfer::torrent);
    }

    /**
     * {@return the engine's own error that ended it, or null} A failed engine moves nothing and
     * takes no torrents. The cause is a fault of its loop, not of one torrent.
     */
    public TorrentException failure() {
        return failure;
    }

    /**
     * {@return the state of all torrents together at this moment} Waits for a turn of the engine.
     * After the engine's end the totals stay, and the other values are 0.
     */
    public EngineStatistics statistics() {
        EngineStatistics now = LoopQuestion.ask(loop, () -> statistics(loop.connections()));
        return now == null ? statistics(0) : now;
    }

    private EngineStatistics statistics(int connections) {
        List<TorrentStatistics> all = inOrder.stream().filter(transfer -> !transfer.hasEnded()).map(Transfer::onStatistics).toList();
        return gone.with(all, connections, threads.disk().queuedBytes());
    }

    private List<Transfer> all() {
        synchronized (transfers) {
            return List.copyOf(transfers.values());
        }
    }

    /**
     * Changes the upload limit of all torrents together.
     *
     * @param bytesPerSecond 0 for no limit
     * @throws IllegalArgumentException if it is negative
     */
    public void limitUpload(long bytesPerSecond) {
        limit(uploadLimit, bytesPerSecond);
    }

    /**
     * Changes the download limit of all torrents together.
     *
     * @param bytesPerSecond 0 for no limit
     * @throws IllegalArgumentException if it is negative
     */
    public void limitDownload(long bytesPerSecond) {
        limit(downloadLimit, bytesPerSecond);
    }

    private void limit(TokenBucket limit, long bytesPerSecond) {
        TransferInputs.requireRate(bytesPerSecond);
        execute(() -> limit.setRate(bytesPerSecond));
        all().forEach(transfer -> transfer.inputs().onLimitChanged());
    }

    /**
     * Bans a host: no torrent dials it or accepts it, and its connections to any torrent are
     * closed. Lasts until {@link #unban} or the end of the engine. On a loopback address that means
     * every peer there.
     *
     * @param host any address
     */
    public void ban(InetAddress host) {
        execute(() -> {
            bans.add(PeerAddress.of(host.getAddress(), 0));
            inOrder.forEach(Transfer::touch);
            agents.forEach(agent -> agent.members().forEach(ControlMember::touch));
        });
    }

    /**
     * Lifts all bans of a host, also bans for bad data.
     *
     * @param host any address
     */
    public void unban(InetAddress host) {
        execute(() -> bans.remove(PeerAddress.of(host.getAddress(), 0)));
    }

    /**
     * {@return the banned hosts: first those that {@link #ban} named, then those of peers that sent
     * bad data to any torrent} Waits for a turn of the engine. The engine keeps the last 1000 bans
     * of its own. Such a ban concerns one peer: its id at that host, and the address that was
     * dialled. The third from a host concerns all peers there, except on loopback. The third from
     * an IPv6 network of 64 bits concerns that network, unless it sent a good piece, too.
     */
    public List<InetAddress> banned() {
        List<PeerAddress> hosts = LoopQuestion.ask(loop, bans::hosts);
        return (hosts == null ? bans.hosts() : hosts).stream().map(host -> Addresses.toSocketAddress(host).getAddress()).toList();
    }

    /**
     * Gives memory back to the system, as far as the JVM can. Drops the buffers that no torrent
     * needs now. Then a full collection frees them and the mapped files of removed torrents. Call
     * it in a process that continues after it has removed its torrents. It takes some milliseconds
     * of the caller's thread.
     */
    public void releaseMemory() {
        threads.disk().release();
        System.gc();
    }

    /** Like {@link #close(Duration)} with two seconds. */
    @Override
    public void close() {
        close(CLOSE_AT_MOST);
    }

    /**
     * Ends everything: announces the end, lets received blocks be written, closes sockets and
     * files. Idempotent; always returns.
     *
     * @param atMost how long to wait
     * @return whether all was done within the time; if not, the rest ends by itself
     */
    public boolean close(Duration atMost) {
        long atMostNs = TimeUnit.NANOSECONDS.convert(atMost); // saturates
        long deadlineNs = System.nanoTime() + atMostNs;
        if (!closing.compareAndSet(false, true)) {
            return await(closed, deadlineNs);
        }
        // Trackers and disks get most of the time, the sockets' farewell the rest.
        Duration forTrackers = Duration.ofNanos(atMostNs / 10 * 7);
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (Transfer transfer : all()) {
            ends.add(end(transfer, forTrackers));
        }
        for (ControlAgent agent : agents) {
            ends.add(end(agent, forTrackers));
        }
        boolean inTime = await(CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0])).handle((nothing, error) -> {
            if (error != null) {
                Log.ENGINE.log(Level.ERROR, "a torrent did not end well", error);
            }
            return error == null;
        }), deadlineNs);
        inTime &= loop.close(left(deadlineNs));
        inTime &= threads.awaitEnd(deadlineNs);
        closed.complete(inTime);
        return inTime;
    }

    private static Duration left(long deadlineNs) {
        return Duration.ofNanos(Math.max(0, deadlineNs - System.nanoTime()));
    }

    private static boolean await(CompletableFuture<Boolean> future, long deadlineNs) {
        try {
            return future.get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private CompletableFuture<Void> end(Transfer transfer, Duration atMost) {
        boolean posted = transfer.inputs().onEnd(atMost,
            new TorrentException(TorrentException.Reason.REMOVED, "the engine was closed", null));
        return posted ? transfer.ended() : CompletableFuture.completedFuture(null);
    }

    private static CompletableFuture<Void> end(ControlAgent agent, Duration atMost) {
        return agent.tell(() -> agent.onEnd(atMost)) ? agent.ended() : CompletableFuture.completedFuture(null);
    }

    private void onEnded(Transfer transfer) {
        transfers.remove(transfer.infoHash(), transfer);
        swarms.remove(transfer.identity().name(), transfer);
        gone = gone.plus(transfer.onStatistics());
        anyEnded = true;
    }

    /** For tests, which hold it up. */
    DiskWorkers disk() {
        return threads.disk();
    }

    private void execute(Runnable task) {
        if (!loop.execute(task)) {
            Log.ENGINE.log(Level.DEBUG, "the engine has ended");
        }
    }

    private final class Turns implements TurnHandler {
        @Override
        public long onTurn(long nowNs) {
            if (anyEnded) {
                anyEnded = false;
                inOrder.removeIf(Transfer::hasEnded);
            }
            long deadlineNs = Long.MAX_VALUE;
            // They share the engine's rate limits: were it always the same one's turn first, it
            // would leave nothing.
            first = first + 1 < inOrder.size() ? first + 1 : 0;
            for (int i = 0; i < inOrder.size(); i++) {
                deadlineNs = Math.min(deadlineNs, inOrder.get((first + i) % inOrder.size()).onTurn(nowNs));
            }
            for (ControlAgent agent : agents) {
                deadlineNs = Math.min(deadlineNs, agent.onTurn(nowNs));
            }
            threads.disk().flush();
            return deadlineNs;
        }

        @Override
        public void onFatal(Throwable brokenInvariant) {
            failure = new TorrentException(TorrentException.Reason.ENGINE_FAILED,
                "the engine ended by an error of its own: " + brokenInvariant, brokenInvariant);
            inOrder.forEach(transfer -> transfer.onEnd(Duration.ofSeconds(1), failure));
            agents.forEach(agent -> agent.onFault(failure));
        }
    }
}
