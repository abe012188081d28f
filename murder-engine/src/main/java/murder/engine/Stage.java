package murder.engine;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import murder.engine.storage.TorrentStorage;
import murder.engine.swarm.MetadataDriver;
import murder.engine.swarm.MetadataFetch;
import murder.engine.swarm.PeerConnection;
import murder.engine.swarm.Refusal;
import murder.engine.swarm.Swarm;
import murder.engine.swarm.SwarmConfig;
import murder.engine.swarm.SwarmDriver;
import murder.engine.swarm.TorrentTurn;
import murder.metainfo.PieceLayout;
import murder.peer.PeerAddress;
import murder.wire.nio.CloseReason;

/**
 * A stage in the life of a torrent, with its treatment of peers. {@link Transfer} moves it:
 *
 * <pre>
 *   Fetching --> Checking <--> Running     (a torrent whose metadata is known begins with Checking)
 *       |            |            |
 *       +------------+------------+------> Ended
 * </pre>
 *
 * Each stage carries out the orders of its decisions, and decides nothing itself. Loop's thread
 * only.
 */
sealed interface Stage {
    /** The torrent, as its stages see it. */
    interface Owner {
        /** Dials. The answer is {@link Stage#admit} or {@link Stage#onClosed}. */
        PeerSession dial(PeerAddress address);

        /** The metadata was found. @param rawInfo the {@code info} dictionary's raw bytes */
        void onMetadata(byte[] rawInfo);

        /** The last piece is verified. */
        void onDownloaded(Running stage);

        void onBanned(PeerAddress peer);
    }

    /** The state of the torrent while it is not paused. */
    TorrentState state();

    /** Decides and acts. @return the time of the next turn if nothing happens before */
    default long onTurn(long nowNs) {
        return Long.MAX_VALUE;
    }

    /** Whether the stage answers handshakes. */
    default boolean isTalking() {
        return false;
    }

    /** Whether an accepted connection may wait for the answer to its handshake. */
    default boolean mayWait(long nowNs, PeerSession session) {
        return false;
    }

    /** Takes a connection after its handshake, or closes it. Called while {@link #isTalking()}. */
    default Party admit(long nowNs, PeerSession session, PeerConnection.Peer peer) {
        throw new IllegalStateException(state() + " admits nobody");
    }

    static Party refuse(PeerSession session, Refusal why) {
        session.close(why.name());
        return new Bystander();
    }

    /** A connection is closed. Its {@link Party}, if it was admitted, knows it already. */
    default void onClosed(long nowNs, PeerSession session, CloseReason why) {
    }

    default void onCandidate(PeerAddress address) {
    }

    default void onPieceVerified(long nowNs, int piece, boolean good) {
    }

    /** All files are in place. */
    default void onInPlace() {
    }

    /** Requests and blocks that a limit delayed may continue earlier than planned. */
    default void onLimitChanged() {
    }

    /** Stops or starts all communication with peers. */
    default void pause(long nowNs, boolean on) {
    }

    /** The torrent is in the next stage. */
    default void leave() {
    }

    /** Closes all connections, for good. */
    default void closeAll(String why) {
    }

    /** The addresses that are known, for the next stage. */
    default Collection<PeerAddress> candidates() {
        return List.of();
    }

    /** The bytes that are here, and the bytes moved in this stage. */
    PayloadCounts counts();

    default Swarm swarm() { // null where no payload can move
        return null;
    }

    /** Only the info-hash is known: this stage requests the metadata from peers. */
    final class Fetching implements Stage, MetadataDriver {
        private final Owner owner;
        private final TransferClock clock;
        private final TorrentTurn turn;
        private final MetadataFetch metadata;
        private final PeerSessions<MetadataFetch.Source> sessions = new PeerSessions<>();
        private boolean paused;

        Fetching(Owner owner, TransferClock clock, TorrentTurn turn, MetadataFetch metadata) {
            this.owner = owner;
            this.clock = clock;
            this.turn = turn;
            this.metadata = metadata;
        }

