package murder.engine.swarm;

import java.nio.ByteBuffer;
import murder.metainfo.PieceLayout;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Bitfield;
import murder.wire.Outbound;
import murder.wire.Violation;
import murder.wire.WireException;

/**
 * One peer of a swarm, from the finished handshake to the close (BEP 3, 6, 10): its identity, its
 * pieces and the four flags. Each message of the peer has one method. The method checks the message
 * and hands it to the parts of the swarm, which decide. Confined to its engine's thread.
 */
public final class PeerConnection {
    private final Swarm swarm;
    private final PieceLayout layout;
    private final PeerAddress address;
    private final boolean incoming;
    private final PeerId peerId;
    private final boolean fast;
    final long connectedNs;

    private final Bitfield pieces;
    private final RateMeter downloaded;
    private final UnrequestedBlocks unrequested = new UnrequestedBlocks();
    private final UselessMessages useless = new UselessMessages();
    final PeerWriter writer;
    final Extensions extensions;
    // Each part of the swarm keeps its own data about the peer here.
    final AskQueue.Place place = new AskQueue.Place();
    final ActivePieces.Share share = new ActivePieces.Share();
    final DownloadScheduler.Asked asked;
    final Choker.Slot slot = new Choker.Slot();
    final HaveBatch.Told told = new HaveBatch.Told();
    final FirstSeeder.Reveals reveals;
    final UploadScheduler.Served served;
    final Admission.Seat seat = new Admission.Seat();

    private boolean amChoking = true;
    private boolean amInterested;
    private boolean peerChoking = true;
    private boolean peerInterested;
    private boolean isFullFromStart;
    private boolean piecesTold;
    private boolean closed;
    private long lastReceivedNs;

    PeerConnection(Swarm swarm, long nowNs, Outbound out, Peer peer) {
        this.swarm = swarm;
        this.layout = swarm.layout();
        this.address = peer.address();
        this.incoming = peer.incoming();
        this.peerId = peer.peerId();
        this.fast = peer.fast();
        this.reveals = swarm.isRevealing() ? new FirstSeeder.Reveals() : null;
        this.writer = new PeerWriter(swarm, this, nowNs, out, peer);
        this.extensions = new Extensions(swarm, this, peer.extensions());
        this.connectedNs = nowNs;
        this.lastReceivedNs = nowNs;
        this.pieces = new Bitfield(layout.pieceCount());
        this.asked = new DownloadScheduler.Asked(swarm.config());
        this.served = new UploadScheduler.Served(swarm.config().requestQueue());
        this.downloaded = new RateMeter(nowNs);
    }

    /**
     * The identity of a peer after its handshake.
     *
     * @param address of the other end of its connection
     * @param incoming whether it dialled us
     * @param peerId its name
     * @param fast whether both sides speak BEP 6
     * @param extensions whether both sides speak BEP 10
     */
    public record Peer(PeerAddress address, boolean incoming, PeerId peerId, boolean fast, boolean extensions) {
    }

    public PeerAddress address() {
        return address;
    }

    public boolean isIncoming() {
        return incoming;
    }

    public PeerId peerId() {
        return peerId;
    }

    /** The name of the peer's program, or its peer id. */
    public String client() {
        return extensions.client().isEmpty() ? peerId.toString() : extensions.client();
    }

    /** How many pieces the peer has announced. */
    public int pieceCount() {
        return pieces.count();
    }

    public long downloadedBytes() {
        return downloaded.total();
    }

    public long uploadedBytes() {
        return writer.uploaded().total();
    }

    public long downloadBytesPerSecond() {
        return downloaded.bytesPerSecond();
    }

    public long uploadBytesPerSecond() {
        return writer.uploaded().bytesPerSecond();
    }

    public boolean amChoking() {
        return amChoking;
    }

    public boolean amInterested() {
        return amInterested;
    }

    public boolean peerChoking() {
        return peerChoking;
    }

    public boolean peerInterested() {
        return peerInterested;
    }

    /** Outstanding blocks of the peer. */
    public int requestsOutstanding() {
        return DownloadScheduler.requests(this).outstanding();
    }

    boolean isFast() {
        return fast;
    }

    boolean isClosed() {
        return closed;
    }

    void markClosed() {
        closed = true;
    }

    boolean has(int piece) {
        return pieces.get(piece);
    }

    /** The peer's pieces, a live view; do not change it. */
    Bitfield pieces() {
        return pieces;
    }

    /** The peer announced the piece. Returns whether it is new. */
    boolean addPiece(int piece) {
        return pieces.set(piece);
    }

