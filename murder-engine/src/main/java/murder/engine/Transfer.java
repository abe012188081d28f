package murder.engine;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import murder.engine.storage.CheckMode;
import murder.engine.storage.StorageException;
import murder.engine.storage.TorrentStorage;
import murder.engine.swarm.MetadataFetch;
import murder.engine.swarm.PeerConnection;
import murder.engine.swarm.RateLimits;
import murder.engine.swarm.Refusal;
import murder.engine.swarm.Suspects;
import murder.engine.swarm.Swarm;
import murder.engine.swarm.TokenBucket;
import murder.engine.swarm.TorrentTurn;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnounceSchedule;
import murder.wire.Bitfield;
import murder.wire.nio.Addresses;
import murder.wire.nio.CloseReason;

/**
 * One torrent inside its engine: moves it from {@link Stage} to stage and reports its state. The
 * stage joins the torrent's decisions to sockets and disk. Holds no policy. Loop's thread only,
 * except {@link #infoHash}, {@link #identity}, {@link #torrent} and where it says otherwise.
 */
final class Transfer implements TransferInputs.Receiver, PeerSession.Owner, Stage.Owner, Announcer.Owner {
    private final EngineParts parts;
    private final TorrentOptions options;
    private final SwarmIdentity identity;
    private final Consumer<Transfer> onEnded;
    private final TransferInputs inputs;
    private final Published published;
    private final Torrent torrent;
    private final ListenerCalls listener;
    private final TransferClock clock;
    private final StatisticsCollector statistics;
    private final Announcer announcer;
    private final TorrentTurn turn;
    private final AnnounceFacts facts;
    private final TransferFiles files;
    private final Suspects suspects;
    private final TokenBucket uploadLimit;
    private final TokenBucket downloadLimit;
    private Stage stage;
    private boolean paused;
    private long deadlineNs;
    /** The bytes moved before the last {@link #onRecheck}. */
    private PayloadCounts earlier = PayloadCounts.UNKNOWN;

    /** Any thread. @param onEnded the torrent failed or was removed; on the loop's thread */
    Transfer(EngineParts parts, TorrentOptions options, Consumer<Transfer> onEnded) {
        this.parts = parts;
        this.options = options;
        this.identity = new SwarmIdentity(options.swarmName(), options.swarmKey(), parts.secrets());
        this.onEnded = onEnded;
        this.inputs = new TransferInputs(parts.loop(), this);
        this.published = new Published(options.infoHash(), options.path(), options.metainfo());
        this.torrent = new Torrent(published, inputs);
        this.listener = new ListenerCalls(parts.threads(), options.listener(), torrent);
        this.clock = new TransferClock(parts.loop()::nowNs);
        this.statistics = new StatisticsCollector(clock, parts);
        this.announcer = new Announcer(this, listener, new AnnounceSchedule(options.trackers(), parts.peerId(),
            parts.config().addressesWanted(), parts.randoms().next()), parts.trackers(), inputs, clock);
        this.turn = announcer.turn();
        this.facts = new AnnounceFacts(options.swarmName(), options.zone(), parts);
        this.files = new TransferFiles(options, parts.threads());
        this.suspects = new Suspects(parts.bans());
        this.uploadLimit = new TokenBucket(options.uploadBytesPerSecond());
        this.downloadLimit = new TokenBucket(options.downloadBytesPerSecond());
        this.stage = options.metainfo() == null
            ? new Stage.Fetching(this, clock, turn, new MetadataFetch(parts.config(), options.infoHash(), parts.peerId(),
                parts.randoms().next(), parts.bans()))
            : new Stage.Checking(options.metainfo().layout(), List.of());
        published.state = stage.state();
        published.statistics = statistics.collect(stage.state(), counts(), null, 0, "");
    }

    InfoHash infoHash() {
        return options.infoHash();
    }

    @Override
    public SwarmIdentity identity() {
        return identity;
    }

    Torrent torrent() {
        return torrent;
    }

    /** Inputs of other threads for the torrent. Any thread. */
    TransferInputs inputs() {
        return inputs;
    }

    /** The future that completes when the files are closed. Any thread. */
    CompletableFuture<Void> ended() {
        return published.ended;
    }

    // ---- from stage to stage ----

    void start() {
        statistics.onStarted();
        options.peers().forEach(torrent::addPeer);
        if (published.metainfo != null) {
            try {
                check(files.firstMode());
            } catch (RuntimeException e) {
                onFault(e);
            }
        }
    }

    @Override
    public void onMetadata(byte[] rawInfo) {
        try {
            published.metainfo = options.metainfoOf(rawInfo);
        } catch (TorrentException e) {
            onEnd(Duration.ofSeconds(1), e);
            return;
        }
        enter(new Stage.Checking(published.metainfo.layout(), stage.candidates()));
        check(files.firstMode());
    }

