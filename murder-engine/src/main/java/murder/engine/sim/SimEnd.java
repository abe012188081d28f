package murder.engine.sim;

import murder.engine.swarm.PeerConnection;
import murder.peer.PeerAddress;
import murder.wire.WireException;

/**
 * One end of a connection between two simulated hosts. It takes the messages of its host's swarm,
 * and hands over the messages of the other end. Messages arrive in the order in which they were
 * sent, or not at all.
 *
 * <p>There are hundreds of thousands of ends, so they are small. An end is itself the ring of its
 * messages: another object would cost one more cache miss for each packet.
 */
final class SimEnd extends MessagePacker {
    /** The headers of a packet: Ethernet, IP and TCP with the usual options and the checksum. */
    private static final int PACKET_BYTES = 66;

    private final SimNetwork network;
    private final SimHost host;
    private final int id;
    private SimEnd other;
    /** Null while the connection is not open at this end, and always if the host has no swarm. */
    private PeerConnection peer;
    private boolean open;
    /** The other end no longer waits for messages of this end. */
    private boolean over;
    /** Null without full checks. */
    private final EndChecks checks;
    /** Null unless messages pass through the codec. */
    private CodecStream codec;
    private long lastArrivalNs;
    private long lastDeliveryNs;
    /** Messages that have arrived and wait for the downlink. */
    private int arrived;
    /** Bytes of messages that the uplink has not sent yet. */
    private int waitingBytes;
    /** Block messages among these bytes. */
    private int waitingBlocks;
    /** Bytes of blocks that it may send before it waits for its next turn. */
    private int allowed;
    private boolean touched;
    /** Whether the uplink has this end in its list, or sends its turn. */
    private boolean enlisted;
    private boolean refused;
    private boolean amChoking = true;
    private boolean peerChoking = true;

