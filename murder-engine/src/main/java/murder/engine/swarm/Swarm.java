package murder.engine.swarm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import murder.metainfo.PieceLayout;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Bitfield;
import murder.wire.Outbound;

/**
 * The decisions of one torrent: its connections, and the parts that pick, request, serve, choke,
 * reveal and dial. It passes events to these parts and decides little itself.
 *
 * <p>Pure: no I/O, clock, threads or randomness of its own. For each event a driver (the selector
 * loop, or the simulator) calls a method {@code onX} here or on {@link PeerConnection}. Then it
 * calls {@link #onTurn} once, and then {@link #carryOut}. Times are {@code nowNs}, from 0 upwards,
 * one reading per turn. Confined to its engine's thread.
 */
public final class Swarm {
    private final SwarmConfig config;
    private final PieceLayout layout;
    private final byte[] rawInfo;
    private final Bitfield have;
    private final List<PeerConnection> peers = new ArrayList<>();
    private final List<PeerConnection> peersView = Collections.unmodifiableList(peers);
    private final Orders<SwarmDriver> orders = new Orders<>();
    private final PiecePicker picker;
    private int seenBans;
    private final Suspects suspects;
    private final SwarmTotals totals = new SwarmTotals();
    private final AskQueue queue;
    private final ActivePieces pieces;
    private final DownloadScheduler downloads;
    private final UploadScheduler uploads;
    private final HaveBatch haves;
    private final Choker choker;
    private final PeerSelection selection;
    private final Admission admission;
    private final Returns returns = new Returns();
    private FirstSeeder firstSeeder;
    private boolean paused;
    private boolean completed;
    private long nextTickNs;

    /**
     * @param config how it behaves
     * @param layout of the payload
     * @param self the name of this peer
     * @param rawInfo the raw {@code info} dictionary, served to peers that lack it (BEP 9)
     * @param have the verified pieces; the swarm keeps and updates it
     * @param limits of rates
     * @param random source of all random numbers here
     * @param suspects of the torrent
     */
    public Swarm(SwarmConfig config, PieceLayout layout, PeerId self, byte[] rawInfo, Bitfield have, RateLimits limits,
                 RandomGenerator random, Suspects suspects) {
        if (have.size() != layout.pieceCount()) {
            throw new IllegalArgumentException(have.size() + " bits for " + layout.pieceCount() + " pieces");
        }
        this.suspects = suspects;
        this.config = config;
        this.layout = layout;
        this.rawInfo = rawInfo;
        this.have = have;
        this.picker = new PiecePicker(have, random);
        RequestWindow window = new RequestWindow(config.requestWindow(), layout.blockCount(0), layout.blockLength(0, 0));
        this.queue = new AskQueue(picker, window, peers);
        this.pieces = new ActivePieces(this, picker, suspects, totals);
        this.downloads = new DownloadScheduler(layout, picker, queue, pieces, suspects, totals, new RateGate(limits.download()));
        this.haves = new HaveBatch(peers);
        this.uploads = new UploadScheduler(new RateGate(limits.upload()));
        this.choker = new Choker(peers, config.unchokeSlots());
        this.selection = new PeerSelection(config, random);
        this.admission = new Admission(config, self, have, peers);
        if (config.firstSeeder() && have.isFull()) {
            this.firstSeeder = new FirstSeeder(peers, picker, layout.pieceCount(), config.revealWindow(), random);
        }
    }

    // ---- what happens ----

    /** An address to try, from a tracker or the user. */
    public void onCandidate(PeerAddress address) {
        selection.add(address);
    }

    /**
     * @param tried false if this host could not dial, because it had no descriptor; then the
     *     address is not at fault
     */
    public void onDialFailed(long nowNs, PeerAddress address, boolean tried) {
        selection.onDialFailed(nowNs, address, tried);
    }

    /**
     * A handshake is done, on a connection of either side. It may close another connection to make
     * room.
     *
     * @return null if the swarm accepts the peer, then {@link #onConnected} must follow; otherwise
     *     the reason to close it
     */
    public Refusal admit(long nowNs, PeerConnection.Peer peer) {
        return selection.onVerdict(nowNs, peer, refusal(nowNs, peer));
    }

    private Refusal refusal(long nowNs, PeerConnection.Peer peer) {
        if (paused) {
            return Refusal.PAUSED;
        }
        if (suspects.isBanned(peer.address(), peer.peerId())) {
            return Refusal.BANNED;
        }
        if (returns.mustWait(nowNs, peer.address(), peer.peerId())) {
            return Refusal.TOO_SOON;
        }
        Admission.Verdict verdict = admission.judge(nowNs, peer);
        if (verdict.leaving() != null) {
            close(nowNs, verdict.leaving(), verdict.reason());
        }
        return verdict.refusal();
    }

