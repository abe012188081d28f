package murder.engine.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import murder.engine.swarm.Bans;
import murder.engine.swarm.OrderDriver;
import murder.engine.swarm.OrderExchange;
import murder.engine.swarm.PeerConnection;
import murder.engine.swarm.Refusal;
import murder.engine.swarm.ReportSchedule;
import murder.engine.swarm.TorrentTurn;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnounceSchedule;
import murder.tracker.AnnouncedPeer;

/**
 * A simulated agent. It replaces {@code ControlMember}: the same decisions, driven in virtual time.
 * It may die and restart with its order.
 */
final class PushAgent implements OrderDriver {
    /** The behaviour of an agent. */
    enum Kind {
        HONEST,
        /** Accepts orders but forwards none. */
        SILENT,
        /** Forwards invalid orders. */
        LIAR
    }

    private static final String URL = "http://tracker/announce";

    final int index;
    final Kind kind;
    final PeerAddress address;
    final PeerId peerId;
    /** Unreachable during a split. */
    final boolean isApart;
    private final PushSimulation simulation;
    private final SplittableRandom random;
    private final List<PushLink> links = new ArrayList<>();
    private OrderExchange exchange;
    private AnnounceSchedule announces;
    private ReportSchedule reports;
    private TorrentTurn turn;
    /** How often it died. Events for an earlier life do not count. */
    private int life;
    private boolean up;
    private long timerNs = Long.MAX_VALUE;
    private long serial = -1;
    private byte[] order;

    PushAgent(PushSimulation simulation, int index, Kind kind, boolean isApart, SplittableRandom random) {
        this.simulation = simulation;
        this.index = index;
        this.kind = kind;
        this.isApart = isApart;
        this.random = random;
        this.address = SimNetwork.address(index);
        this.peerId = PeerId.random(random);
    }

    void start() {
        up = true;
        exchange = new OrderExchange(peerId, serial, order, random.split(), new Bans());
        announces = new AnnounceSchedule(List.of(List.of(URL)), peerId, OrderExchange.ADDRESSES_WANTED, random.split());
        reports = new ReportSchedule(random.split());
        turn = new TorrentTurn(announces, this::announce);
        takeTurn();
    }

    /** Dies without telling the tracker. Its system closes the connections. */
    void die() {
        up = false;
        life++;
        timerNs = Long.MAX_VALUE;
        List.copyOf(links).forEach(PushLink::close);
        links.clear();
    }

    boolean isUp() {
        return up;
    }

    int life() {
        return life;
    }

    long serial() {
        return serial;
    }

    int neighbours() {
        return up ? exchange.neighbours() : 0;
    }

    OrderExchange exchange() {
        return exchange;
    }

    List<PushLink> links() {
        return links;
    }

    /** A new order, on the host of its author. */
    void publish(long newSerial, byte[] newOrder) {
        exchange.onValidOrder(newSerial, newOrder);
        takeTurn();
    }

    // ---- turns ----

    void onTimer() {
        if (up && simulation.nowNs() >= timerNs) {
            takeTurn();
        }
    }

    void takeTurn() {
        long nowNs = simulation.nowNs();
        long deadlineNs = Math.max(turn.run(nowNs, exchange, reports, this), nowNs + 1);
        if (timerNs <= nowNs || deadlineNs < timerNs) {
            timerNs = deadlineNs;
            simulation.wake(this, deadlineNs);
        }
    }

    // ---- orders of the exchange ----

    @Override
    public void dial(PeerAddress to) {
        simulation.dial(this, to);
    }

    @Override
    public void close(OrderExchange.Neighbour neighbour, Refusal why) {
        for (PushLink link : List.copyOf(links)) {
            if (link.neighbour() == neighbour) {
                link.close();
            }
        }
    }

    @Override
    public void verify(byte[] bytes) {
        int now = life;
        simulation.after(simulation.options.verifyNs, () -> {
            if (up && life == now) {
                exchange.onVerified(simulation.nowNs(), PushSimulation.verify(bytes));
                takeTurn();
            }
        });
    }

    @Override
    public void refused(PeerAddress from) {
        simulation.onRefused(this);
    }

    @Override
    public void accepted(long newest, byte[] bytes) {
        if (newest <= serial || PushSimulation.verify(bytes) != newest) {
            throw new IllegalStateException("agent " + index + " accepts order " + newest + " after " + serial);
        }
        serial = newest;
        order = bytes;
        simulation.onAccepted(this);
    }

    // ---- connections ----

    PeerConnection.Peer asPeer(boolean incoming) {
        return new PeerConnection.Peer(address, incoming, peerId, true, true);
    }

    /** The message that it sends instead; null for none. */
    byte[] sent(int extendedId, byte[] payload) {
        boolean hasOrder = extendedId != 0 && payload.length > Long.BYTES;
        if (!hasOrder || kind == Kind.HONEST) {
            return payload.clone();
        } else if (kind == Kind.SILENT) {
            return null;
        }
        byte[] lie = payload.clone();
        ByteBuffer.wrap(lie).putLong(0, serial + 1 + random.nextInt(1000));
        lie[lie.length - 1] ^= 1;
        return lie;
    }

    // ---- the tracker ----

    private void announce(AnnounceSchedule.Order announce) {
        reports.onSent(simulation.nowNs());
        AnnounceRequest request = announce.request(AnnounceRequest.of(SimTracker.INFO_HASH, peerId, address.port(), 1));
        int now = life;
        simulation.announce(this, request, exchange.serial(), (response, newest) -> {
            if (up && life == now) {
                onAnnounced(announce, response, newest);
            }
        });
    }

    private void onAnnounced(AnnounceSchedule.Order announce, AnnounceResponse response, byte[] newest) {
        if (response == null) {
            announces.onFailure(simulation.nowNs(), announce);
        } else {
            announces.onAnswer(simulation.nowNs(), announce, response);
            for (AnnouncedPeer peer : response.peers()) {
                exchange.onCandidate(peer.address());
            }
        }
        if (newest != null) {
            exchange.onTrackerOrder(newest);
        }
        takeTurn();
    }
}
