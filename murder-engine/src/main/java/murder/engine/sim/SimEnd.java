package murder.engine.sim;

import java.nio.ByteBuffer;
import murder.engine.swarm.PeerConnection;
import murder.peer.PeerAddress;
import murder.wire.Outbound;
import murder.wire.WireException;

/**
 * One end of a connection between two simulated hosts: takes what its host's swarm sends, and gives that swarm what the other end sent.
 * Messages arrive in the order in which they were sent, or not at all.
 *
 * <p>There are hundreds of thousands of these, so they are kept small, and an end is the ring of its messages: an object more would be a
 * miss of the cache more for each packet.
 */
final class SimEnd extends MessageRing implements Outbound {
    /** Ethernet, IP and TCP headers with the usual options and the checksum: what a packet costs besides its message. */
    private static final int PACKET_BYTES = 66;

    private final SimNetwork network;
    private final SimHost host;
    private final int id;
    private SimEnd other;
    /** Null while the connection is not open at this end. */
    private PeerConnection peer;
    /** Nobody waits any more for what this end sends. */
    private boolean over;
    /** Null unless everything is checked. */
    private final EndChecks checks;
    /** Null unless messages pass through the codec. */
    private CodecStream codec;
    private long lastArrivalNs;
    private long lastDeliveryNs;
    /** Messages that have arrived and wait for the downlink. */
    private int arrived;
    /** Bytes of messages that the uplink has not sent. */
    private int waitingBytes;
    /** Block messages among those. */
    private int waitingBlocks;
    /** Bytes of blocks that it may send before it waits for its next turn. */
    private int allowed;
    private boolean touched;
    /** Whether the uplink has it on its list, or is sending its turn. */
    private boolean enlisted;
    private boolean refused;
    private boolean amChoking = true;
    private boolean peerChoking = true;

    SimEnd(SimNetwork network, SimHost host, int id) {
        this.network = network;
        this.host = host;
        this.id = id;
        this.checks = network.model.checked() ? new EndChecks(this) : null;
    }

    void join(SimEnd otherEnd) {
        other = otherEnd;
    }

    int id() {
        return id;
    }

    SimHost host() {
        return host;
    }

    SimEnd other() {
        return other;
    }

    PeerConnection peer() {
        return peer;
    }

    boolean isOpen() {
        return peer != null;
    }

    boolean peerChoking() {
        return peerChoking;
    }

    boolean amChoking() {
        return amChoking;
    }

    /** Whether the other end has told of the piece; only if everything is checked. */
    boolean isTold(int piece) {
        return checks.isTold(piece);
    }

    boolean isFast() {
        return host.profile().fast() && other.host.profile().fast();
    }

    @Override
    public String toString() {
        return host + " to " + other.host;
    }

    // ---- its life ----

    /** Returns whether the host's swarm welcomes the other end. */
    boolean open(boolean incoming, PeerAddress address) {
        boolean extensions = host.profile().extensions() && other.host.profile().extensions();
        PeerConnection.Peer who = new PeerConnection.Peer(address, incoming, other.host.peerId(), isFast(), extensions);
        boolean welcome = host.swarm().admit(network.nowNs(), who) == null;
        if (welcome) {
            codec = network.model.coded() ? new CodecStream(this, network.random().split()) : null;
            peer = host.swarm().onConnected(network.nowNs(), who, this);
            host.opened(this);
            network.opened();
        }
        host.turn();
        return welcome;
    }

    /** The host closed its end, and learns nothing more of it. The other end learns of it behind what is under way. */
    void close() {
        if (isOpen()) {
            vanish();
            other.lostLater(arrivalNs(network.nowNs() + network.latencyNs()));
        }
    }

    /** The host is gone without a word. */
    void vanish() {
        if (isOpen()) {
            peer = null;
            codec = null;
            host.closed(this);
            network.closed();
            host.uplink().forget(this);
            while (waiting() > 0) {
                free(dropLast());
            }
            waitingBytes = 0;
            waitingBlocks = 0;
            allowed = 0;
        }
        forgetIfOver();
    }