    /** Whether its first message about pieces announced all of them. */
    boolean isFullFromStart() {
        return isFullFromStart;
    }

    boolean isSeed() {
        return pieces.isFull() || extensions.isUploadOnly();
    }

    // ---- messages of the peer; after the close they change nothing ----

    public void onKeepAlive(long nowNs) {
        lastReceivedNs = nowNs;
    }

    public void onChoke(long nowNs) {
        if (isOver(nowNs)) {
            return;
        }
        if (changes(nowNs, !peerChoking)) {
            peerChoking = true;
            swarm.downloads().onChoked(this);
        }
    }

    public void onUnchoke(long nowNs) {
        if (isOver(nowNs)) {
            return;
        }
        if (changes(nowNs, peerChoking)) {
            peerChoking = false;
            swarm.queue().updateSource(this);
            swarm.queue().retry(this);
        }
    }

    public void onInterested(long nowNs) {
        if (isOver(nowNs)) {
            return;
        }
        if (changes(nowNs, !peerInterested)) {
            peerInterested = true;
            swarm.choker().onInterested(nowNs, this);
        }
    }

    public void onNotInterested(long nowNs) {
        if (isOver(nowNs)) {
            return;
        }
        if (changes(nowNs, peerInterested)) {
            peerInterested = false;
            swarm.choker().onNotInterested(nowNs);
        }
    }

    public void onHave(long nowNs, int piece) throws WireException {
        if (isOver(nowNs)) {
            return;
        }
        piecesTold = true;
        if (!layout.isPiece(piece)) {
            throw new WireException(Violation.BAD_PIECE_INDEX, "have names piece " + piece + " of " + layout.pieceCount());
        }
        if (changes(nowNs, !pieces.get(piece))) {
            swarm.onPeerHas(nowNs, this, piece);
        }
    }

    public void onBitfield(long nowNs, ByteBuffer bits) throws WireException {
        if (isOver(nowNs)) {
            return;
        }
        int length = bits.remaining();
        Bitfield told = Bitfield.parse(bits, layout.pieceCount());
        if (told == null) {
            throw new WireException(Violation.BAD_BITFIELD, length + " bytes, or spare bits set, for " + layout.pieceCount() + " pieces");
        }
        onPieces(nowNs, told);
    }

    public void onHaveAll(long nowNs) throws WireException {
        if (isOver(nowNs)) {
            return;
        }
        negotiated("have all");
        if (!changes(nowNs, !pieces.isFull())) {
            return; // A message of five bytes must not cost a loop over all pieces.
        }
        Bitfield all = new Bitfield(layout.pieceCount());
        all.setAll();
        onPieces(nowNs, all);
    }

    public void onHaveNone(long nowNs) throws WireException {
        if (isOver(nowNs)) {
            return;
        }
        negotiated("have none");
        if (piecesTold) {
            throw new WireException(Violation.BITFIELD_NOT_FIRST, "have none after the peer's pieces were told");
        }
        piecesTold = true;
    }

    public void onRequest(long nowNs, int piece, int begin, int length) throws WireException {
        if (isOver(nowNs)) {
            return;
        }
        if (!layout.isRange(piece, begin, length) || length > SwarmConfig.MAX_REQUEST_LENGTH) {
            throw new WireException(Violation.BAD_REQUEST, "request for piece " + piece + ", begin " + begin + ", length " + length);
        }
        swarm.onPeerAsks(this, piece);
        boolean isHad = swarm.have().get(piece);
        if (isHad && !amChoking && swarm.uploads().onRequest(this, piece, begin, length)) {
            useless.isOneTooMany(true);
        } else if (!fast && !(isHad && amChoking)) {
            // Without BEP 6 a request while choked is void. A request beyond the queue is lost.
            throw isHad ? new WireException(Violation.TOO_MANY_REQUESTS, "more than " + swarm.config().requestQueue() + " requests")
                : new WireException(Violation.BAD_REQUEST, "request for piece " + piece + " that we did not announce");
        } else if (useless.isRejectTooMany(isHad, amChoking)) {
            swarm.close(nowNs, this, Refusal.POINTLESS);
        } else {
            writer.reject(nowNs, piece, begin, length);
        }
    }

    /** The connection takes payload again, after {@link Outbound#isWritable} was false. */
    public void onWritable() {
        if (!closed) {
            swarm.uploads().wake(this);
        }
    }

    public void onCancel(long nowNs, int piece, int begin, int length) {
        if (isOver(nowNs)) {
            return;
        }
        if (changes(nowNs, swarm.uploads().onCancel(this, piece, begin, length))) {
            writer.reject(nowNs, piece, begin, length);
        }
    }

