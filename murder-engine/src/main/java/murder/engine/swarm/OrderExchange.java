package murder.engine.swarm;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.ExtensionHandshake;
import murder.wire.ExtensionSender;
import murder.wire.OrderMessage;
import murder.wire.WireException;

/**
 * The decisions of one agent in a control swarm: its neighbours, the newest order, and the
 * neighbours that lack it. It keeps only the newest order. Pure and driven as {@link Swarm} is.
 *
 * <p>Neighbours announce the serials of their newest orders when they connect and every minute. The
 * driver checks a newer one. A valid one goes to all neighbours that have not named its serial or a
 * later one.
 *
 * <pre>
 *   neighbour, tracker --onOrder()--> waiting --verify--> checked --onVerified()--> newest --> other neighbours
 *                                        |                   |
 *                                        +-- not newer       +-- invalid: the neighbour is closed and banned for a while
 * </pre>
 *
 * <p>Bounded are connections ({@link #MAX_NEIGHBOURS}), waiting orders (one each, one for trackers),
 * the messages of a neighbour, and all checks.
 */
public final class OrderExchange {
    /** The number of addresses requested from a tracker: some agents are full, some have left. */
    public static final int ADDRESSES_WANTED = 30;
    /** Neighbours that an agent dials: an order reaches 10,000 agents in five or six steps. */
    static final int NEIGHBOURS = 8;
    /** The limit of neighbours. Agents that started first are dialled more often than others. */
    static final int MAX_NEIGHBOURS = 24;
    /**
     * Places for agents that this side dials, so that attackers cannot take all places by dialling.
     */
    private static final int DIALLED = NEIGHBOURS / 2;
    private static final int MAX_INCOMING = MAX_NEIGHBOURS - DIALLED;
    static final int CANDIDATES = 200;
    private static final long SECOND_NS = 1_000_000_000L;
    /** Both sides name their serial as soon as they can. */
    static final long SILENCE_NS = 5 * SECOND_NS;
    /**
     * The interval of repeated serials: a keep-alive, which also finds neighbours that lost an
     * order.
     */
    static final long BEAT_NS = 60 * SECOND_NS;
    /** Bans end: an agent that does not know a new signer yet bans honest neighbours. */
    private static final long BAN_NS = 600 * SECOND_NS;
    /** Replaces a neighbour, so that two halves of a fleet meet again without a tracker. */
    static final long REPLACE_NS = 120 * SECOND_NS;
    /** Honest neighbours send at most half of this: {@link #SEND_BURST}. */
    private static final int HEAR_BURST = 120;
    private static final int HEAR_PER_MINUTE = 180;
    /** A deploy is four orders, and more with waves. Later orders wait, and so do their deploys. */
    private static final int SEND_BURST = 60;
    private static final int SEND_PER_MINUTE = 60;

    private final OrderChecks checks = new OrderChecks();
    private final OrderChecks.Sender trackers = new OrderChecks.Sender(null);
    private final PeerId self;
    private final RandomGenerator random;
    private final PeerSelection selection;
    private final Bans liars = new Bans();
    private final Suspects suspects;
    private final List<Neighbour> neighbours = new ArrayList<>();
    private final Orders<OrderDriver> orders = new Orders<>();
    private long serial;
    private byte[] order;
    /** The newest order as a message; made when a neighbour lacks it. */
    private byte[] payload;
    private long beatNs;
    private long replaceNs;
    /** The dialled agent that will replace the oldest neighbour, or null. */
    private PeerAddress newcomer;
    private long bansEndNs = Long.MAX_VALUE;
    private int seenBans;

    /** Another agent, connected with this one. */
    public final class Neighbour implements ExtensionReceiver {
        private final PeerConnection.Peer peer;
        private final ExtensionSender out;
        private final long connectedNs;
        private final OrderChecks.Sender sender;
        private final Allowance heard = new Allowance(HEAR_BURST, HEAR_PER_MINUTE);
        private final Allowance sent = new Allowance(SEND_BURST, SEND_PER_MINUTE);
        /** Its message id for {@code murder_order}; 0 before its handshake. */
        private int orderId;
        /** The newest serial that it named or was sent. */
        private long knows = OrderMessage.NONE;
        /** Whether it named a serial. */
        private boolean isKnown;
        private long lastHeardNs;
        private Refusal fault;

