package murder.engine.sim;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import murder.engine.swarm.Bans;
import murder.engine.swarm.PeerConnection;
import murder.engine.swarm.RateLimits;
import murder.engine.swarm.Refusal;
import murder.engine.swarm.Suspects;
import murder.engine.swarm.Swarm;
import murder.engine.swarm.SwarmDriver;
import murder.engine.swarm.TokenBucket;
import murder.engine.swarm.TorrentTurn;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Bitfield;
import murder.wire.WireException;

/**
 * A host of a {@link SimNetwork}: drives one swarm like the engine's shell. Tests replace the part
 * between the network and the swarm by a hostile host.
 */
class SimHost {
    final int index;
    final NetworkModel.HostProfile profile;
    final PeerAddress address;
    final SimStorage storage;
    final SimUplink uplink;
    final SimNetwork network;
    final SplittableRandom random;
    /** Null without full checks. */
    private final RateCheck downlinkCheck;
    private final List<SimEnd> ends = new ArrayList<>(0);
    private final Set<PeerAddress> accused = new LinkedHashSet<>(1);
    private final SwarmDriver orders = new Orders();
    private Swarm swarm;
    private SimAnnouncer announcer;
    private TorrentTurn turn;
    private PeerId peerId;
    private int life;
    private boolean silent;
    private long timerNs = Long.MAX_VALUE;
    private long deadlineNs;
    private final double downlinkNsPerByte;
    private long downlinkFreeNs;
    private long startedNs = -1;
    private long firstPieceNs = -1;
    private long endgameNs = -1;
    private long completedNs = -1;
    private long sentPayload;
    private long wasted;

    SimHost(SimNetwork network, int index, NetworkModel.HostProfile profile, SplittableRandom random) {
        this.network = network;
        this.index = index;
        this.profile = profile;
        this.random = random;
        this.address = SimNetwork.address(index);
        this.storage = new SimStorage(network.layout, profile.diskRate(), profile.complete());
        this.uplink = new SimUplink(network, index, profile.uplink());
        this.downlinkNsPerByte = (double) NetworkModel.SECOND / profile.downlink();
        this.downlinkCheck = network.model.isChecked() ? new RateCheck(profile.downlink()) : null;
    }

    // ---- its life ----

    /** Switches it on, with its disk and a new name. */
    void start() {
        begin();
        swarm = new Swarm(profile.config(), network.layout, peerId, network.rawInfo(), new Bitfield(storage.verified()), limits(),
            random.split(), new Suspects(new Bans()));
        announcer = new SimAnnouncer(network, this, random.split());
        turn = announcer.turn();
        turn();
    }

    /** Another life, with a new name. */
    final void begin() {
        life++;
        startedNs = startedNs < 0 ? network.nowNs() : startedNs;
        peerId = PeerId.random(random);
    }

    private RateLimits limits() {
        // A limit of 0 is left out, because each block would check it.
        return new RateLimits(profile.uploadLimit() == 0 ? List.of() : List.of(new TokenBucket(profile.uploadLimit())),
            profile.downloadLimit() == 0 ? List.of() : List.of(new TokenBucket(profile.downloadLimit())));
    }

    /** @param silently whether the others get no reset, as after a power failure */
    void die(boolean silently) {
        wasted += swarm.totals().wasted();
        swarm = null;
        announcer = null;
        timerNs = Long.MAX_VALUE;
        hangUp(silently);
        storage.onDeath();
    }

    final void hangUp(boolean silently) {
        silent = silently;
        for (SimEnd end : List.copyOf(ends)) {
            if (silently) {
                end.vanish();
            } else {
                end.close();
            }
        }
    }

    /** Switches it off normally: it tells the tracker. */
    void stop() {
        announcer.leave(network.nowNs());
        die(false);
    }

    boolean isUp() {
        return swarm != null;
    }

    /** Whether it is down and has not closed its connections. */
    boolean isSilent() {
        return silent && !isUp();
    }

    /** The number of its starts. */
    int life() {
        return life;
    }

    // ---- its connections ----

    /** The name in its handshake on a connection. */
    PeerId nameFor(SimEnd end) {
        return peerId;
    }

    /**
     * A handshake is done. Returns whether the host takes the peer; then {@link #connected}
     * follows.
     */
    boolean admits(PeerConnection.Peer who) {
        return swarm.admit(network.nowNs(), who) == null;
    }

    /** Returns its swarm's object for the connection. */
    PeerConnection connected(SimEnd end, PeerConnection.Peer who) {
        return swarm.onConnected(network.nowNs(), who, end);
    }

    /** The connection has ended from outside. */
    void disconnected(PeerConnection gone) {
        swarm.onDisconnected(network.nowNs(), gone);
    }

    /** A message of the other end has arrived. */
    void received(SimEnd end, long message, byte[] body) throws WireException {
        int wanted = SimMessage.deliver(end.peer(), network.nowNs(), message, body);
        if (SimMessage.isBlock(message)) {
            storage.onBlocks(message, wanted);
        }
    }

    /** Whether it reads arriving messages. If not, no more can leave the other end. */
    boolean isReading() {
        return true;
    }

    void opened(SimEnd end) {
        ends.add(end);
    }

    void closed(SimEnd end) {
        ends.remove(end);
    }

    /** Connections that are open at this end, a live view. */
    List<SimEnd> ends() {
        return ends;
    }

    // ---- driving the swarm ----

    /** Runs the turn after an event. */
    void turn() {
        if (swarm == null) {
            return;
        }
        long nowNs = network.nowNs();
        long nextNs = turn.run(nowNs, swarm, orders);
        network.flush();
        if (downlinkCheck != null) {
            swarm.checkInvariants();
        }
        if (nextNs <= nowNs) {
            throw new IllegalStateException("at " + nowNs + " ns " + this + " wants its next turn at " + nextNs);
        }
        deadlineNs = nextNs;
        arm();
    }

