package murder.engine;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import murder.engine.storage.CheckMode;
import murder.engine.storage.FailureListener;
import murder.engine.storage.PieceListener;
import murder.engine.storage.StorageException;
import murder.engine.storage.StorageOptions;
import murder.engine.storage.TorrentStorage;
import murder.engine.swarm.MetadataDriver;
import murder.engine.swarm.MetadataFetch;
import murder.engine.swarm.PeerConnection;
import murder.engine.swarm.RateLimits;
import murder.engine.swarm.Refusal;
import murder.engine.swarm.Swarm;
import murder.engine.swarm.SwarmConfig;
import murder.engine.swarm.SwarmDriver;
import murder.engine.swarm.TorrentTurn;
import murder.engine.swarm.TokenBucket;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.metainfo.PieceLayout;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceRequest;
import murder.wire.Bitfield;
import murder.wire.WireException;
import murder.wire.nio.Addresses;
import murder.wire.nio.CloseReason;
import murder.wire.nio.Connection;

/**
 * One torrent inside its engine: leads it from state to state, and joins its decisions ({@link Swarm}) to sockets, disk and trackers.
 * Holds no policy. Loop's thread only, but for what says otherwise.
 */
final class Transfer {
    private final Engine engine;
    private final TorrentOptions options;
    private final Torrent torrent = new Torrent(this);
    private final CompletableFuture<TorrentStatistics> completion = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicLong checkedBytes = new AtomicLong();
    private final TokenBucket uploadLimit;
    private final TokenBucket downloadLimit;
    private final Map<PeerConnection, PeerSession> sessions = new LinkedHashMap<>();
    private final Map<MetadataFetch.Source, PeerSession> sources = new LinkedHashMap<>();
    private final Set<PeerAddress> early = new LinkedHashSet<>();
    /** Dials under way that {@link #swarm}, or before it {@link #metadata}, has ordered and waits for. */
    private final Set<PeerSession> dials = new HashSet<>();
    private final WaitingRoom waiting = new WaitingRoom();
    private final FailureListener onWriteFailure = failure -> engine().execute(() -> fail(failure));
    private final PieceListener onVerified = new Verified();
    private final SwarmDriver swarmOrders = new SwarmOrders();
    private final MetadataDriver metadataOrders = new MetadataOrders();

    private volatile TorrentState state;
    private volatile Metainfo metainfo;
    private volatile TorrentStatistics last;
    /** What {@link #state} is told to be while the torrent is not paused. */
    private TorrentState running;
    private boolean paused;
    private boolean touched;
    private long deadlineNs;
    private long startNs = -1;
    private long completeNs = -1;
    private String error = "";
    private Announcer announcer;
    private TorrentTurn turn;
    private TorrentStorage storage;
    private MetadataFetch metadata;
    private Swarm swarm;

    /**
     * What a connection is to the torrent: one of the two.
     *
     * @param peer a peer of the swarm, or null
     * @param source a peer that is asked for metadata only, or null
     */
    record Party(PeerConnection peer, MetadataFetch.Source source) {
    }

    Transfer(Engine engine, TorrentOptions options) {
        this.engine = engine;
        this.options = options;
        this.metainfo = options.metainfo();
        this.running = metainfo == null ? TorrentState.FETCHING_METADATA : TorrentState.CHECKING;
        this.state = running;
        this.uploadLimit = new TokenBucket(options.uploadBytesPerSecond());
        this.downloadLimit = new TokenBucket(options.downloadBytesPerSecond());
        this.last = snapshot();
    }

    // ---- any thread ----

    Engine engine() {
        return engine;
    }

    TorrentOptions options() {
        return options;
    }

    Torrent torrent() {
        return torrent;
    }

    Metainfo metainfo() {
        return metainfo;
    }

    TorrentState state() {
        return state;
    }

    TorrentStatistics lastSnapshot() {
        return last;
    }

    CompletableFuture<TorrentStatistics> completion() {
        return completion;
    }

    CompletableFuture<Void> ended() {
        return ended;
    }

    // ---- from state to state ----

