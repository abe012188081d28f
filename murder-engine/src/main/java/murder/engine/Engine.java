package murder.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import murder.engine.storage.DiskWorkers;
import murder.engine.swarm.TokenBucket;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;
import murder.tracker.http.TrackerClient;
import murder.tracker.http.TrackerClientOptions;
import murder.wire.nio.LoopOptions;
import murder.wire.nio.SelectorLoop;
import murder.wire.nio.TurnHandler;

/**
 * Moves any number of torrents over one port. One thread owns all decisions and all sockets; a few more hash and write, ask trackers and
 * notify listeners. Their number does not grow with torrents or peers.
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
    private final RandomGenerator random;
    private final PeerId peerId;
    private final EngineThreads threads;
    private final SelectorLoop loop;
    private final DiskThrottle throttle;
    private final TrackerCalls trackers;
    private final TokenBucket uploadLimit;
    private final TokenBucket downloadLimit;
    private final int port;
    private final Map<InfoHash, Transfer> transfers = new ConcurrentHashMap<>();
    /** In the order in which they were added, for turns. Loop's thread. */
    private final List<Transfer> inOrder = new ArrayList<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private boolean anyEnded;
    /** Who comes first in the next turn. */
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
        long seed = options.seed == 0 ? new SecureRandom().nextLong() : options.seed;
        this.random = new SplittableRandom(seed);
        // Two engines with one seed must differ in name all the same.
        this.peerId = PeerId.random(new SecureRandom());
        this.uploadLimit = new TokenBucket(options.uploadBytesPerSecond);
        this.downloadLimit = new TokenBucket(options.downloadBytesPerSecond);
        this.threads = new EngineThreads(options);
        this.trackers = new TrackerCalls(new TrackerClient(TrackerClientOptions.builder().bindAddress(options.bindAddress).build(),
            new SecureRandom()), threads.trackers());
        this.throttle = new DiskThrottle(threads.disk(), this::execute);
        this.loop = openLoop();
        try {
            InetSocketAddress local = options.bindAddress == null ? new InetSocketAddress(options.port)
                : new InetSocketAddress(options.bindAddress, options.port);
            this.port = loop.listen(local, () -> new PeerSession(this)).getPort();
        } catch (IOException e) {
            loop.close();
            throw e;
        }
    }

    private SelectorLoop openLoop() throws IOException {
        try {
            return SelectorLoop.open(LoopOptions.builder().bindAddress(options.bindAddress).clock(options.nanoClock)
                .threadFactory(threads::loop).build(), new Turns());
        } catch (IOException e) {
            threads.end();
            throw e;
        }
    }

    /** {@return the TCP port that the engine listens on} */
    public int port() {
        return port;
    }

    /**
     * Adds a torrent and starts it.
     *
     * @param torrentOptions what to add
     * @return the torrent
     * @throws TorrentException if the engine has one with this info-hash, or is closed
     */
    public Torrent add(TorrentOptions torrentOptions) throws TorrentException {
        Transfer transfer = new Transfer(this, torrentOptions);
        // Who finds the torrent in torrents() may give it orders: those come after its start.
        synchronized (transfers) {
            if (transfers.putIfAbsent(torrentOptions.infoHash(), transfer) != null) {
                throw new TorrentException(TorrentException.Reason.DUPLICATE,
                    "torrent " + torrentOptions.infoHash() + " is in this engine already", null);
            }
            if (closing.get() || !loop.execute(() -> start(transfer))) {
                transfers.remove(torrentOptions.infoHash(), transfer);
                throw new TorrentException(TorrentException.Reason.REMOVED, "the engine is closed", null);
            }
        }
        return transfer.torrent();
    }

    private void start(Transfer transfer) {
        if (failure != null) {
            transfer.end(Duration.ZERO, failure);
        } else {
            inOrder.add(transfer);
            transfer.start();
        }
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
        return Optional.ofNullable(transfer(infoHash)).map(Transfer::torrent);
    }

    /**
     * {@return the error of its own that ended the engine, or null} An engine that has failed moves
     * nothing any more and takes no torrents; its cause is a fault in this library or in a listener.
     */
    public TorrentException failure() {
        return failure;
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
        limit(uploadLimit, bytesPerSecond, inOrder);
    }

    /**
     * Changes the download limit of all torrents together.
     *
     * @param bytesPerSecond 0 for no limit
     * @throws IllegalArgumentException if it is negative
     */
    public void limitDownload(long bytesPerSecond) {
        limit(downloadLimit, bytesPerSecond, inOrder);
    }

    /** Any thread. @param concerned read on the loop's thread */
    void limit(TokenBucket limit, long bytesPerSecond, Collection<Transfer> concerned) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("negative rate limit: " + bytesPerSecond);
        }
        execute(() -> {
            limit.setRate(bytesPerSecond);
            concerned.forEach(Transfer::onLimitChanged);
        });
    }

    /** As {@link #close(Duration)} with two seconds. */
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
        CompletableFuture<?>[] ends = all().stream().map(transfer -> end(transfer, forTrackers)).toArray(CompletableFuture<?>[]::new);
        boolean inTime = await(CompletableFuture.allOf(ends).handle((nothing, error) -> {
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
        return threads.disk();
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

    Announcer newAnnouncer(Transfer transfer, int addressesWanted) {
        return new Announcer(transfer, trackers, loop::nowNs, addressesWanted, newRandom());
    }

    Executor closingThreads() {
        return threads.closing();
    }

    /** The torrent that a handshake names, or null. */
    Transfer transfer(InfoHash infoHash) {
        return transfers.get(infoHash);
    }

    void onEnded(Transfer transfer) {
        transfers.remove(transfer.options().infoHash(), transfer);
        anyEnded = true;
    }

    DiskThrottle throttle() {
        return throttle;
    }

    void execute(Runnable task) {
        if (!loop.execute(task)) {
            Log.ENGINE.log(Level.DEBUG, "the engine has ended");
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

    /** See {@link EngineThreads#notify}. */
    boolean notify(Runnable call) {
        return threads.notify(call);
    }

    private final class Turns implements TurnHandler {
        @Override
        public long onTurn(long nowNs) {
            if (anyEnded) {
                anyEnded = false;
                inOrder.removeIf(transfer -> transfer.state().isFinal());
            }
            long deadlineNs = Long.MAX_VALUE;
            // They share the engine's rate limits: were it always the same one's turn first, it would leave nothing.
            first = first + 1 < inOrder.size() ? first + 1 : 0;
            for (int i = 0; i < inOrder.size(); i++) {
                deadlineNs = Math.min(deadlineNs, inOrder.get((first + i) % inOrder.size()).onTurn(nowNs));
            }
            threads.disk().flush();
            return deadlineNs;
        }

        @Override
        public void onFatal(Throwable brokenInvariant) {
            failure = new TorrentException(TorrentException.Reason.ENGINE_FAILED,
                "the engine ended by an error of its own: " + brokenInvariant, brokenInvariant);
            inOrder.forEach(transfer -> transfer.end(Duration.ofSeconds(1), failure));
        }
    }
}
