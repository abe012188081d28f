package murder.engine.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import murder.engine.sim.NetworkModel.HostProfile;
import murder.engine.swarm.PeerConnection;
import murder.metainfo.PieceLayout;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;
import murder.wire.Bitfield;

/**
 * A hostile host without a swarm. It announces itself and connects to every host. It claims to have
 * every piece, is interested and unchokes all. Its {@link Manner} decides the rest; its random
 * source draws the numbers.
 */
final class HostileHost extends SimHost {
    private static final long SECOND = NetworkModel.SECOND;
    /** Blocks that it asks for at a time. */
    private static final int GREED = 50;
    /**
     * Half of the frames that the wire keeps for a connection: from there on the wire does not read
     * what the other end sends.
     */
    private static final int STUFFED_BYTES = 1 << 17;
    /**
     * Who reads asks for more when fewer answers than this are under way; then no turn of an uplink
     * is mostly frames.
     */
    private static final int FEW_BYTES = 1 << 13;

    /** Its attack. */
    enum Manner {
        /** Is asked for blocks and never sends any. */
        SILENT,
        /** Sends one good block now and then, just enough to be kept. */
        DRIPS,
        /** Refuses every request. */
        REJECTS,
        /** Asks for blocks, without end, and never reads. */
        NEVER_READS,
        /** Bears the name of another host, and is silent. */
        SQUATS,
        /** Opens many connections, each under a name of its own, and is silent on all. */
        FLOODS,
        /** Has no piece, and sends damaged blocks or nothing. */
        CLAIMS,
        /** Does one of all this with each request, or sends what it was asked for. */
        MOODY
    }

    /** How a hostile host goes about it. */
    record Plan(Manner manner, int connections, long periodNs, long keepAliveNs, long dripNs, double damage, boolean isGreedy) {
        static Plan draw(SplittableRandom random, Manner manner) {
            int connections = manner == Manner.FLOODS ? 5 + random.nextInt(40) : 1 + random.nextInt(2);
            return new Plan(manner, connections, 50 * NetworkModel.MS + random.nextLong(SECOND), 5 * SECOND + random.nextLong(100 * SECOND),
                SECOND + random.nextLong(29 * SECOND), random.nextInt(3) / 2.0, random.nextInt(3) == 0);
        }
    }

    private final Plan plan;
    private final Map<SimEnd, Place> places = new LinkedHashMap<>();
    private final Map<PeerAddress, Integer> dialling = new LinkedHashMap<>();
    private boolean up;
    private long announcedNs;

    /** Its data about one connection. */
    private static final class Place {
        long spokeNs;
        /** The last request that it got, or -1. */
        long asked = -1;
        long deliveredNs;
    }

    HostileHost(SimNetwork network, int index, HostProfile profile, SplittableRandom random, Plan plan) {
        super(network, index, profile, random);
        this.plan = plan;
    }

    Plan plan() {
        return plan;
    }

    // ---- its life ----

    @Override
    void start() {
        begin();
        up = true;
        announcedNs = -SECOND * 1000;
        act(life());
    }

    @Override
    void die(boolean silently) {
        up = false;
        hangUp(silently);
        dialling.clear();
    }

    @Override
    void stop() {
        die(false);
    }

    @Override
    boolean isUp() {
        return up;
    }

    @Override
    boolean isOurs() {
        return false;
    }

    @Override
    boolean isReading() {
        return plan.manner() != Manner.NEVER_READS;
    }

    @Override
    void turn() {
        if (up) {
            network.flush();
        }
    }

    @Override
    void onWritable(SimEnd end) {
        // It has no blocks to hand over.
    }

    private void act(int atLife) {
        if (!up || life() != atLife) {
            return;
        }
        if (network.nowNs() - announcedNs >= 20 * SECOND) {
            announcedNs = network.nowNs();
            network.tracker.hear(this, AnnounceRequest.of(SimTracker.INFO_HASH, peerId(), address.port(), 1));
        }
        for (SimHost host : network.hosts()) {
            if (host.isOurs() && host.isUp()) {
                dialUpTo(plan.connections(), host);
            }
        }
        for (SimEnd end : List.copyOf(ends())) {
            pester(end, places.get(end));
        }
        network.flush();
        network.after(plan.periodNs(), () -> act(atLife));
    }