    /** {@return a bit for each block that arrived and is to be written, the lowest for the first} */
    public int onBlocks(long nowNs, int piece, int begin, int length) throws WireException {
        if (isOver(nowNs)) {
            return 0;
        }
        long run = BlockRun.ofRange(layout, piece, begin, length);
        if (run < 0) {
            throw new WireException(Violation.BAD_BLOCK, "block of piece " + piece + ", begin " + begin + ", length " + length);
        }
        downloaded.add(length);
        swarm.totals().onDownloaded(length);
        if (!swarm.downloads().onAnswer(nowNs, this, run) && !unrequested.answersTakenBack(run)) {
            unrequested.onUnrequested(BlockRun.count(run));
            swarm.totals().onWasted(length);
            return 0;
        }
        unrequested.onAnswer(BlockRun.count(run));
        return swarm.downloads().onBlocks(nowNs, this, run);
    }

    public void onReject(long nowNs, int piece, int begin, int length) throws WireException {
        if (isOver(nowNs)) {
            return;
        }
        negotiated("reject");
        long run = BlockRun.ofRange(layout, piece, begin, length);
        if (run < 0) {
            throw new WireException(Violation.BAD_REQUEST, "reject of piece " + piece + ", begin " + begin + ", length " + length);
        }
        // A reject may answer a cancel. A later request for the same blocks stays outstanding.
        changes(nowNs, unrequested.answersTakenBack(run) || swarm.downloads().onRejected(this, run));
    }

    public void onSuggest(long nowNs, int piece) throws WireException {
        hint(nowNs, "suggest", piece);
    }

    public void onAllowedFast(long nowNs, int piece) throws WireException {
        hint(nowNs, "allowed fast", piece);
    }

    public void onExtended(long nowNs, int extendedId, ByteBuffer payload) throws WireException {
        if (isOver(nowNs)) {
            return;
        }
        extensions.onMessage(nowNs, extendedId, payload);
    }

    /** A message without effect (DHT port, unknown ids). */
    public void onOther(long nowNs) {
        lastReceivedNs = nowNs;
    }

    private boolean isOver(long nowNs) {
        lastReceivedNs = nowNs;
        return closed;
    }

    /** Counts a message. @return {@code changed}: whether the message has an effect */
    private boolean changes(long nowNs, boolean changed) {
        if (useless.isOneTooMany(changed)) {
            swarm.close(nowNs, this, Refusal.POINTLESS);
        }
        return changed;
    }

    private void hint(long nowNs, String message, int piece) throws WireException {
        if (isOver(nowNs)) {
            return;
        }
        negotiated(message);
        if (!layout.isPiece(piece)) {
            throw new WireException(Violation.BAD_PIECE_INDEX, message + " names piece " + piece + " of " + layout.pieceCount());
        }
    }

    private void negotiated(String message) throws WireException {
        if (!fast) {
            throw new WireException(Violation.MESSAGE_NOT_NEGOTIATED, message + " without the fast extension");
        }
    }

    private void onPieces(long nowNs, Bitfield told) {
        if (!piecesTold) {
            piecesTold = true;
            isFullFromStart = told.isFull();
            swarm.onPeerPieces(nowNs, this, told);
            return;
        }
        // BEP 3 and 6 allow it only as first message, but aria2 sends it instead of many HAVEs.
        int known = pieces.count();
        for (int piece = told.nextSet(0); piece >= 0 && !closed; piece = told.nextSet(piece + 1)) {
            if (!pieces.get(piece)) {
                swarm.onPeerHas(nowNs, this, piece);
            }
        }
        changes(nowNs, pieces.count() > known);
    }

    // ---- flags of this side, and requests that are void ----

    void choke(long nowNs) {
        amChoking = true;
        useless.onChoke(swarm.config().requestQueue());
        writer.choke(nowNs);
        swarm.uploads().onChoked(nowNs, this);
    }

    void unchoke(long nowNs) {
        amChoking = false;
        writer.unchoke(nowNs);
    }

    void setInterested(long nowNs, boolean interested) {
        if (amInterested != interested) {
            amInterested = interested;
            writer.interest(nowNs, interested);
        }
    }

    /** The request is void, with or without a cancel. */
    void takeBack(long run) {
        unrequested.onTakenBack(run);
    }

    // ---- time ----

    /** Returns false if the peer has been silent for too long. */
    boolean onTick(long nowNs) {
        downloaded.onTick(nowNs);
        writer.onTick(nowNs);
        return nowNs - lastReceivedNs < SwarmConfig.IDLE_NS;
    }

    @Override
    public String toString() {
        return address + " " + peerId;
    }
}