    /**
     * There is one timer. It is only set to an earlier time. When it fires too early, it is set
     * again.
     */
    private void arm() {
        if (deadlineNs < timerNs) {
            timerNs = deadlineNs;
            network.add(deadlineNs, EventKind.TIMER, index, 0, 0);
        }
    }

    void onTimer() {
        if (timerNs == network.nowNs()) {
            timerNs = Long.MAX_VALUE;
            if (deadlineNs > network.nowNs()) {
                arm();
            } else {
                turn();
            }
        }
    }

    private final class Orders implements SwarmDriver {
        @Override
        public void verify(int piece) {
            long answerNs = storage.verifiedAtNs(network.nowNs(), piece, network.model.verifyNs());
            network.add(answerNs, EventKind.VERIFIED, index, piece, life);
        }

        @Override
        public void discard(int piece) {
            storage.discard(piece);
        }

        @Override
        public void dial(PeerAddress to) {
            network.dial(SimHost.this, to);
        }

        @Override
        public void close(PeerConnection peer, Refusal why) {
            if (why == Refusal.POINTLESS) {
                accused.add(peer.address().withPort(0));
            }
            for (int i = 0; i < ends.size(); i++) {
                if (ends.get(i).peer() == peer) {
                    ends.get(i).close();
                    return;
                }
            }
            // The other end was faster.
        }

        @Override
        public void banned(PeerAddress peer) {
            accused.add(peer.withPort(0));
        }

        @Override
        public void completed() {
            // Files need no work here. The turn announces the completion.
        }
    }

    void onVerified(int piece, int atLife) {
        if (!isUp() || life != atLife) {
            return;
        }
        boolean good = storage.isGood(piece);
        if (good) {
            storage.onVerified(piece);
            onProgress(network.nowNs());
        }
        swarm.onPieceVerified(network.nowNs(), piece, good);
        turn();
    }

    private void onProgress(long nowNs) {
        network.onPiece();
        int left = network.layout.pieceCount() - storage.verified().count();
        firstPieceNs = firstPieceNs < 0 ? nowNs : firstPieceNs;
        endgameNs = endgameNs < 0 && left <= network.layout.pieceCount() / 100 ? nowNs : endgameNs;
        if (left == 0) {
            completedNs = nowNs;
            network.onComplete(this);
        }
    }

    void onTrackerAnswered(int atLife) {
        if (isUp() && life == atLife) {
            announcer.onAnswered(network.nowNs());
            turn();
        }
    }

    void onTrackerSilent(int atLife) {
        if (isUp() && life == atLife) {
            announcer.onFailed(network.nowNs());
            turn();
        }
    }

    void dialFailed(PeerAddress dialled) {
        swarm.onDialFailed(network.nowNs(), dialled, true);
        turn();
    }

    /** The connection takes blocks again after a refusal. */
    void onWritable(SimEnd end) {
        if (end.isOpen()) {
            end.peer().onWritable();
        }
        turn();
    }

    // ---- its network card ----

    /**
     * The time when these bytes have passed the downlink. The last of them has just reached it.
     * They pass at the link's rate.
     */
    long downlinkNs(long nowNs, int bytes) {
        downlinkFreeNs = Math.max(nowNs, downlinkFreeNs + (long) (bytes * downlinkNsPerByte));
        if (downlinkCheck != null) {
            downlinkCheck.onBytes(downlinkFreeNs, bytes);
        }
        return downlinkFreeNs;
    }

    /** How much longer each packet from or to it is on its way than between others. */
    long awayNs() {
        return 0;
    }

    void chargeDownlink(int bytes) {
        downlinkFreeNs += (long) (bytes * downlinkNsPerByte);
    }

    void onPayloadSent(int bytes) {
        sentPayload += bytes;
    }

    // ---- state ----

    /** Another one each time it starts. */
    PeerId peerId() {
        return peerId;
    }

    /** Null while it is off. */
    Swarm swarm() {
        return swarm;
    }

    SimAnnouncer announcer() {
        return announcer;
    }

    /** Whether it runs the product's decisions. If so, the checks watch it. */
    boolean isOurs() {
        return true;
    }

    /** Whether the next block that it sends is damaged. */
    boolean corrupts() {
        return profile.corruption() > 0 && random.nextDouble() < profile.corruption();
    }

    boolean isComplete() {
        return storage.verified().isFull();
    }

    /** Whether it has ever banned the host, or closed a connection for useless messages. */
    boolean hasAccused(SimHost other) {
        return accused.contains(other.address.withPort(0));
    }

    /** When it was first switched on; -1 if never. */
    long startedNs() {
        return startedNs;
    }

    /** When its first piece was verified; -1 if none was. */
    long firstPieceNs() {
        return firstPieceNs;
    }

    /** When 99 of 100 pieces were verified, or -1. */
    long endgameNs() {
        return endgameNs;
    }

    /** When its last piece was verified, or -1. */
    long completedNs() {
        return completedNs;
    }

    /** Bytes of blocks that its uplink has sent. */
    long sentPayload() {
        return sentPayload;
    }

    /** Bytes of blocks that were no longer needed at their arrival. */
    long wastedBytes() {
        return wasted + (swarm == null ? 0 : swarm.totals().wasted());
    }

    @Override
    public String toString() {
        return "host " + index + (profile.complete() ? " (seeder)" : profile.corruption() > 0 ? " (corrupts)" : "");
    }
}