    /** With both ends closed, nobody takes what is under way. */
    void forgetIfOver() {
        if (!isOpen() && !other.isOpen()) {
            forget();
            other.forget();
        }
    }

    private void forget() {
        while (underWay() > 0) {
            free(deliver());
        }
        over = true;
    }

    private void free(long message) {
        if (SimMessage.hasBody(message)) {
            network.bodies.remove(SimMessage.piece(message));
        }
    }

    /** A reset: both ends lose the connection at once, with all that is under way. */
    void reset() {
        lost();
        other.lost();
    }

    void lostLater(long timeNs) {
        network.add(timeNs, SimNetwork.LOST, id, 0, 0);
    }

    /** The connection is gone, and this end notices. */
    void lost() {
        PeerConnection gone = peer;
        if (gone != null) {
            vanish();
            host.swarm().onDisconnected(network.nowNs(), gone);
            host.turn();
        }
    }

    // ---- sending ----

    private void send(long message) {
        send(message, null);
    }

    /** @param body what the message carries besides a block, or null */
    private void send(long message, byte[] body) {
        if (over) {
            free(message);
            return;
        }
        if (checks != null) {
            checks.onSend(message, body);
        }
        append(message);
        waitingBytes += SimMessage.size(message);
        waitingBlocks += SimMessage.isBlock(message) ? 1 : 0;
        if (!touched) {
            touched = true;
            network.touch(this);
        }
    }

    /** The host's turn is over: what it sent may go. */
    void flush() {
        touched = false;
        if (over || waiting() == 0) {
            return;
        }
        if (waitingBlocks > 0) {
            host.uplink().enlist(this);
        } else {
            sendSmall();
        }
    }

    /** Small messages on an end that has no block to send: one packet, whose share of the link is charged to the next turn. */
    private void sendSmall() {
        int count = waiting();
        int bytes = waitingBytes + PACKET_BYTES;
        launch(count);
        waitingBytes = 0;
        host.uplink().charge(bytes);
        network.add(arrivalNs(network.nowNs() + network.latencyNs()), SimNetwork.ARRIVED_SMALL, id, count, bytes);
    }

    boolean hasBlocks() {
        return waitingBlocks > 0;
    }

    boolean isEnlisted() {
        return enlisted;
    }

    void enlisted(boolean on) {
        enlisted = on;
    }

    /**
     * What the next turn sends: the messages up to the last block that the allowance has room for, and the rest as well if no block is
     * among it. What it does not use up is kept for the next turn.
     *
     * @param allowance bytes of blocks that are added to what is left
     * @return how many messages in the high half, their bytes in the low one; 0 if there is no room for a block yet
     */
    long takeTurn(int allowance) {
        allowed += allowance;
        int blocks = 0;
        int bytes = 0;
        int count = 0;
        int bytesSoFar = 0;
        for (int i = 0; blocks < waitingBlocks; i++) {
            long message = waiting(i);
            bytesSoFar += SimMessage.size(message);
            if (SimMessage.isBlock(message)) {
                if (SimMessage.length(message) > allowed) {
                    return (long) count << 32 | bytes;
                }
                allowed -= SimMessage.length(message);
                blocks++;
                count = i + 1;
                bytes = bytesSoFar;
            }
        }
        allowed = 0;
        return (long) waiting() << 32 | waitingBytes;
    }

    /** The uplink has sent a turn. Returns whether the swarm waits for word that there is room again, and now there is. */
    boolean onSent(int count, int bytes) {
        int payload = 0;
        for (int i = 0; i < count; i++) {
            long message = waiting(i);
            if (SimMessage.isBlock(message)) {
                payload += SimMessage.length(message);
                waitingBlocks--;
            }
        }
        network.traffic.onSent(host, other.host, payload);
        launch(count);
        waitingBytes -= bytes;
        network.launch(this, count, bytes);
        if (waitingBlocks == 0 && waiting() > 0) {
            sendSmall();
        }
        boolean writable = refused && waitingBytes < network.model.kernelBytes() + network.model.lowWaterBytes();
        refused &= !writable;
        return writable;
    }