    void start() {
        startNs = engine.nowNs();
        announcer = engine.newAnnouncer(this, config().addressesWanted());
        turn = announcer.turn();
        options.peers().forEach(torrent::addPeer);
        if (metainfo == null) {
            metadata = new MetadataFetch(config(), options.infoHash(), engine.peerId(), engine.newRandom());
        } else {
            check();
        }
    }

    private SwarmConfig config() {
        return SwarmConfig.DEPLOY.withDialled(engine.options().maxPeersPerTorrent);
    }

    private void onMetadata(byte[] rawInfo) {
        early.addAll(metadata.known());
        metadata = null;
        dials.clear();
        for (PeerSession session : List.copyOf(sources.values())) {
            session.connection().close(CloseReason.LOCAL, "the metadata is complete");
        }
        sources.clear();
        try {
            metainfo = Metainfo.ofInfo(rawInfo, options.trackers());
        } catch (MetainfoException e) {
            end(Duration.ofSeconds(1), new TorrentException(TorrentException.Reason.INVALID_METAINFO,
                "the torrent that peers sent is invalid: " + e.getMessage(), e));
            return;
        }
        move(TorrentState.CHECKING);
        check();
    }

    private void check() {
        try {
            storage = TorrentStorage.open(metainfo, options.path(), options.resumeFile(), engine.disk(), StorageOptions.defaults());
        } catch (StorageException e) {
            fail(e);
            return;
        }
        CheckMode mode = switch (options.start()) {
            case RESUME -> CheckMode.RESUME;
            case CHECK -> CheckMode.FULL;
            case SEED -> CheckMode.TRUST;
        };
        then(storage.check(mode, checkedBytes::set), have -> {
            if (have.isFull()) {
                completeNs = engine.nowNs();
                startSwarm(have);
                finish();
            } else {
                then(storage.allocate(), nothing -> {
                    move(TorrentState.DOWNLOADING);
                    startSwarm(have);
                });
            }
        });
    }

    private void startSwarm(Bitfield have) {
        swarm = new Swarm(config(), metainfo.layout(), engine.peerId(), metainfo.rawInfo(), have, new RateLimits(
            List.of(uploadLimit, engine.engineUploadLimit()), List.of(downloadLimit, engine.engineDownloadLimit())), engine.newRandom());
        swarm.pause(engine.nowNs(), paused);
        early.forEach(swarm::onCandidate);
        early.clear();
        waiting.open();
        touch();
    }

    /** Every piece is verified: the files get their names, and then only is it told. */
    private void finish() {
        move(TorrentState.FINISHING);
        then(storage.complete(), nothing -> {
            move(TorrentState.SEEDING);
            TorrentStatistics statistics = snapshot();
            tellEnd(() -> completion.complete(statistics));
        });
    }

    /** Goes on with what a storage future brings, unless the torrent has ended meanwhile. */
    private <T> void then(CompletableFuture<T> future, Consumer<T> next) {
        future.whenComplete((result, failure) -> engine.execute(() -> {
            if (state.isFinal()) {
                return;
            }
            if (failure == null) {
                next.accept(result);
                return;
            }
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (!(cause instanceof StorageException)) {
                throw new IllegalStateException(cause);
            }
            fail((StorageException) cause);
        }));
    }

    private void move(TorrentState next) {
        running = next;
        tell(paused && !next.isFinal() ? TorrentState.PAUSED : next);
    }

    private void tell(TorrentState next) {
        if (state != next && !state.isFinal()) {
            state = next;
            last = snapshot();
            touch();
            engine.notify(() -> options.listener().onStateChanged(torrent, next));
        }
    }

    /** Whoever waits for the end must hear of it, if need be on this thread. */
    private void tellEnd(Runnable call) {
        if (!engine.notify(call)) {
            call.run();
        }
    }

    void pause(boolean on) {
        if (paused == on || state.isFinal()) {
            return;
        }
        paused = on;
        if (swarm != null) {
            swarm.pause(engine.nowNs(), on);
        }
        for (PeerSession session : List.copyOf(sources.values())) {
            session.connection().close(CloseReason.LOCAL, "paused");
        }
        waiting.clear("paused");
        if (on) {
            announcer.leave(Duration.ofSeconds(5));
        } else {
            announcer.resume();
        }
        move(running);
    }

