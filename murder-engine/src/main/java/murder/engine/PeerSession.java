package murder.engine;

import java.nio.ByteBuffer;
import murder.engine.swarm.PeerConnection;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Handshake;
import murder.wire.MessageHandler;
import murder.wire.Violation;
import murder.wire.WireException;
import murder.wire.nio.CloseReason;
import murder.wire.nio.Connection;
import murder.wire.nio.ConnectionHandler;

/** Joins one socket to one torrent: takes the handshake, then hands each message to the torrent's decisions. Loop's thread only. */
final class PeerSession implements ConnectionHandler, MessageHandler, DiskThrottle.Reader {
    private final Engine engine;
    /** Where a dialled connection leads to; null for an accepted one. */
    private final PeerAddress dialled;
    /** Known from the start if we dialled, otherwise from the handshake. */
    private Transfer transfer;
    private Connection connection;
    private Handshake handshake;
    private Transfer.Party party;
    /** Whether the peer waits for its handshake to be answered: see {@link WaitingRoom}. */
    private boolean waiting;
    /** Of a peer that waits; null until it has come. */
    private PeerId peerIdOfWaiting;
    private boolean throttled;

    /** An accepted connection. */
    PeerSession(Engine engine) {
        this(engine, null, null);
    }

    /** A connection that is being dialled. */
    PeerSession(Engine engine, Transfer transfer, PeerAddress dialled) {
        this.engine = engine;
        this.transfer = transfer;
        this.dialled = dialled;
    }

    @Override
    public void onConnected(Connection connected) {
        connection = connected;
        connection.setMessageHandler(this);
        if (dialled != null) {
            connection.handshake(handshakeOf(transfer), engine.peerId());
        }
    }

    private static Handshake handshakeOf(Transfer transfer) {
        return new Handshake(transfer.options().infoHash(), true, true);
    }

    @Override
    public void onHandshake(Handshake told) throws WireException {
        handshake = told;
        if (dialled == null) {
            transfer = engine.transfer(told.infoHash());
            waiting = transfer != null && transfer.mayWait(this);
            if (waiting) {
                return;
            }
            if (transfer == null || !transfer.isTalking()) {
                throw new WireException(Violation.UNKNOWN_INFO_HASH, "handshake names " + told.infoHash());
            }
            // Answered now, before the peer's id has come: the original's client sends that only after our answer.
            connection.handshake(handshakeOf(transfer), engine.peerId());
        } else if (!told.infoHash().equals(transfer.options().infoHash())) {
            throw new WireException(Violation.UNKNOWN_INFO_HASH, "answered with " + told.infoHash());
        }
    }

    @Override
    public void onPeerId(PeerId peerId) {
        if (waiting) {
            peerIdOfWaiting = peerId;
            return;
        }
        party = transfer.admit(this, new PeerConnection.Peer(remote(), dialled == null, peerId, handshake.fast(), handshake.extensions()));
        if (!connection.isClosed()) {
            engine.throttle().add(this);
        }
    }

    /** Goes on where the peer was kept waiting. */
    void answer() {
        waiting = false;
        connection.handshake(handshakeOf(transfer), engine.peerId());
        if (peerIdOfWaiting != null) {
            onPeerId(peerIdOfWaiting);
        }
    }

    @Override
    public void onWritable() {
        if (peer() != null) {
            peer().onWritable();
        }
        transfer.touch();
    }

    @Override
    public void onClosed(CloseReason reason, String detail) {
        engine.throttle().remove(this);
        if (transfer != null) {
            transfer.onClosed(this, party, reason, detail);
        }
    }

    /** The socket; null before it is up. */
    Connection connection() {
        return connection;
    }

    /** The address that was dialled, or where an accepted connection comes from. */
    PeerAddress remote() {
        return dialled == null ? connection.remote() : dialled;
    }

    @Override
    public void throttle(boolean on) {
        if (throttled != on) {
            throttled = on;
            connection.setReading(!on);
        }
    }

    private long now() {
        transfer.touch();
        return engine.nowNs();
    }

    /**
     * The torrent's decisions about this peer; null while only metadata is fetched, and after the torrent let go of it. What comes for
     * them before the handshake is answered would be lost, so that ends the connection.
     */
    private PeerConnection peer() {
        if (waiting) {
            connection.close(CloseReason.LOCAL, "messages before its handshake was answered");
        }
        return party == null ? null : party.peer();
    }

    @Override
    public void onKeepAlive() {
        if (peer() != null) {
            peer().onKeepAlive(now());
        }
    }

    @Override
    public void onChoke() {
        if (peer() != null) {
            peer().onChoke(now());
        }
    }

    @Override
    public void onUnchoke() {
        if (peer() != null) {
            peer().onUnchoke(now());
        }
    }

    @Override
    public void onInterested() {
        if (peer() != null) {
            peer().onInterested(now());
        }
    }

    @Override
    public void onNotInterested() {
        if (peer() != null) {
            peer().onNotInterested(now());
        }
    }

    @Override
    public void onHave(int piece) throws WireException {
        if (peer() != null) {
            peer().onHave(now(), piece);
        }
    }

    @Override
    public void onBitfield(ByteBuffer bits) throws WireException {
        if (peer() != null) {
            peer().onBitfield(now(), bits);
        }
    }

    @Override
    public void onRequest(int piece, int begin, int length) throws WireException {
        if (peer() != null) {
            peer().onRequest(now(), piece, begin, length);
        }
    }

    @Override
    public void onBlock(int piece, int begin, ByteBuffer payload) throws WireException {
        if (peer() != null) {
            transfer.onBlock(now(), this, peer(), piece, begin, payload);
        }
    }

    @Override
    public void onCancel(int piece, int begin, int length) {
        if (peer() != null) {
            peer().onCancel(now(), piece, begin, length);
        }
    }

    @Override
    public void onPort(int port) {
        if (peer() != null) {
            peer().onOther(now());
        }
    }

    @Override
    public void onSuggest(int piece) throws WireException {
        if (peer() != null) {
            peer().onSuggest(now(), piece);
        }
    }

    @Override
    public void onHaveAll() throws WireException {
        if (peer() != null) {
            peer().onHaveAll(now());
        }
    }

    @Override
    public void onHaveNone() throws WireException {
        if (peer() != null) {
            peer().onHaveNone(now());
        }
    }

    @Override
    public void onReject(int piece, int begin, int length) throws WireException {
        if (peer() != null) {
            peer().onReject(now(), piece, begin, length);
        }
    }

    @Override
    public void onAllowedFast(int piece) throws WireException {
        if (peer() != null) {
            peer().onAllowedFast(now(), piece);
        }
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) throws WireException {
        if (peer() != null) {
            peer().onExtended(now(), extendedId, payload);
        } else if (party != null) {
            party.source().onExtended(now(), extendedId, payload);
        }
    }

    @Override
    public void onUnknown(int id, int length) {
        if (peer() != null) {
            peer().onOther(now());
        }
    }
}