        private Neighbour(long nowNs, PeerConnection.Peer peer, ExtensionSender out) {
            this.peer = peer;
            this.out = out;
            this.sender = new OrderChecks.Sender(peer);
            this.connectedNs = nowNs;
            this.lastHeardNs = nowNs;
        }

        /** An extension message of the neighbour. Its other messages have no effect. */
        @Override
        public void onExtended(long nowNs, int extendedId, ByteBuffer message) throws WireException {
            if (fault != null) {
                return;
            }
            if (!heard.take(nowNs)) {
                fault = Refusal.POINTLESS;
            } else if (extendedId == ExtensionHandshake.ID) {
                int id = ExtensionHandshake.read(message).id(OrderMessage.EXTENSION);
                if (id == 0) {
                    fault = Refusal.USELESS;
                } else if (orderId == 0) {
                    orderId = id;
                    tellSerial();
                }
            } else if (extendedId == Extensions.ORDER_ID) {
                lastHeardNs = nowNs;
                onMessage(OrderMessage.read(message));
            }
        }

        /** Any other message. It changes nothing, and a flood of them ends the connection. */
        public void onOther(long nowNs) {
            if (!heard.take(nowNs)) {
                fault = Refusal.POINTLESS;
            }
        }

        private void onMessage(OrderMessage message) {
            isKnown = true;
            // A neighbour that names an older serial did not take the order, and gets it again.
            knows = message.serial();
            if (message.hasOrder()) {
                onOrder(sender, message.serial(), message.order());
            }
        }

        private void tellSerial() {
            out.extended(orderId, OrderMessage.serial(serial).toPayload());
        }

        private boolean lacksNewest() {
            return isKnown && knows < serial;
        }

        /** Sends the newest order if the neighbour lacks it. @return when to try again */
        private long update(long nowNs) {
            if (!lacksNewest() || !out.isWritable()) {
                return Long.MAX_VALUE;
            }
            if (!sent.take(nowNs)) {
                return sent.readyNs();
            }
            knows = serial;
            out.extended(orderId, newest());
            return Long.MAX_VALUE;
        }
    }

    /**
     * @param serial of the newest order that is known already, or {@link OrderMessage#NONE}
     * @param order that order, or null
     * @param random source of all random numbers here
     * @param bans shared with the swarms of the engine
     */
    public OrderExchange(PeerId self, long serial, byte[] order, RandomGenerator random, Bans bans) {
        this.self = self;
        this.serial = serial;
        this.order = order;
        this.random = random;
        this.suspects = new Suspects(bans, liars);
        this.selection = new PeerSelection(SwarmConfig.CONTROL, random);
    }

    private long jittered(long ns) {
        return ns / 4 * 3 + random.nextLong(ns / 2);
    }

    /** The serial of the newest order, or {@link OrderMessage#NONE}. */
    public long serial() {
        return serial;
    }

    /** The number of connected agents. */
    public int neighbours() {
        return neighbours.size();
    }

    /** Whether more addresses would be dialled. */
    public boolean wantsCandidates() {
        // One more, for a replacement.
        return taken() + selection.dialling() + selection.untried() <= NEIGHBOURS;
    }

    // ---- orders ----

    /** A tracker sent its newest order. */
    public void onTrackerOrder(byte[] bytes) {
        if (bytes.length <= OrderMessage.MAX_ORDER_LENGTH) {
            onOrder(trackers, OrderChecks.ANY_SERIAL, bytes);
        }
    }

    /** Another member checked this order already. @return whether it is newer than all before */
    public boolean onValidOrder(long validSerial, byte[] bytes) {
        boolean newer = validSerial > serial;
        if (newer) {
            serial = validSerial;
            order = bytes;
            payload = null;
            orders.add(driver -> driver.accepted(validSerial, bytes));
        }
        return newer;
    }