        @Override
        public TorrentState state() {
            return TorrentState.FETCHING_METADATA;
        }

        @Override
        public long onTurn(long nowNs) {
            return paused ? Long.MAX_VALUE : turn.run(nowNs, metadata, this);
        }

        @Override
        public boolean isTalking() {
            return !paused;
        }

        @Override
        public Party admit(long nowNs, PeerSession session, PeerConnection.Peer peer) {
            boolean awaited = peer.incoming() || sessions.endDial(session);
            Refusal refusal = awaited ? metadata.admit(nowNs, peer) : Refusal.PAUSED;
            if (refusal != null) {
                return refuse(session, refusal);
            }
            MetadataFetch.Source source = metadata.onConnected(nowNs, peer, session.connection().out());
            sessions.onAdmitted(source, session);
            return new ExtensionParty(source, clock, () -> {
                sessions.onClosed(source);
                metadata.onDisconnected(clock.touch(), source);
            });
        }

        @Override
        public void onClosed(long nowNs, PeerSession session, CloseReason why) {
            if (sessions.endDial(session)) {
                metadata.onDialFailed(nowNs, session.remote(), why != CloseReason.NOT_DIALLED);
            }
        }

        @Override
        public void onCandidate(PeerAddress address) {
            metadata.onCandidate(address);
        }

        @Override
        public void pause(long nowNs, boolean on) {
            paused = on;
            closeAll("paused");
        }

        @Override
        public void leave() {
            closeAll("the metadata is complete");
        }

        @Override
        public void closeAll(String why) {
            sessions.closeAll(why);
        }

        @Override
        public Collection<PeerAddress> candidates() {
            return metadata.known();
        }

        @Override
        public PayloadCounts counts() {
            return PayloadCounts.UNKNOWN;
        }

        // ---- orders of the search ----

        @Override
        public void dial(PeerAddress address) {
            sessions.onDialled(owner.dial(address));
        }

        @Override
        public void close(MetadataFetch.Source source, Refusal why) {
            sessions.close(source, why);
        }

        @Override
        public void found(byte[] rawInfo) {
            owner.onMetadata(rawInfo);
        }
    }

    /** Checks the files on disk, then makes room for the rest. Peers wait meanwhile. */
    final class Checking implements Stage {
        private final PieceLayout layout;
        private final WaitingRoom waiting = new WaitingRoom();
        private final Set<PeerAddress> candidates;
        private boolean paused;

        /** @param candidates known before */
        Checking(PieceLayout layout, Collection<PeerAddress> candidates) {
            this.layout = layout;
            this.candidates = new LinkedHashSet<>(candidates);
        }

        @Override
        public TorrentState state() {
            return TorrentState.CHECKING;
        }

        @Override
        public long onTurn(long nowNs) {
            return waiting.onTurn(nowNs);
        }

        @Override
        public boolean mayWait(long nowNs, PeerSession session) {
            return !paused && waiting.enter(nowNs, session);
        }

        @Override
        public void onClosed(long nowNs, PeerSession session, CloseReason why) {
            waiting.leave(session);
        }

        @Override
        public void onCandidate(PeerAddress address) {
            if (candidates.size() < SwarmConfig.DEPLOY.candidates()) {
                candidates.add(address);
            }
        }

        @Override
        public void pause(long nowNs, boolean on) {
            paused = on;
            waiting.clear("paused");
        }

        @Override
        public void leave() {
            waiting.open();
        }

        @Override
        public void closeAll(String why) {
            waiting.clear(why);
        }

        @Override
        public Collection<PeerAddress> candidates() {
            return candidates;
        }

        @Override
        public PayloadCounts counts() {
            return PayloadCounts.unchecked(layout);
        }
    }