    /**
     * The peer that {@link #admit} accepted is connected. The returned object gets its messages.
     */
    public PeerConnection onConnected(long nowNs, PeerConnection.Peer peer, Outbound out) {
        PeerConnection connection = new PeerConnection(this, nowNs, out, peer);
        if (!peer.incoming()) {
            totals.watch.onDialled(selection.onConnected(nowNs, peer.address()));
        }
        if (peers.isEmpty()) {
            nextTickNs = nowNs + SwarmConfig.TICK_NS;
        }
        peers.add(connection);
        admission.onConnected(nowNs, connection);
        haves.onConnected(connection);
        connection.writer.pieces(nowNs, firstSeeder == null ? have : new Bitfield(have.size()));
        connection.extensions.sendHandshake();
        choker.onConnected(nowNs, connection);
        return connection;
    }

    /** The connection is closed, for any reason. Spurious calls change nothing. */
    public void onDisconnected(long nowNs, PeerConnection peer) {
        if (peer.isClosed()) {
            return;
        }
        peer.markClosed();
        peers.remove(peer);
        admission.onDisconnected(peer);
        downloads.onDisconnected(peer);
        choker.onDisconnected(nowNs, peer);
        if (peer.isFullFromStart()) {
            picker.onFullPeerLost();
        } else {
            for (int piece = peer.pieces().nextSet(0); piece >= 0; piece = peer.pieces().nextSet(piece + 1)) {
                picker.onHaveLost(piece);
            }
        }
        if (firstSeeder != null) {
            firstSeeder.onDisconnected(peer);
        }
        if (!peer.isIncoming()) {
            selection.onDisconnected(nowNs, peer.address(), peer.isSeed(), nowNs - peer.connectedNs);
        }
    }

    /** The driver's answer to {@link SwarmDriver#verify}. */
    public void onPieceVerified(long nowNs, int piece, boolean good) {
        ActivePiece done = pieces.onVerified(piece, good);
        if (!good) {
            discard(piece);
            ban(nowNs, suspects.onBadPiece(done));
            return;
        }
        suspects.onGoodPiece(done);
        have.set(piece);
        haves.onVerified(nowNs, done);
        queue.onVerified(nowNs, piece);
        if (have.isFull()) {
            completed = true;
            orders.add(SwarmDriver::completed);
            haves.tellAll(nowNs);
            for (PeerConnection peer : List.copyOf(peers)) {
                haves.tellComplete(nowNs, peer);
                closeIfBothComplete(nowNs, peer);
            }
        }
    }

    /** A rate limit has changed: delayed requests and blocks may continue earlier than planned. */
    public void onLimitChanged() {
        queue.wakeAll();
    }

    /** Stops or starts all communication with peers. */
    public void pause(long nowNs, boolean pause) {
        paused = pause;
        if (pause) {
            closeAll(nowNs, peer -> true, Refusal.PAUSED);
        }
    }

    /**
     * Does everything that the turn's events made possible: requests, serves, reveals, dials.
     *
     * @return the time of the next turn if nothing happens before; {@code Long.MAX_VALUE} for never
     */
    public long onTurn(long nowNs) {
        if (seenBans != suspects.additions()) {
            seenBans = suspects.additions();
            closeAll(nowNs, peer -> suspects.isBanned(peer.address(), peer.peerId()), Refusal.BANNED);
        }
        if (!peers.isEmpty() && nowNs >= nextTickNs) {
            onTick(nowNs);
        }
        if (firstSeeder != null && !firstSeeder.reveal(nowNs)) {
            revealAll(nowNs);
        }
        downloads.fill(nowNs);
        uploads.transmit(nowNs);
        haves.onTurn(nowNs);
        dial(nowNs);
        return nextDeadlineNs(nowNs);
    }

    /** Hands the turn's orders to the driver, oldest first. */
    public void carryOut(SwarmDriver driver) {
        orders.carryOut(driver);
    }

    private long nextDeadlineNs(long nowNs) {
        long deadlineNs = Math.min(downloads.nextDeadlineNs(), Math.min(uploads.nextDeadlineNs(), haves.nextDeadlineNs()));
        if (!peers.isEmpty()) {
            deadlineNs = Math.min(deadlineNs, nextTickNs);
        }
        return paused ? deadlineNs : Math.min(deadlineNs, selection.nextDeadlineNs(admission.taken(nowNs), isComplete(), suspects));
    }

    private void onTick(long nowNs) {
        nextTickNs = nowNs + SwarmConfig.TICK_NS;
        for (PeerConnection peer : List.copyOf(peers)) {
            queue.onTick(peer);
            admission.onTick(nowNs, peer);
            if (!peer.onTick(nowNs)) {
                close(nowNs, peer, Refusal.IDLE);
            } else if (!downloads.onTick(nowNs, peer)) {
                close(nowNs, peer, Refusal.SILENT);
            }
        }
        if (firstSeeder != null) {
            firstSeeder.onTick(nowNs);
        }
        choker.onTick(nowNs);
        totals.watch.onTick(nowNs, peers, selection.known(), downloads.nextDeadlineNs() != Long.MAX_VALUE, pieces.isChecking());
    }