    /** A packet arrives at that time, but not before those that were sent earlier. */
    long arrivalNs(long timeNs) {
        lastArrivalNs = Math.max(timeNs, lastArrivalNs);
        return lastArrivalNs;
    }

    /** Nothing arrives before that time. */
    void holdUntil(long timeNs) {
        lastArrivalNs = timeNs;
    }

    // ---- arriving; these are events of the end that sent ----

    /** Packets with a block have crossed the network and queue at the other host's downlink. */
    void onArrived(int count, int bytes) {
        deliverAt(other.host.downlinkNs(network.nowNs(), bytes), count);
    }

    /** A small packet has: it does not queue, but the link is taken for as long as it lasts. */
    void onArrivedSmall(int count, int bytes) {
        other.host.chargeDownlink(bytes);
        deliverAt(network.nowNs(), count);
    }

    private void deliverAt(long timeNs, int count) {
        if (timeNs <= network.nowNs() && arrived == 0) {
            deliverNow(count);
        } else {
            arrived += count;
            lastDeliveryNs = Math.max(timeNs, lastDeliveryNs);
            network.add(lastDeliveryNs, SimNetwork.DELIVERED, id, count, 0);
        }
    }

    void onDelivered(int count) {
        arrived -= count;
        deliverNow(count);
    }