    /**
     * Moves the payload: downloads the missing pieces, then finishes the files. It serves peers all
     * the time.
     */
    final class Running implements Stage, SwarmDriver {
        private final Owner owner;
        private final TransferClock clock;
        private final TransferInputs inputs;
        private final TorrentTurn turn;
        private final Swarm swarm;
        private final TorrentStorage storage;
        private final BlockWriter blocks;
        private final PeerSessions<PeerConnection> sessions = new PeerSessions<>();
        private TorrentState state = TorrentState.DOWNLOADING;
        private boolean paused;

        Running(Owner owner, TransferClock clock, TransferInputs inputs, TorrentTurn turn, Swarm swarm, TorrentStorage storage,
                DiskThrottle throttle) {
            this.owner = owner;
            this.clock = clock;
            this.inputs = inputs;
            this.turn = turn;
            this.swarm = swarm;
            this.storage = storage;
            this.blocks = new BlockWriter(storage, throttle, inputs);
        }

        @Override
        public TorrentState state() {
            return state;
        }

        /** Every piece is verified: the files get their names. */
        void finish() {
            state = TorrentState.FINISHING;
            inputs.onInPlace(storage, storage.complete());
        }

        @Override
        public void onInPlace() {
            state = TorrentState.SEEDING;
        }

        @Override
        public long onTurn(long nowNs) {
            return turn.run(nowNs, swarm, this);
        }

        @Override
        public boolean isTalking() {
            return !paused;
        }

        @Override
        public Party admit(long nowNs, PeerSession session, PeerConnection.Peer peer) {
            boolean awaited = peer.incoming() || sessions.endDial(session);
            Refusal refusal = awaited ? swarm.admit(nowNs, peer) : Refusal.PAUSED;
            if (refusal != null) {
                return refuse(session, refusal);
            }
            session.connection().setPayloadSource(storage);
            session.connection().setPieceCount(swarm.layout().pieceCount());
            PeerConnection admitted = swarm.onConnected(nowNs, peer, session.connection().out());
            sessions.onAdmitted(admitted, session);
            return new SwarmParty(admitted, session.connection(), blocks, clock, () -> {
                sessions.onClosed(admitted);
                swarm.onDisconnected(clock.touch(), admitted);
            });
        }

        @Override
        public void onClosed(long nowNs, PeerSession session, CloseReason why) {
            if (sessions.endDial(session)) {
                swarm.onDialFailed(nowNs, session.remote(), why != CloseReason.NOT_DIALLED);
            }
        }

        @Override
        public void onCandidate(PeerAddress address) {
            swarm.onCandidate(address);
        }

        @Override
        public void onPieceVerified(long nowNs, int piece, boolean good) {
            swarm.onPieceVerified(nowNs, piece, good);
        }

        @Override
        public void onLimitChanged() {
            swarm.onLimitChanged();
        }

        @Override
        public void pause(long nowNs, boolean on) {
            paused = on;
            swarm.pause(nowNs, on);
        }

        @Override
        public void leave() {
            closeAll("the files are checked again");
        }

        @Override
        public void closeAll(String why) {
            sessions.closeAll(why);
        }

        @Override
        public Collection<PeerAddress> candidates() {
            return swarm.candidates();
        }

        @Override
        public PayloadCounts counts() {
            return PayloadCounts.of(swarm);
        }

        @Override
        public Swarm swarm() {
            return swarm;
        }

        // ---- orders of the swarm ----

        @Override
        public void verify(int piece) {
            storage.verify(piece, inputs);
        }

        @Override
        public void discard(int piece) {
            storage.discard(piece);
        }

        @Override
        public void dial(PeerAddress address) {
            sessions.onDialled(owner.dial(address));
        }

        @Override
        public void close(PeerConnection peer, Refusal why) {
            sessions.close(peer, why);
        }

        @Override
        public void banned(PeerAddress address) {
            owner.onBanned(address);
        }

        @Override
        public void completed() {
            owner.onDownloaded(this);
        }
    }

    /**
     * The torrent failed or was removed.
     *
     * @param state FAILED or REMOVED
     * @param counts as they were
     */
    record Ended(TorrentState state, PayloadCounts counts) implements Stage {
    }
}
