package murder.engine;

import java.util.function.Function;
import murder.engine.swarm.PeerConnection;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Handshake;
import murder.wire.MemberProof;
import murder.wire.Violation;
import murder.wire.WireException;
import murder.wire.nio.CloseReason;
import murder.wire.nio.Connection;
import murder.wire.nio.ConnectionHandler;

/**
 * Joins one socket to one torrent: exchanges handshakes, and has the torrent admit the peer. Then
 * the peer's messages go to the {@link Party} that the torrent made of it. Loop's thread only.
 */
final class PeerSession implements ConnectionHandler, DiskThrottle.Reader {
    /** The torrent that a connection leads to. */
    interface Owner {
        /** The swarm's name in handshakes, and the proof of its members. */
        SwarmIdentity identity();

        /**
         * Whether to answer handshakes: not before the check of the disk has ended, and not while
         * paused.
         */
        boolean isTalking();

        /**
         * Whether an accepted connection must wait for the answer to its handshake: see
         * {@link WaitingRoom}.
         */
        boolean mayWait(PeerSession session);

        /** Takes a connection whose handshake is done, or closes it. */
        Party admit(PeerSession session, PeerConnection.Peer peer);

        /** Whether its connections stop reading while the disks are behind. */
        default boolean bringsPayload() {
            return true;
        }

        /** The torrent's decisions must run in this turn. */
        void touch();

        /** The connection is gone, admitted or not. {@link Party#onClosed} has been called. */
        void onClosed(PeerSession session, CloseReason reason, String detail);

        /** The torrent failed while a connection ended, so its list of peers is wrong. */
        void onFault(Exception fault);
    }

    private final PeerId self;
    private final DiskThrottle throttle;
    private final Function<InfoHash, Owner> torrents;
    /** Where a dialled connection leads to; null for an accepted one. */
    private final PeerAddress dialled;
    /** Known from the start for a dialled connection, otherwise from the handshake; null before. */
    private Owner owner;
    private Connection connection;
    private Handshake handshake;
    private Party party = new Bystander();
    /**
     * Whether the peer waits for the answer to its handshake. If it sends a message meanwhile, the
     * connection is closed.
     */
    private boolean waiting;
    /** The id of a waiting peer; null before it arrives. */
    private PeerId peerIdOfWaiting;
    private boolean admitted;
    private boolean throttled;

    /** An accepted connection. @param torrents finds the torrent that a handshake names, or null */
    PeerSession(PeerId self, DiskThrottle throttle, Function<InfoHash, Owner> torrents) {
        this(self, throttle, torrents, null, null);
    }

    /** A connection that is being dialled. */
    PeerSession(PeerId self, DiskThrottle throttle, Owner owner, PeerAddress dialled) {
        this(self, throttle, null, owner, dialled);
    }

    private PeerSession(PeerId self, DiskThrottle throttle, Function<InfoHash, Owner> torrents, Owner owner, PeerAddress dialled) {
        this.self = self;
        this.throttle = throttle;
        this.torrents = torrents;
        this.owner = owner;
        this.dialled = dialled;
    }

    @Override
    public void onConnected(Connection connected) {
        connection = connected;
        if (dialled != null) {
            sendHandshake();
        }
    }

    private void sendHandshake() {
        connection.handshake(new Handshake(owner.identity().name(), true, true), self);
    }

    @Override
    public void onHandshake(Handshake told) throws WireException {
        handshake = told;
        if (dialled == null) {
            owner = torrents.apply(told.infoHash());
            waiting = owner != null && owner.mayWait(this);
            if (waiting) {
                return;
            }
            if (owner == null || !owner.isTalking()) {
                throw new WireException(Violation.UNKNOWN_INFO_HASH, "handshake names " + told.infoHash());
            }
            // Answered before the peer's id arrives: the original's client sends its id only after
            // this answer.
            sendHandshake();
        } else if (!told.infoHash().equals(owner.identity().name())) {
            throw new WireException(Violation.UNKNOWN_INFO_HASH, "answered with " + told.infoHash());
        }
    }

    @Override
    public void onPeerId(PeerId peerId) throws WireException {
        if (waiting) {
            peerIdOfWaiting = peerId;
            return;
        }
        PeerConnection.Peer peer = new PeerConnection.Peer(remote(), dialled == null, peerId, handshake.fast(), handshake.extensions());
        if (!owner.identity().isClosed()) {
            enter(peer);
        } else if (peer.extensions()) {
            connection.requireProof();
            MemberProof proof = owner.identity().proof(dialled != null, self, peerId);
            connection.setMessageHandler(new Newcomer(proof, connection.out(), () -> enterProven(peer)));
        } else {
            throw MemberProof.withoutExtensions();
        }
    }

    private void enterProven(PeerConnection.Peer peer) throws WireException {
        connection.onProven();
        if (!owner.isTalking()) {
            throw new WireException(Violation.UNKNOWN_INFO_HASH, "the torrent has ended or pauses");
        }
        enter(peer);
    }

    private void enter(PeerConnection.Peer peer) {
        party = owner.admit(this, peer);
        connection.setMessageHandler(party);
        admitted = !connection.isClosed();
        if (admitted && owner.bringsPayload()) {
            throttle.add(this);
        }
    }

    /** Continues the handshake of a waiting peer. */
    void answer() {
        waiting = false;
        sendHandshake();
        if (peerIdOfWaiting != null) {
            try {
                onPeerId(peerIdOfWaiting);
            } catch (WireException e) {
                close(e.getMessage());
            }
        }
    }

    @Override
    public void onWritable() {
        party.onWritable();
        owner.touch();
    }

    @Override
    public void onClosed(CloseReason reason, String detail) {
        throttle.remove(this);
        if (owner == null) {
            return;
        }
        try {
            party.onClosed();
            owner.onClosed(this, reason, detail);
        } catch (RuntimeException e) {
            owner.onFault(e);
        }
    }

    /** Whether the torrent took the peer. */
    boolean isAdmitted() {
        return admitted;
    }

    void close(String why) {
        connection.close(CloseReason.LOCAL, why);
    }

    /** The socket; null before it is up. */
    Connection connection() {
        return connection;
    }

    /** The address that was dialled, or where an accepted connection comes from. */
    PeerAddress remote() {
        return dialled == null ? connection.remote() : dialled;
    }

    /** Stops or starts reading. Bytes that the disks cannot take wait in the network. */
    @Override
    public void throttle(boolean on) {
        if (throttled != on) {
            throttled = on;
            connection.setReading(!on);
        }
    }
}