    SimEnd(SimNetwork network, SimHost host, int id) {
        this.network = network;
        this.host = host;
        this.id = id;
        this.checks = network.model.isChecked() && host.isOurs() ? new EndChecks(this) : null;
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

    long nowNs() {
        return network.nowNs();
    }

    boolean isOpen() {
        return open;
    }

    boolean peerChoking() {
        return peerChoking;
    }

    boolean amChoking() {
        return amChoking;
    }

    /** Whether the other end has announced the piece; only with full checks. */
    boolean isTold(int piece) {
        return checks.isTold(piece);
    }

    boolean isFast() {
        return host.profile.fast() && other.host.profile.fast();
    }

    @Override
    public String toString() {
        return host + " to " + other.host;
    }

    // ---- its life ----

    /** Returns whether the host's swarm accepts the other end. */
    boolean open(boolean incoming, PeerAddress address) {
        boolean extensions = host.profile.extensions() && other.host.profile.extensions();
        PeerConnection.Peer who = new PeerConnection.Peer(address, incoming, other.host.nameFor(other), isFast(), extensions);
        boolean welcome = host.admits(who);
        if (welcome) {
            codec = network.model.isCoded() ? new CodecStream(this, network.random().split()) : null;
            open = true;
            peer = host.connected(this, who);
            host.opened(this);
            network.opened();
        }
        host.turn();
        return welcome;
    }

    /**
     * The host closed its end and gets no more events from it. The other end notices after the
     * messages in flight.
     */
    void close() {
        if (isOpen()) {
            vanish();
            other.lostLater(arrivalNs(network.nowNs() + network.latencyNs()));
        }
    }

    /** The host has died silently. */
    void vanish() {
        if (isOpen()) {
            open = false;
            peer = null;
            codec = null;
            host.closed(this);
            network.closed();
            host.uplink.forget(this);
            while (waiting() > 0) {
                free(dropLast());
            }
            waitingBytes = 0;
            waitingBlocks = 0;
            allowed = 0;
        }
        forgetIfOver();
    }

    /** If both ends are closed, messages in flight are lost. */
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

    /** A reset: both ends lose the connection and all messages in flight at once. */
    void reset() {
        lost();
        other.lost();
    }

    void lostLater(long timeNs) {
        network.add(timeNs, EventKind.LOST, id, 0, 0);
    }

    /** This end notices that the connection is closed. */
    void lost() {
        PeerConnection gone = peer;
        if (isOpen()) {
            vanish();
            host.disconnected(gone);
            host.turn();
        }
    }

    // ---- sending ----

    @Override
    public boolean isWritable() {
        boolean writable = waitingBytes < network.model.kernelBytes() + network.model.highWaterBytes();
        refused |= !writable;
        return writable;
    }

    @Override
    void send(long message) {
        int kind = SimMessage.kind(message);
        if (kind == SimMessage.CHOKE || kind == SimMessage.UNCHOKE) {
            amChoking = kind == SimMessage.CHOKE;
        }
        if (host.isOurs()) {
            EndChecks.expectHonest(this, message);
        }
        send(kind == SimMessage.BLOCK && host.corrupts() ? SimMessage.damaged(message) : message, null);
    }

    @Override
    void send(int kind, int extendedId, byte[] body) {
        send(SimMessage.ofBody(kind, network.bodies.add(body), extendedId, body.length), body);
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

    /** The host's turn has ended: its messages may leave. */
    void flush() {
        touched = false;
        if (over || waiting() == 0 || !other.host.isReading()) {
            // A closed window lets nothing pass: messages continue to wait.
            return;
        }
        if (waitingBlocks > 0) {
            host.uplink.enlist(this);
        } else {
            sendSmall();
        }
    }

    /**
     * Small messages on an end without blocks: one packet. The next turn pays for its share of the
     * link.
     */
    private void sendSmall() {
        int count = waiting();
        int bytes = waitingBytes + PACKET_BYTES;
        launch(count);
        waitingBytes = 0;
        host.uplink.charge(bytes);
        network.add(arrivalNs(network.nowNs() + network.latencyNs(host, other.host)), EventKind.ARRIVED_SMALL, id, count, bytes);
    }

    boolean isEnlisted() {
        return enlisted;
    }

    void enlisted(boolean on) {
        enlisted = on;
    }

    boolean hasBlocks() {
        return waitingBlocks > 0;
    }

    int waitingBlocks() {
        return waitingBlocks;
    }

    int waitingBytes() {
        return waitingBytes;
    }

    /** Bytes of messages without a block among these. */
    int waitingFrameBytes() {
        int bytes = 0;
        for (int i = 0; i < waiting(); i++) {
            bytes += SimMessage.isBlock(waiting(i)) ? 0 : SimMessage.size(waiting(i));
        }
        return bytes;
    }

    /** Allowance of blocks from earlier turns of its uplink, in bytes. */
    int allowed() {
        return allowed;
    }

    void allowed(int bytes) {
        allowed = bytes;
    }

    /**
     * The uplink has sent a turn. Returns whether to tell the waiting swarm that there is room
     * again.
     */
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
            network.add(lastDeliveryNs, EventKind.DELIVERED, id, count, 0);
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
        for (int i = 0; i < count && !over; i++) {
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
    @Override
    void receive(long message, byte[] body) {
        if (!isOpen()) {
            return;
        }
        network.trace((long) id << 32 ^ message);
        if (checks != null) {
            checks.onReceive(message, body);
        }
        int kind = SimMessage.kind(message);
        if (kind == SimMessage.CHOKE || kind == SimMessage.UNCHOKE) {
            peerChoking = kind == SimMessage.CHOKE;
        }
        try {
            host.received(this, message, body);
        } catch (WireException e) {
            if (other.host.isOurs()) {
                throw new IllegalStateException(other.host + " broke the protocol in the eyes of " + host, e);
            }
            // Like in the engine: the connection ends, and later messages are lost.
            PeerConnection gone = peer;
            close();
            host.disconnected(gone);
            return;
        }
        if (checks != null) {
            checks.onTaken(message);
        }
    }
}