    private void fail(StorageException failure) {
        TorrentException.Reason reason = failure.reason() == StorageException.Reason.DISK_FULL ? TorrentException.Reason.DISK_FULL
            : TorrentException.Reason.STORAGE;
        end(Duration.ofSeconds(1), new TorrentException(reason, failure.getMessage(), failure));
    }

    /** Ends the torrent for good: leaves the tracker, closes connections and files. Idempotent. */
    void end(Duration atMost, TorrentException why) {
        if (state.isFinal()) {
            return;
        }
        boolean removed = why.reason() == TorrentException.Reason.REMOVED;
        error = removed ? "" : why.getMessage();
        CompletableFuture<Void> farewell = announcer == null ? CompletableFuture.completedFuture(null) : announcer.leave(atMost);
        move(removed ? TorrentState.REMOVED : TorrentState.FAILED);
        tellEnd(() -> completion.completeExceptionally(why));
        List<PeerSession> all = new ArrayList<>(sessions.values());
        all.addAll(sources.values());
        for (PeerSession session : all) {
            session.connection().close(CloseReason.LOCAL, "the torrent ended");
        }
        waiting.clear("the torrent ended");
        engine.onEnded(this);
        CompletableFuture<Void> files = storage == null ? CompletableFuture.completedFuture(null)
            : CompletableFuture.runAsync(storage::close, engine.closingThreads());
        CompletableFuture.allOf(farewell, files).whenComplete((nothing, failure) -> {
            if (failure == null) {
                ended.complete(null);
            } else {
                ended.completeExceptionally(failure);
            }
        });
    }

    // ---- turns ----

    /** Something happened that the torrent's decisions are to see in this turn. */
    void touch() {
        touched = true;
    }

    long onTurn(long nowNs) {
        if (state.isFinal()) {
            return Long.MAX_VALUE;
        }
        if (!touched && nowNs < deadlineNs) {
            return deadlineNs;
        }
        touched = false;
        deadlineNs = waiting.onTurn(nowNs);
        if (metadata != null && !paused) {
            deadlineNs = Math.min(deadlineNs, turn.run(nowNs, metadata, metadataOrders));
        } else if (swarm != null) {
            deadlineNs = Math.min(deadlineNs, turn.run(nowNs, swarm, swarmOrders));
        }
        return touched ? nowNs : deadlineNs;
    }

    private void dial(PeerAddress address) {
        PeerSession session = new PeerSession(engine, this, address);
        dials.add(session);
        engine.loop().connect(address, session);
    }

    private final class SwarmOrders implements SwarmDriver {
        @Override
        public void verify(int piece) {
            storage.verify(piece, onVerified);
        }

        @Override
        public void discard(int piece) {
            storage.discard(piece);
        }

        @Override
        public void dial(PeerAddress address) {
            Transfer.this.dial(address);
        }

        @Override
        public void close(PeerConnection peer, Refusal why) {
            Transfer.close(sessions.get(peer), why);
        }

        @Override
        public void banned(PeerAddress peer) {
            Log.TRANSFER.log(Level.WARNING, "{0} sent bad data and is banned", peer);
            InetSocketAddress address = Addresses.toSocketAddress(peer);
            engine.notify(() -> options.listener().onPeerBanned(torrent, address));
        }

        @Override
        public void completed() {
            completeNs = engine.nowNs();
            finish();
        }
    }

    private final class MetadataOrders implements MetadataDriver {
        @Override
        public void dial(PeerAddress address) {
            Transfer.this.dial(address);
        }

        @Override
        public void close(MetadataFetch.Source source, Refusal why) {
            Transfer.close(sources.get(source), why);
        }

        @Override
        public void found(byte[] rawInfo) {
            onMetadata(rawInfo);
        }
    }

    /** @param session null if its socket closed by itself in the same turn */
    private static void close(PeerSession session, Refusal reason) {
        if (session != null) {
            session.connection().close(CloseReason.LOCAL, reason.name());
        }
    }

    // ---- peers ----

    /** Whether handshakes are answered: not before it is known what there is, nor while paused. */
    boolean isTalking() {
        return !paused && !state.isFinal() && (swarm != null || metadata != null);
    }