    private void check(CheckMode mode) {
        try {
            TorrentStorage storage = files.open(published.metainfo);
            inputs.onChecked(storage, storage.check(mode, bytes -> published.checkedBytes = bytes));
        } catch (StorageException e) {
            onStorageFailed(e);
        }
    }

    @Override
    public void onRecheck() {
        if (stage instanceof Stage.Running) {
            published.checkedBytes = 0;
            earlier = counts();
            enter(new Stage.Checking(published.metainfo.layout(), stage.candidates()));
            inputs.onClosed(files.storage(), files.close());
        }
    }

    @Override
    public void onClosed(TorrentStorage before) {
        // All connections are closed. The tracker knows more peers than the dialled ones.
        announcer.announceNow();
        check(CheckMode.FULL);
    }

    @Override
    public void onChecked(TorrentStorage of, Bitfield have) {
        published.pieces.onChecked(published.metainfo.layout(), have);
        if (have.isFull()) {
            Stage.Running running = running(have);
            statistics.onComplete();
            running.finish();
            enter(running);
            inputs.onDoubted(of, of.wrongPieces());
        } else {
            statistics.onIncomplete();
            inputs.onAllocated(of, have, of.allocate());
        }
    }

    @Override
    public void onAllocated(TorrentStorage of, Bitfield have) {
        enter(running(have));
        inputs.onDoubted(of, of.wrongPieces());
    }

    private Stage.Running running(Bitfield have) {
        Swarm swarm = new Swarm(parts.config(), published.metainfo.layout(), parts.peerId(), published.metainfo.rawInfo(), have,
            new RateLimits(List.of(uploadLimit, parts.uploadLimit()), List.of(downloadLimit, parts.downloadLimit())),
            parts.randoms().next(), suspects);
        for (PeerAddress candidate : stage.candidates()) {
            swarm.onCandidate(candidate);
        }
        return new Stage.Running(this, clock, inputs, turn, swarm, files.storage(), parts.throttle());
    }

    /** Every piece is verified. The files get their names; then the completion is reported. */
    @Override
    public void onDownloaded(Stage.Running running) {
        statistics.onComplete();
        running.finish();
        publish();
    }

    @Override
    public void onInPlace(TorrentStorage of) {
        if (files.isOpen(of)) {
            stage.onInPlace();
            publish();
            TorrentStatistics complete = published.statistics;
            listener.afterwards(() -> published.completion.complete(complete));
        }
    }

    private void enter(Stage next) {
        Stage before = stage;
        next.pause(clock.touch(), paused);
        stage = next;
        before.leave();
        publish();
    }

    /** Reports the state, if it has changed. */
    private void publish() {
        TorrentState state = paused && !hasEnded() ? TorrentState.PAUSED : stage.state();
        if (state != published.state) {
            published.state = state;
            onStatistics();
            clock.touch();
            listener.onStateChanged(state);
        }
    }

    @Override
    public boolean hasEnded() {
        return stage.state().isFinal();
    }

    @Override
    public void onPause(boolean on) {
        if (paused == on) {
            return;
        }
        paused = on;
        stage.pause(clock.nowNs(), on);
        if (on) {
            announcer.leave(Duration.ofSeconds(5));
        } else {
            announcer.resume();
        }
        publish();
    }

    /** The resume file was wrong: hashes everything, and fetches the wrong pieces again. */
    @Override
    public void onDoubted(TorrentStorage of, Bitfield wrong) {
        if (files.isOpen(of) && !wrong.isEmpty()) {
            onRecheck();
        }
    }

    @Override
    public void onFailed(TorrentStorage of, StorageException failure) {
        if (files.isOpen(of)) {
            if (TransferFiles.isWrong(of)) {
                onRecheck();
            } else {
                onStorageFailed(failure);
            }
        }
    }

    @Override
    public void onStorageFailed(StorageException failure) {
        switch (failure.reason()) {
            case FAULT -> onFault(failure);
            case DISK_FULL -> fail(TorrentException.Reason.DISK_FULL, failure.getMessage(), failure);
            default -> fail(TorrentException.Reason.STORAGE, failure.getMessage(), failure);
        }
    }

    /** A fault in this torrent's code ends it, and no other torrent. */
    @Override
    public void onFault(Exception fault) {
        Log.TRANSFER.log(Level.ERROR, "torrent " + infoHash() + " ends by a fault of its own", fault);
        fail(TorrentException.Reason.TORRENT_FAULT, "the torrent ended by a fault in its code: " + fault, fault);
    }

    private void fail(TorrentException.Reason reason, String message, Exception cause) {
        onEnd(Duration.ofSeconds(1), new TorrentException(reason, message, cause));
    }