    private void onOrder(OrderChecks.Sender from, long claimed, byte[] bytes) {
        if (claimed > serial) {
            checks.add(from, claimed, bytes);
        }
    }

    /** The last order is checked. @param verified its serial, or a negative number if invalid */
    public void onVerified(long nowNs, long verified) {
        OrderChecks.Checked checked = checks.end();
        if (checked.isValid(verified)) {
            onValidOrder(verified, checked.order());
        } else {
            onRefused(nowNs, checked.from().peer);
        }
    }

    /** @param peer null for a tracker */
    private void onRefused(long nowNs, PeerConnection.Peer peer) {
        orders.add(driver -> driver.refused(peer == null ? null : peer.address()));
        if (peer != null) {
            liars.convict(peer.address(), peer.peerId(), !peer.incoming());
            bansEndNs = Math.min(bansEndNs, nowNs + BAN_NS);
            List.copyOf(neighbours).stream().filter(neighbour -> neighbour.peer == peer)
                .forEach(neighbour -> drop(nowNs, neighbour, Refusal.BANNED));
        }
    }

    /** The check itself failed, so the order is neither valid nor invalid. */
    public void onVerifyFailed() {
        checks.end();
    }

    /** Starts the next check. @return when to try again */
    private long verify(long nowNs) {
        byte[] bytes = checks.next(nowNs, serial);
        if (bytes != null) {
            orders.add(driver -> driver.verify(bytes));
        }
        return checks.nextDeadlineNs();
    }

    private byte[] newest() {
        if (payload == null) {
            payload = new OrderMessage(serial, order).toPayload();
        }
        return payload;
    }

    // ---- neighbours ----

    public void onCandidate(PeerAddress address) {
        selection.add(address);
    }

    /** @param tried false if this host had no descriptor; then the address is not at fault */
    public void onDialFailed(long nowNs, PeerAddress address, boolean tried) {
        selection.onDialFailed(nowNs, address, tried);
    }

    /** As {@link Swarm#admit}. */
    public Refusal admit(long nowNs, PeerConnection.Peer peer) {
        return selection.onVerdict(nowNs, peer, refusal(nowNs, peer));
    }

    private Refusal refusal(long nowNs, PeerConnection.Peer peer) {
        if (peer.peerId().equals(self)) {
            return Refusal.SELF;
        } else if (suspects.isBanned(peer.address(), peer.peerId())) {
            return Refusal.BANNED;
        } else if (!peer.extensions()) {
            return Refusal.USELESS;
        }
        int incoming = 0;
        int sameHost = 0;
        for (Neighbour other : neighbours) {
            if (Admission.isSamePeer(other.peer.address(), other.peer.peerId(), peer)) {
                if (Admission.isDialToKeep(nowNs, other.connectedNs, other.peer.incoming(), peer, self)) {
                    drop(nowNs, other, Refusal.ALREADY_CONNECTED);
                    return null;
                }
                return Refusal.ALREADY_CONNECTED;
            }
            incoming += other.peer.incoming() ? 1 : 0;
            sameHost += Admission.isSameHost(other.peer.address(), peer.address()) ? 1 : 0;
        }
        if (!peer.incoming()) {
            return null; // It was dialled because there is a free place.
        } else if (incoming >= MAX_INCOMING) {
            return Refusal.SWARM_FULL;
        }
        return sameHost >= Admission.PLACES_PER_ADDRESS && !peer.address().isLoopback() ? Refusal.CROWD : null;
    }

    public Neighbour onConnected(long nowNs, PeerConnection.Peer peer, ExtensionSender out) {
        if (peer.address().equals(newcomer)) {
            dropOldest(nowNs);
            newcomer = null;
        }
        Neighbour neighbour = new Neighbour(nowNs, peer, out);
        neighbours.add(neighbour);
        if (!peer.incoming()) {
            selection.onConnected();
        }
        out.extended(ExtensionHandshake.ID, new ExtensionHandshake(
            new TreeMap<>(Map.of(OrderMessage.EXTENSION, Extensions.ORDER_ID)), 0, Extensions.CLIENT, false, 0, 0, null, 0).toPayload());
        return neighbour;
    }