    private void dialUpTo(int count, SimHost host) {
        int open = dialling.getOrDefault(host.address, 0);
        for (SimEnd end : ends()) {
            open += end.other().host() == host ? 1 : 0;
        }
        // Not more at once than it has, so that those whom it dials can tell who was first.
        for (int i = open; i < count && i < open + 10; i++) {
            dialling.merge(host.address, 1, Integer::sum);
            network.dial(this, host.address);
        }
    }

    private void pester(SimEnd end, Place place) {
        long nowNs = network.nowNs();
        if (nowNs - place.spokeNs >= plan.keepAliveNs()) {
            place.spokeNs = nowNs;
            end.keepAlive();
        }
        if (plan.manner() == Manner.DRIPS && place.asked >= 0 && nowNs - place.deliveredNs >= plan.dripNs()) {
            place.deliveredNs = nowNs;
            end.send(SimMessage.answer(place.asked));
            place.asked = -1;
        }
        if (end.amChoking() && random.nextInt(8) == 0) {
            end.unchoke();
        }
        if ((plan.isGreedy() || !isReading()) && end.isFast() && end.waitingFrameBytes() < FEW_BYTES
            && end.other().waitingFrameBytes() < (isReading() ? FEW_BYTES : STUFFED_BYTES)) {
            for (int i = 0; i < GREED; i++) {
                int piece = random.nextInt(network.layout.pieceCount());
                int block = random.nextInt(network.layout.blockCount(piece));
                end.request(piece, block * PieceLayout.BLOCK_LENGTH, network.layout.blockLength(piece, block));
            }
        }
    }

    // ---- its connections ----

    @Override
    PeerId nameFor(SimEnd end) {
        switch (plan.manner()) {
            case FLOODS -> {
                return PeerId.random(random);
            }
            case SQUATS -> {
                List<SimHost> victims = new ArrayList<>(network.hosts());
                victims.removeIf(host -> !host.isOurs() || !host.isUp() || host == end.other().host());
                return victims.isEmpty() ? peerId() : victims.get(random.nextInt(victims.size())).peerId();
            }
            default -> {
                return peerId();
            }
        }
    }

    @Override
    boolean admits(PeerConnection.Peer who) {
        dialled(who);
        return true;
    }

    private void dialled(PeerConnection.Peer who) {
        if (!who.incoming()) {
            dialling.merge(who.address(), -1, Integer::sum);
        }
    }

    @Override
    void dialFailed(PeerAddress dialled) {
        dialling.merge(dialled, -1, Integer::sum);
    }

    @Override
    PeerConnection connected(SimEnd end, PeerConnection.Peer who) {
        places.put(end, new Place());
        Bitfield all = new Bitfield(network.layout.pieceCount());
        all.setAll();
        if (end.isFast()) {
            end.haveAll();
        } else {
            end.bitfield(all.toBytes());
        }
        end.unchoke();
        end.interested();
        return null;
    }

    @Override
    void closed(SimEnd end) {
        super.closed(end);
        places.remove(end);
    }

    @Override
    void disconnected(PeerConnection gone) {
        // It dials again when it acts next.
    }

    @Override
    void received(SimEnd end, long message, byte[] body) {
        if (SimMessage.kind(message) != SimMessage.REQUEST) {
            return;
        }
        places.get(end).asked = message;
        switch (plan.manner()) {
            case REJECTS -> refuse(end, message);
            case CLAIMS -> {
                if (random.nextDouble() < plan.damage()) {
                    end.send(SimMessage.damaged(SimMessage.answer(message)));
                }
            }
            case MOODY -> {
                switch (random.nextInt(6)) {
                    case 0 -> end.send(SimMessage.answer(message));
                    case 1 -> end.send(SimMessage.damaged(SimMessage.answer(message)));
                    case 2 -> refuse(end, message);
                    case 3 -> flap(end);
                    case 4 -> end.choke();
                    default -> { }
                }
            }
            default -> { }
        }
    }

    private static void refuse(SimEnd end, long request) {
        if (end.isFast()) {
            end.reject(SimMessage.piece(request), SimMessage.begin(request), SimMessage.length(request));
        } else {
            flap(end);
        }
    }

    private static void flap(SimEnd end) {
        end.choke();
        end.unchoke();
    }

    @Override
    public String toString() {
        return "host " + index + " (" + plan + ")";
    }
}