    /** Ends the torrent for good: leaves the tracker, closes connections and files. Idempotent. */
    @Override
    public void onEnd(Duration atMost, TorrentException why) {
        if (hasEnded()) {
            return;
        }
        boolean removed = why.reason() == TorrentException.Reason.REMOVED;
        if (!removed) {
            statistics.onFailed(why.getMessage());
        }
        Stage before = stage;
        stage = new Stage.Ended(removed ? TorrentState.REMOVED : TorrentState.FAILED, before.counts());
        publish();
        listener.afterwards(() -> published.completion.completeExceptionally(why));
        before.closeAll("the torrent ended");
        onEnded.accept(this);
        CompletableFuture<Void> farewell = announcer.leave(atMost);
        CompletableFuture.allOf(farewell, files.close()).whenComplete((nothing, failure) -> {
            parts.threads().disk().release();
            if (failure == null) {
                published.ended.complete(null);
            } else {
                published.ended.completeExceptionally(failure);
            }
        });
    }

    long onTurn(long nowNs) {
        if (hasEnded()) {
            return Long.MAX_VALUE;
        }
        if (clock.isTouched() || nowNs >= deadlineNs) {
            clock.clear();
            try {
                deadlineNs = stage.onTurn(nowNs);
            } catch (RuntimeException e) {
                onFault(e);
                return Long.MAX_VALUE;
            }
        }
        return clock.isTouched() ? nowNs : deadlineNs;
    }

    @Override
    public void touch() {
        clock.touch();
    }

    // ---- peers ----

    @Override
    public boolean isTalking() {
        return stage.isTalking();
    }

    @Override
    public boolean mayWait(PeerSession session) {
        return stage.mayWait(clock.touch(), session);
    }

    @Override
    public PeerSession dial(PeerAddress address) {
        PeerSession session = new PeerSession(parts.peerId(), parts.throttle(), this, address);
        parts.loop().connect(address, session);
        return session;
    }

    @Override
    public Party admit(PeerSession session, PeerConnection.Peer peer) {
        long nowNs = clock.touch();
        if (stage.isTalking()) {
            Party party = stage.admit(nowNs, session, peer);
            if (!session.connection().isClosed()) {
                listener.onPeerConnected(session.remote());
            }
            return party;
        }
        stage.onClosed(nowNs, session, CloseReason.LOCAL);
        return Stage.refuse(session, Refusal.PAUSED);
    }

    @Override
    public void onClosed(PeerSession session, CloseReason reason, String detail) {
        if (!session.isAdmitted() || !reason.isOrdinary()) {
            Log.TRANSFER.log(reason == CloseReason.READ_FAILED ? Level.INFO : Level.DEBUG, "{0} closed: {1} {2}", session.remote(), reason,
                detail);
        }
        if (session.isAdmitted()) {
            listener.onPeerDisconnected(session.remote(), (reason + " " + detail).strip());
        }
        stage.onClosed(clock.touch(), session, reason);
    }

    @Override
    public void onPieceVerified(int piece, boolean good) {
        FlightRecord.onPiece(infoHash(), piece, good);
        stage.onPieceVerified(clock.touch(), piece, good);
        if (good) {
            published.pieces.onVerified(published.metainfo.layout(), piece);
            listener.onPieceVerified(piece);
        }
    }

    @Override
    public void onBanned(PeerAddress peer) {
        Log.TRANSFER.log(Level.WARNING, "{0} sent bad data and is banned", peer);
        listener.onPeerBanned(Addresses.toSocketAddress(peer));
    }

    // ---- trackers ----

    @Override
    public void onAnnounced(AnnounceSchedule.Order order, AnnounceResponse response, Throwable error) {
        announcer.onAnnounced(order, response, error);
    }

    @Override
    public void onAnnounceNow() {
        announcer.announceNow();
    }

    @Override
    public void onCandidate(PeerAddress address) {
        clock.touch();
        stage.onCandidate(address);
    }

    @Override
    public AnnounceRequest announceFacts() {
        return facts.of(counts());
    }

    // ---- limits and statistics ----

    @Override
    public void onUploadLimit(long bytesPerSecond) {
        uploadLimit.setRate(bytesPerSecond);
        onLimitChanged();
    }

    @Override
    public void onDownloadLimit(long bytesPerSecond) {
        downloadLimit.setRate(bytesPerSecond);
        onLimitChanged();
    }

    @Override
    public void onLimitChanged() {
        clock.touch();
        stage.onLimitChanged();
    }

    private PayloadCounts counts() {
        return stage.counts().plusMoved(earlier);
    }

    @Override
    public TorrentStatistics onStatistics() {
        TorrentStatistics now = statistics.collect(published.state, counts(), stage.swarm(), published.checkedBytes,
            announcer.lastError());
        published.statistics = now;
        return now;
    }
}