    public void onDisconnected(long nowNs, Neighbour neighbour) {
        if (neighbours.remove(neighbour)) {
            // Drops its unchecked orders: a connection must not leave any state behind.
            checks.remove(neighbour.sender);
            if (!neighbour.peer.incoming()) {
                selection.onDisconnected(nowNs, neighbour.peer.address(), false, nowNs - neighbour.connectedNs);
            }
        }
    }

    private void drop(long nowNs, Neighbour neighbour, Refusal reason) {
        onDisconnected(nowNs, neighbour);
        orders.add(driver -> driver.close(neighbour, reason));
    }

    /** The number of used places that count against dialling. */
    private int taken() {
        int incoming = 0;
        for (Neighbour neighbour : neighbours) {
            incoming += neighbour.peer.incoming() ? 1 : 0;
        }
        return neighbours.size() - Math.max(0, incoming - DIALLED);
    }

    /** Closes the oldest dialled connection. */
    private void dropOldest(long nowNs) {
        for (Neighbour neighbour : neighbours) {
            if (!neighbour.peer.incoming()) {
                drop(nowNs, neighbour, Refusal.DISPLACED);
                return;
            }
        }
    }

    // ---- turns ----

    /** As {@link Swarm#onTurn}. */
    public long onTurn(long nowNs) {
        beat(nowNs);
        long deadlineNs = Math.min(beatNs, verify(nowNs));
        for (Neighbour neighbour : List.copyOf(neighbours)) {
            Refusal fault = fault(nowNs, neighbour);
            if (fault != null) {
                drop(nowNs, neighbour, fault);
            } else {
                deadlineNs = Math.min(deadlineNs, neighbour.update(nowNs));
                deadlineNs = Math.min(deadlineNs, neighbour.isKnown ? Long.MAX_VALUE : neighbour.connectedNs + SILENCE_NS);
            }
        }
        seenBans = suspects.additions();
        return Math.min(deadlineNs, dial(nowNs));
    }

    private void beat(long nowNs) {
        if (nowNs >= bansEndNs) {
            liars.clear();
            bansEndNs = Long.MAX_VALUE;
        }
        if (nowNs >= beatNs) {
            beatNs = nowNs + jittered(BEAT_NS);
            for (Neighbour neighbour : neighbours) {
                if (neighbour.orderId != 0) {
                    neighbour.tellSerial();
                }
            }
        }
    }

    private Refusal fault(long nowNs, Neighbour neighbour) {
        if (neighbour.fault != null) {
            return neighbour.fault;
        } else if (seenBans != suspects.additions() && suspects.isBanned(neighbour.peer.address(), neighbour.peer.peerId())) {
            return Refusal.BANNED;
        } else if (!neighbour.isKnown && nowNs >= neighbour.connectedNs + SILENCE_NS) {
            return Refusal.SILENT;
        }
        return nowNs - neighbour.lastHeardNs >= SwarmConfig.IDLE_NS ? Refusal.IDLE : null;
    }

    private long dial(long nowNs) {
        int taken = taken();
        for (PeerAddress address = next(nowNs, taken); address != null; address = next(nowNs, taken)) {
            dial(address);
        }
        if (taken + selection.dialling() < NEIGHBOURS) {
            replaceNs = Math.max(replaceNs, nowNs + REPLACE_NS / 2);
            return Math.min(replaceNs, selection.nextDeadlineNs(taken, false, suspects));
        }
        if (nowNs >= replaceNs) {
            // One try each time: an idle agent must not dial many dead addresses.
            replaceNs = nowNs + jittered(REPLACE_NS);
            newcomer = next(nowNs, NEIGHBOURS - 1 - selection.dialling());
            if (newcomer != null) {
                dial(newcomer);
            }
        }
        return replaceNs;
    }

    private PeerAddress next(long nowNs, int taken) {
        return selection.next(nowNs, taken, false, suspects);
    }

    private void dial(PeerAddress address) {
        orders.add(driver -> driver.dial(address));
    }

    /** As {@link Swarm#carryOut}. */
    public void carryOut(OrderDriver driver) {
        orders.carryOut(driver);
    }
}
