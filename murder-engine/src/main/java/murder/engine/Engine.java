package murder.engine;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import murder.engine.storage.DiskWorkers;
import murder.engine.swarm.TokenBucket;
import murder.metainfo.InfoHash;
import murder.tracker.http.TrackerClient;
import murder.tracker.http.TrackerClientOptions;
import murder.wire.PeerId;
import murder.wire.nio.LoopOptions;
import murder.wire.nio.SelectorLoop;
import murder.wire.nio.TurnHandler;

/**
 * Moves any number of torrents over one port. One thread owns all decisions and all sockets; a few more hash and write, ask trackers and
 * notify listeners. Their number does not grow with torrents or peers.
 *
 * <pre>{@code
 * try (Engine engine = Engine.start(EngineOptions.defaults())) {
 *     Torrent torrent = engine.add(TorrentOptions.download(Metainfo.read(Path.of("build.torrent")), Path.of("build")));
 *     torrent.completion().get();
 * }
 * }</pre>
 */
public final class Engine implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Engine.class.getName());
    private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(2);
    private static final int TRACKER_THREADS = 4;
    /** Payload that waits for disk and hash, in bytes, above which sockets are not read. Half a second of a disk of 32 MB/s. */
    private static final long DISK_BUDGET = 16 << 20;
    /** While sockets are not read, the disk's progress is looked at this often. */
    private static final long THROTTLE_NS = 1_000_000L;

    private final EngineOptions options;
    private final RandomGenerator random;
    private final PeerId peerId;
    private final SelectorLoop loop;
    private final DiskWorkers disk;
    private final TrackerClient trackers;
    private final ThreadPoolExecutor trackerThreads;
    private final Executor notifications;
    private final ExecutorService ownNotifications;
    private final TokenBucket uploadLimit;
    private final TokenBucket downloadLimit;
    private final long diskBudget;
    private final int port;
    private final Map<InfoHash, Transfer> transfers = new ConcurrentHashMap<>();
    /** In the order in which they were added, for turns. Loop's thread. */
    private final List<Transfer> inOrder = new ArrayList<>();
    private final Set<PeerSession> sessions = new LinkedHashSet<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private boolean throttled;

    /**
     * Starts an engine: binds its port and starts its threads.
     *
     * @throws IOException if the address or port cannot be bound
     */
    public static Engine start(EngineOptions options) throws IOException {
        Engine engine = new Engine(options);
        engine.loop.start();
        return engine;
    }

    private Engine(EngineOptions options) throws IOException {
        this.options = options;
        long seed = options.seed() == 0 ? new SecureRandom().nextLong() : options.seed();
        this.random = new SplittableRandom(seed);
        // Two engines with one seed must differ in name all the same.
        this.peerId = PeerId.random(new SecureRandom());
        this.loop = SelectorLoop.open(LoopOptions.defaults().withBindAddress(options.bind()).withClock(options.nanoClock())
            .withThreadFactory(threads("murder-loop")), new Turns());
        try {
            InetSocketAddress local = options.bind() == null ? new InetSocketAddress(options.port())
                : new InetSocketAddress(options.bind(), options.port());
            this.port = loop.listen(local, () -> new PeerSession(this)).getPort();
        } catch (IOException e) {
            loop.close();
            throw e;
        }
        this.disk = new DiskWorkers(options.diskThreads() == 0 ? Runtime.getRuntime().availableProcessors() : options.diskThreads(),
            threads("murder-disk"));
        this.diskBudget = Math.min(DISK_BUDGET, disk.capacityBytes() / 4);
        this.trackers = new TrackerClient(TrackerClientOptions.defaults().withBindAddress(options.bind()), new SecureRandom());
        this.trackerThreads = idlePool(TRACKER_THREADS, "murder-tracker");
        this.ownNotifications = options.notifications() == null ? idlePool(1, "murder-notify") : null;
        this.notifications = options.notifications() == null ? ownNotifications : options.notifications();
        this.uploadLimit = new TokenBucket(options.uploadBytesPerSecond());
        this.downloadLimit = new TokenBucket(options.downloadBytesPerSecond());
    }

    /** Threads that are there only while there is something to do. */
    private static ThreadPoolExecutor idlePool(int size, String name) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(size, size, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** The TCP port that is listened on. */
    public int port() {
        return port;
    }

    /**
     * Adds a torrent and starts it.
     *
     * @throws TorrentException if the engine has one with this info-hash, or is closed
     */
    public Torrent add(TorrentOptions torrentOptions) throws TorrentException {
        Transfer transfer = new Transfer(this, torrentOptions);
        if (transfers.putIfAbsent(torrentOptions.infoHash(), transfer) != null) {
            throw new TorrentException(TorrentException.Reason.DUPLICATE,
                "torrent " + torrentOptions.infoHash() + " is in this engine already", null);
        }
        boolean posted = !closing.get() && loop.execute(() -> {
            inOrder.add(transfer);
            transfer.start();
        });
        if (!posted) {
            transfers.remove(torrentOptions.infoHash(), transfer);
            throw new TorrentException(TorrentException.Reason.REMOVED, "the engine is closed", null);
        }
        return transfer.torrent();
    }

    /** The torrents in this engine, in no particular order. */
    public List<Torrent> torrents() {
        return transfers.values().stream().map(Transfer::torrent).toList();
    }

    /** Changes the limit of all torrents together. @param bytesPerSecond 0 for no limit */
    public void uploadLimit(long bytesPerSecond) {
        execute(() -> uploadLimit.rate(bytesPerSecond));
    }

    /** Changes the limit of all torrents together. @param bytesPerSecond 0 for no limit */
    public void downloadLimit(long bytesPerSecond) {
        execute(() -> downloadLimit.rate(bytesPerSecond));
    }

    /** As {@link #close(Duration)} with two seconds. */
    @Override
    public void close() {
        close(CLOSE_AT_MOST);
    }

    /**
     * Ends everything: tells trackers, lets blocks that came be written, closes sockets and files. Idempotent; always returns.
     *
     * @return whether all was done within the time; if not, what is left ends by itself
     */
    public boolean close(Duration atMost) {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        if (!closing.compareAndSet(false, true)) {
            return Boolean.TRUE.equals(await(closed, deadlineNs, false));
        }
        Collection<Transfer> all = List.copyOf(transfers.values());
        // Trackers and disks get most of the time, the sockets' farewell the rest.
        Duration forTrackers = atMost.multipliedBy(7).dividedBy(10);
        CompletableFuture<?>[] ends = all.stream().map(transfer -> end(transfer, forTrackers)).toArray(CompletableFuture<?>[]::new);
        boolean inTime = await(CompletableFuture.allOf(ends).thenApply(nothing -> true), deadlineNs, false);
        inTime &= loop.close(left(deadlineNs));
        disk.close();
        trackerThreads.shutdownNow();
        if (ownNotifications != null) {
            ownNotifications.shutdown();
        }
        closed.complete(inTime);
        return inTime;
    }

    private static Duration left(long deadlineNs) {
        return Duration.ofNanos(Math.max(0, deadlineNs - System.nanoTime()));
    }

    private static <T> T await(CompletableFuture<T> future, long deadlineNs, T otherwise) {
        try {
            return future.get(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return otherwise;
        } catch (TimeoutException e) {
            return otherwise;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    CompletableFuture<Void> remove(Transfer transfer) {
        return end(transfer, CLOSE_AT_MOST);
    }

    private CompletableFuture<Void> end(Transfer transfer, Duration atMost) {
        boolean posted = loop.execute(() -> transfer.end(atMost, new TorrentException(TorrentException.Reason.REMOVED,
            closing.get() ? "the engine was closed" : "the torrent was removed", null)));
        return posted ? transfer.ended() : CompletableFuture.completedFuture(null);
    }

    // ---- for the transfers and sessions ----

    EngineOptions options() {
        return options;
    }

    PeerId peerId() {
        return peerId;
    }

    SelectorLoop loop() {
        return loop;
    }

    long nowNs() {
        return loop.nowNs();
    }

    DiskWorkers disk() {
        return disk;
    }

    TokenBucket engineUploadLimit() {
        return uploadLimit;
    }

    TokenBucket engineDownloadLimit() {
        return downloadLimit;
    }

    RandomGenerator newRandom() {
        return new SplittableRandom(random.nextLong());
    }

    Announcer newAnnouncer(Transfer transfer) {
        return new Announcer(transfer, trackers, trackerThreads, loop::nowNs, newRandom());
    }

    Executor trackerThreads() {
        return trackerThreads;
    }

    /** The torrent that a handshake names, or null. */
    Transfer transfer(InfoHash infoHash) {
        return transfers.get(infoHash);
    }

    void onEnded(Transfer transfer) {
        transfers.remove(transfer.options().infoHash(), transfer);
        inOrder.remove(transfer);
    }

    void onOpened(PeerSession session) {
        sessions.add(session);
        session.throttle(throttled);
    }

    void onClosed(PeerSession session) {
        sessions.remove(session);
    }

    void execute(Runnable task) {
        if (!loop.execute(task)) {
            LOG.log(Level.DEBUG, "the engine has ended");
        }
    }

    /** Runs a question on the loop's thread and waits for the answer; asks {@code otherwise} if the loop has ended. */
    <T> T call(Supplier<T> question, Supplier<T> otherwise) {
        if (loop.inLoop()) {
            return question.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean posted = loop.execute(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | Error e) {
                // Whoever waits must not wait for ever; the loop ends by the same error.
                answer.completeExceptionally(e);
                throw e;
            }
        });
        if (!posted) {
            return otherwise.get();
        }
        return answer.join();
    }

    /** Runs a listener's call, in order with all others. */
    void notify(Runnable call) {
        notifications.execute(call);
    }

    /** Whether a block more can be taken by the disks, in the worst case. */
    boolean diskHasRoom() {
        return queuedBytes() < disk.capacityBytes() - (1 << 20);
    }

    private long queuedBytes() {
        long queued = 0;
        for (Transfer transfer : inOrder) {
            queued += transfer.queuedBytes();
        }
        return queued;
    }

    /** Called for each block: reading stops here, and starts again in a turn that finds the disks caught up. */
    void onQueued() {
        if (!throttled && queuedBytes() > diskBudget) {
            throttle(true);
        }
    }

    private void throttle(boolean on) {
        throttled = on;
        for (PeerSession session : sessions) {
            session.throttle(on);
        }
    }

    private final class Turns implements TurnHandler {
        @Override
        public long onTurn(long nowNs) {
            long deadlineNs = Long.MAX_VALUE;
            for (int i = 0; i < inOrder.size(); i++) {
                deadlineNs = Math.min(deadlineNs, inOrder.get(i).onTurn(nowNs));
            }
            if (throttled) {
                if (queuedBytes() <= diskBudget / 2) {
                    throttle(false);
                } else {
                    deadlineNs = Math.min(deadlineNs, nowNs + THROTTLE_NS);
                }
            }
            return deadlineNs;
        }

        @Override
        public void onFatal(Throwable brokenInvariant) {
            for (Transfer transfer : List.copyOf(inOrder)) {
                transfer.end(Duration.ZERO, new TorrentException(TorrentException.Reason.ENGINE_FAILED,
                    "the engine ended by an error of its own: " + brokenInvariant, brokenInvariant));
            }
        }
    }
}