    /** Whether the answer to an accepted connection's handshake is to wait until the check is done. */
    boolean mayWait(PeerSession session) {
        touch();
        boolean isChecking = metainfo != null && swarm == null && !paused && !state.isFinal();
        return isChecking && waiting.enter(engine.nowNs(), session);
    }

    /** Takes a connection whose handshake is done, or closes it. */
    Party admit(PeerSession session, PeerConnection.Peer peer) {
        touch();
        long now = engine.nowNs();
        Connection connection = session.connection();
        boolean awaited = peer.incoming() || dials.remove(session);
        Refusal refusal = Refusal.PAUSED;
        if (awaited && isTalking()) {
            refusal = swarm != null ? swarm.admit(now, peer) : metadata.admit(now, peer);
        } else if (awaited && !peer.incoming()) {
            onDialFailed(now, peer.address());
        }
        if (refusal != null) {
            connection.close(CloseReason.LOCAL, refusal.name());
            return new Party(null, null);
        }
        if (swarm == null) {
            MetadataFetch.Source source = metadata.onConnected(now, peer, connection.out());
            sources.put(source, session);
            return new Party(null, source);
        }
        connection.setPayloadSource(storage::read);
        PeerConnection admitted = swarm.onConnected(now, peer, connection.out());
        sessions.put(admitted, session);
        return new Party(admitted, null);
    }

    /** A connection is gone. @param party null if its handshake was never done */
    void onClosed(PeerSession session, Party party, CloseReason reason, String detail) {
        touch();
        waiting.leave(session);
        Log.TRANSFER.log(reason == CloseReason.VIOLATION || reason == CloseReason.READ_FAILED ? Level.INFO : Level.DEBUG,
            "{0} closed: {1} {2}", session.remote(), reason, detail);
        long now = engine.nowNs();
        if (party == null) {
            if (dials.remove(session)) {
                onDialFailed(now, session.remote());
            }
        } else if (party.peer() != null) {
            sessions.remove(party.peer());
            swarm.onDisconnected(now, party.peer());
        } else if (party.source() != null) {
            sources.remove(party.source());
            if (metadata != null) {
                metadata.onDisconnected(now, party.source());
            }
        }
    }

    private void onDialFailed(long nowNs, PeerAddress address) {
        if (swarm != null) {
            swarm.onDialFailed(nowNs, address);
        } else if (metadata != null) {
            metadata.onDialFailed(nowNs, address);
        }
    }

    void onBlock(long nowNs, PeerSession session, PeerConnection peer, int piece, int begin, ByteBuffer payload) throws WireException {
        if (!engine.throttle().hasRoom(payload.remaining())) {
            // Reading stopped long before; what came all the same cannot be kept, so the peer is asked again.
            session.connection().close(CloseReason.LOCAL, "the disk is far behind");
        } else {
            write(piece, begin, payload, peer.onBlocks(nowNs, piece, begin, payload.remaining()));
        }
        engine.throttle().onQueued();
    }

    /** @param wanted the blocks of the payload that are to be written, a bit each: as a rule all */
    private void write(int piece, int begin, ByteBuffer payload, int wanted) {
        int start = payload.position();
        int end = payload.limit();
        for (int first = 0; wanted >>> first != 0;) {
            first += Integer.numberOfTrailingZeros(wanted >>> first);
            int next = first + Integer.numberOfTrailingZeros(~(wanted >>> first));
            payload.limit(Math.min(end, start + next * PieceLayout.BLOCK_LENGTH)).position(start + first * PieceLayout.BLOCK_LENGTH);
            if (!storage.write(piece, begin + first * PieceLayout.BLOCK_LENGTH, payload, onWriteFailure)) {
                Log.TRANSFER.log(Level.DEBUG, "blocks of piece {0} are dropped: the storage has failed", piece);
            }
            first = next;
        }
    }

    private final class Verified implements PieceListener {
        @Override
        public void onPieceVerified(int piece, boolean good) {
            engine.execute(() -> {
                if (!state.isFinal()) {
                    touch();
                    swarm.onPieceVerified(engine.nowNs(), piece, good);
                    if (good) {
                        engine.notify(() -> options.listener().onPieceVerified(torrent, piece));
                    }
                }
            });
        }