    private void dial(long nowNs) {
        PeerAddress next;
        while (!paused && (next = selection.next(nowNs, admission.taken(nowNs), isComplete(), suspects)) != null) {
            PeerAddress address = next;
            orders.add(driver -> driver.dial(address));
        }
    }

    // ---- what the parts tell ----

    void onPeerHas(long nowNs, PeerConnection peer, int piece) {
        if (firstSeeder != null) {
            firstSeeder.onPeerHas(nowNs, peer, piece);
        }
        if (!peer.addPiece(piece)) {
            return;
        }
        if (!peer.isFullFromStart()) {
            picker.onHave(piece);
        }
        if (!have.get(piece)) {
            queue.addWanted(peer, 1);
            peer.setInterested(nowNs, true);
            downloads.onPeerHas(peer, piece);
        }
        closeIfBothComplete(nowNs, peer);
    }

    void onPeerAsks(PeerConnection peer, int piece) {
        if (firstSeeder != null) {
            firstSeeder.onAsked(peer, piece);
        }
    }

    void onPeerPieces(long nowNs, PeerConnection peer, Bitfield told) {
        if (told.isFull()) {
            picker.onFullPeer();
        }
        int wanted = 0;
        for (int piece = told.nextSet(0); piece >= 0; piece = told.nextSet(piece + 1)) {
            peer.addPiece(piece);
            if (!told.isFull()) {
                picker.onHave(piece);
            }
            if (!have.get(piece)) {
                wanted++;
            }
        }
        if (wanted > 0) {
            queue.addWanted(peer, wanted);
            peer.setInterested(nowNs, true);
            queue.wake(peer);
        }
        closeIfBothComplete(nowNs, peer);
    }

    void verify(int piece) {
        orders.add(driver -> driver.verify(piece));
    }

    void discard(int piece) {
        orders.add(driver -> driver.discard(piece));
    }

    void closeIfBothComplete(long nowNs, PeerConnection peer) {
        if (isComplete() && peer.isSeed()) {
            close(nowNs, peer, Refusal.BOTH_COMPLETE);
        }
    }

    private void revealAll(long nowNs) {
        firstSeeder = null;
        for (int i = 0; i < peers.size(); i++) {
            FirstSeeder.revealAll(nowNs, peers.get(i));
            peers.get(i).extensions.sendHandshake();
        }
    }

    private void closeAll(long nowNs, Predicate<PeerConnection> chosen, Refusal reason) {
        for (PeerConnection peer : List.copyOf(peers)) {
            if (chosen.test(peer)) {
                close(nowNs, peer, reason);
            }
        }
    }

    private void ban(long nowNs, PeerConnection convicted) {
        if (convicted != null) {
            orders.add(driver -> driver.banned(convicted.address()));
            close(nowNs, convicted, Refusal.BANNED);
        }
    }

    void close(long nowNs, PeerConnection peer, Refusal reason) {
        if (!peer.isClosed()) {
            if (reason == Refusal.POINTLESS) {
                returns.onClosed(nowNs, peer.address(), peer.peerId());
            }
            onDisconnected(nowNs, peer);
            orders.add(driver -> driver.close(peer, reason));
        }
    }

    // ---- state ----

    public PieceLayout layout() {
        return layout;
    }

    boolean isRevealing() {
        return firstSeeder != null;
    }

    /** Whether this side announces that it is complete: a first seeder only after every piece. */
    boolean isUploadOnly() {
        return isComplete() && firstSeeder == null;
    }

    /** The verified pieces, a live view; do not change it. */
    public Bitfield have() {
        return have;
    }

    public boolean isComplete() {
        return have.isFull();
    }

    /** Whether this swarm downloaded the last piece: false if it was complete from the start. */
    public boolean hasCompleted() {
        return completed;
    }

    /** The known addresses, for the next swarm. A copy. */
    public List<PeerAddress> candidates() {
        return selection.addresses();
    }

    /** The connections, a live view. */
    public List<PeerConnection> peers() {
        return peersView;
    }

    /** Whether more addresses would be dialled. */
    public boolean wantsCandidates(long nowNs) {
        return !paused && admission.taken(nowNs) + selection.dialling() + selection.untried() < config.maxDialled();
    }

    /** The totals of all its connections, a live view. */
    public SwarmTotals totals() {
        return totals;
    }

    /** Throws if its parts contradict each other. O(pieces); for tests and simulations. */
    public boolean checkInvariants() {
        return pieces.checkInvariants() && downloads.checkInvariants();
    }

    SwarmConfig config() {
        return config;
    }

    byte[] rawInfo() {
        return rawInfo;
    }

    AskQueue queue() {
        return queue;
    }

    DownloadScheduler downloads() {
        return downloads;
    }

    UploadScheduler uploads() {
        return uploads;
    }

    HaveBatch haves() {
        return haves;
    }

    Choker choker() {
        return choker;
    }
}