    private void deliverNow(int count) {
        if (over) {
            return;
        }
        if (!other.isOpen()) {
            for (int i = 0; i < count; i++) {
                free(deliver());
            }
            if (other.host.isUp()) {
                // A host that knows nothing of the connection answers with a reset.
                lostLater(network.nowNs() + network.latencyNs());
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            long message = deliver();
            byte[] body = SimMessage.hasBody(message) ? network.bodies.remove(SimMessage.piece(message)) : null;
            if (other.codec == null) {
                other.receive(message, body);
            } else {
                other.codec.add(message, body);
            }
        }
        if (other.codec != null) {
            other.codec.decode();
        }
        other.host.turn();
    }

    /** The host's swarm gets a message of the other end. */
    void receive(long message, byte[] body) {
        network.trace((long) id << 32 ^ message);
        if (checks != null) {
            checks.onReceive(message, body);
        }
        try {
            dispatch(network.nowNs(), message, body);
        } catch (WireException e) {
            throw new IllegalStateException(other.host + " broke the protocol in the eyes of " + host, e);
        }
        if (checks != null) {
            checks.onTaken(message);
        }
    }

    private void dispatch(long nowNs, long message, byte[] body) throws WireException {
        int piece = SimMessage.piece(message);
        switch (SimMessage.kind(message)) {
            case SimMessage.KEEP_ALIVE -> peer.onKeepAlive(nowNs);
            case SimMessage.CHOKE -> {
                peerChoking = true;
                peer.onChoke(nowNs);
            }
            case SimMessage.UNCHOKE -> {
                peerChoking = false;
                peer.onUnchoke(nowNs);
            }
            case SimMessage.INTERESTED -> peer.onInterested(nowNs);
            case SimMessage.NOT_INTERESTED -> peer.onNotInterested(nowNs);
            case SimMessage.HAVE -> peer.onHave(nowNs, piece);
            case SimMessage.BITFIELD -> peer.onBitfield(nowNs, ByteBuffer.wrap(body));
            case SimMessage.REQUEST -> peer.onRequest(nowNs, piece, SimMessage.begin(message), SimMessage.length(message));
            case SimMessage.BLOCK -> host.storage().onBlocks(message,
                peer.onBlocks(nowNs, piece, SimMessage.begin(message), SimMessage.length(message)));
            case SimMessage.CANCEL -> peer.onCancel(nowNs, piece, SimMessage.begin(message), SimMessage.length(message));
            case SimMessage.HAVE_ALL -> peer.onHaveAll(nowNs);
            case SimMessage.HAVE_NONE -> peer.onHaveNone(nowNs);
            case SimMessage.REJECT -> peer.onReject(nowNs, piece, SimMessage.begin(message), SimMessage.length(message));
            case SimMessage.ALLOWED_FAST -> peer.onAllowedFast(nowNs, piece);
            case SimMessage.SUGGEST -> peer.onSuggest(nowNs, piece);
            case SimMessage.EXTENDED -> peer.onExtended(nowNs, SimMessage.extendedId(message), ByteBuffer.wrap(body));
            default -> throw new IllegalStateException(SimMessage.toString(message));
        }
    }

    // ---- what its swarm sends; what must never be sent, however the rest is checked, is refused here ----

    private void expect(boolean holds, String what, int piece) {
        if (!holds) {
            throw new IllegalStateException("at " + network.nowNs() + " ns " + this + ": " + what + ", piece " + piece);
        }
    }

    @Override
    public boolean isWritable() {
        boolean writable = waitingBytes < network.model.kernelBytes() + network.model.highWaterBytes();
        refused |= !writable;
        return writable;
    }

    @Override
    public void keepAlive() {
        send(SimMessage.signal(SimMessage.KEEP_ALIVE));
    }

    @Override
    public void choke() {
        amChoking = true;
        send(SimMessage.signal(SimMessage.CHOKE));
    }

    @Override
    public void unchoke() {
        amChoking = false;
        send(SimMessage.signal(SimMessage.UNCHOKE));
    }

    @Override
    public void interested() {
        send(SimMessage.signal(SimMessage.INTERESTED));
    }

    @Override
    public void notInterested() {
        send(SimMessage.signal(SimMessage.NOT_INTERESTED));
    }

    @Override
    public void have(int piece) {
        expect(host.storage().isVerified(piece), "HAVE of what was not verified", piece);
        send(SimMessage.ofPiece(SimMessage.HAVE, piece));
    }

    @Override
    public void bitfield(byte[] bits) {
        send(SimMessage.ofBody(SimMessage.BITFIELD, network.bodies.add(bits), 0, bits.length), bits);
    }

    @Override
    public void request(int piece, int begin, int length) {
        expect(!peerChoking, "request while choked", piece);
        expect(!host.storage().isVerified(piece), "request for what is verified", piece);
        send(SimMessage.ofRange(SimMessage.REQUEST, piece, begin, length));
    }

    @Override
    public void block(int piece, int begin, int length) {
        expect(!amChoking, "block while choking", piece);
        expect(host.storage().isVerified(piece), "block of what is not verified", piece);
        long message = SimMessage.ofRange(SimMessage.BLOCK, piece, begin, length);
        send(host.corrupts() ? SimMessage.damaged(message) : message);
    }

    @Override
    public void cancel(int piece, int begin, int length) {
        send(SimMessage.ofRange(SimMessage.CANCEL, piece, begin, length));
    }

    @Override
    public void haveAll() {
        expect(isFast(), "HAVE ALL without BEP 6", 0);
        expect(host.storage().verified().isFull(), "HAVE ALL of what is not whole", 0);
        send(SimMessage.signal(SimMessage.HAVE_ALL));
    }

    @Override
    public void haveNone() {
        expect(isFast(), "HAVE NONE without BEP 6", 0);
        send(SimMessage.signal(SimMessage.HAVE_NONE));
    }

    @Override
    public void reject(int piece, int begin, int length) {
        expect(isFast(), "reject without BEP 6", piece);
        send(SimMessage.ofRange(SimMessage.REJECT, piece, begin, length));
    }

    @Override
    public void allowedFast(int piece) {
        send(SimMessage.ofPiece(SimMessage.ALLOWED_FAST, piece));
    }

    @Override
    public void suggest(int piece) {
        send(SimMessage.ofPiece(SimMessage.SUGGEST, piece));
    }

    @Override
    public void extended(int extendedId, byte[] payload) {
        send(SimMessage.ofBody(SimMessage.EXTENDED, network.bodies.add(payload), extendedId, payload.length), payload);
    }
}