        @Override
        public void onFailure(StorageException failure) {
            onWriteFailure.onFailure(failure);
        }
    }

    // ---- trackers ----

    void onCandidate(PeerAddress address) {
        touch();
        if (swarm != null) {
            swarm.onCandidate(address);
        } else if (metadata != null) {
            metadata.onCandidate(address);
        } else if (early.size() < SwarmConfig.DEPLOY.candidates()) {
            early.add(address);
        }
    }

    void onTrackerError(String url, String message) {
        touch();
        Log.TRANSFER.log(Level.INFO, "{0}", message);
        engine.notify(() -> options.listener().onTrackerError(torrent, url, message));
    }

    /** Who announces, and how many bytes it has moved. */
    AnnounceRequest announceFacts() {
        long length = metainfo == null ? 1 : metainfo.layout().length();
        long left = swarm == null ? length : length - verifiedBytes();
        AnnounceRequest request = AnnounceRequest.of(options.infoHash(), engine.peerId(), engine.port(), left)
            .withKey(Integer.toHexString(engine.peerId().low())).withZone(options.zone());
        if (swarm != null) {
            request = request.withProgress(swarm.uploadedBytes(), swarm.downloadedBytes(), left);
        }
        InetAddress announced = engine.options().announcedAddress;
        return announced == null || announced.isAnyLocalAddress() ? request
            : request.withIp(PeerAddress.of(announced.getAddress(), 0));
    }

    // ---- statistics and limits ----

    TokenBucket uploadLimit() {
        return uploadLimit;
    }

    TokenBucket downloadLimit() {
        return downloadLimit;
    }

    /** What a limit held back may go on earlier than was thought. */
    void onLimitChanged() {
        if (swarm != null) {
            swarm.onLimitChanged();
        }
        touch();
    }

    private long verifiedBytes() {
        if (swarm == null) {
            return 0;
        }
        int count = swarm.have().count();
        int lastPiece = metainfo.layout().pieceCount() - 1;
        long bytes = (long) count * metainfo.layout().pieceLength();
        return count > 0 && swarm.have().get(lastPiece) ? bytes - metainfo.layout().pieceLength() + metainfo.layout().length(lastPiece)
            : bytes;
    }

    TorrentStatistics snapshot() {
        List<PeerStatistics> peers = new ArrayList<>();
        int seeds = 0;
        long down = 0;
        long up = 0;
        // At the end they are being closed.
        if (swarm != null && !state.isFinal()) {
            for (PeerConnection peer : swarm.peers()) {
                PeerStatistics one = statistics(peer);
                peers.add(one);
                seeds += one.pieces() == metainfo.layout().pieceCount() ? 1 : 0;
                down += one.downloadBytesPerSecond();
                up += one.uploadBytesPerSecond();
            }
        }
        boolean known = metainfo != null;
        long nowNs = startNs < 0 ? startNs : completeNs >= 0 ? completeNs : engine.nowNs();
        last = new TorrentStatistics(state, known ? metainfo.layout().length() : 0, known ? metainfo.layout().pieceCount() : 0,
            swarm == null ? 0 : swarm.have().count(), verifiedBytes(), swarm == null ? 0 : swarm.downloadedBytes(),
            swarm == null ? 0 : swarm.uploadedBytes(), swarm == null ? 0 : swarm.wastedBytes(),
            swarm == null ? 0 : swarm.hashFailedBytes(), down, up, peers.size(), seeds, checkedBytes.get(),
            Duration.ofNanos(nowNs - startNs), announcer == null ? "" : announcer.lastError(), error,
            List.copyOf(peers));
        return last;
    }

    private static PeerStatistics statistics(PeerConnection peer) {
        return new PeerStatistics(Addresses.toSocketAddress(peer.address()), peer.client(), peer.isIncoming(), peer.pieceCount(),
            peer.downloadedBytes(), peer.uploadedBytes(), peer.downloadBytesPerSecond(), peer.uploadBytesPerSecond(), peer.amChoking(),
            peer.amInterested(), peer.peerChoking(), peer.peerInterested(), peer.requestsOutstanding());
    }
}
