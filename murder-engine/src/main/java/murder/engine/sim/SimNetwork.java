package murder.engine.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import murder.metainfo.PieceLayout;
import murder.peer.PeerAddress;

/**
 * A network of hosts in one thread and in virtual time. All random numbers come from one generator,
 * so the same seed gives the same run. {@link #traceHash()} proves it.
 *
 * <p>A frequent event is four numbers in {@link EventQueue}. There is one when an uplink has sent a
 * turn, one when the turn arrives, one more if the downlink is busy, and one timer per host. Rare
 * events (faults, starts) are {@link Runnable}s.
 */
final class SimNetwork {
    private static final EventKind[] KINDS = EventKind.values();

    /** The time-out of a dial to a host that died silently. */
    private static final long CONNECT_TIMEOUT_NS = 5 * NetworkModel.SECOND;

    final PieceLayout layout;
    final NetworkModel model;
    final Bodies bodies = new Bodies();
    final SimTracker tracker;
    final Traffic traffic;
    private final SplittableRandom random;
    private final EventQueue events = new EventQueue();
    private final List<SimHost> hosts = new ArrayList<>();
    /** Ends by id; null after both ends know that the connection is closed. Ids are not reused. */
    private SimEnd[] ends = new SimEnd[1024];
    private int endCount;
    private int openEnds;
    private int mostOpenEnds;
    private final List<Runnable> actions = new ArrayList<>();
    /** Ends that got a message to send in this turn. */
    private SimEnd[] touched = new SimEnd[64];
    private int touchedCount;
    private final long[] zoneUpFreeNs;
    private final long[] zoneDownFreeNs;
    /** A substitute for the raw {@code info} dictionary, with 20 bytes for each piece. */
    private final byte[] rawInfo;
    private Consumer<SimHost> onComplete = host -> { };
    private LongConsumer onPieces = pieces -> { };
    private long verifiedPieces;
    private long nowNs;
    private long handled;
    private long traceHash;

    SimNetwork(PieceLayout layout, NetworkModel model, long seed) {
        if (layout.pieceCount() > SimMessage.MAX_PIECES || layout.pieceLength() > SimMessage.MAX_PIECE_LENGTH) {
            throw new IllegalArgumentException(layout.pieceCount() + " pieces of " + layout.pieceLength() + " bytes: at most "
                + SimMessage.MAX_PIECES + " of " + SimMessage.MAX_PIECE_LENGTH + " can be simulated");
        }
        this.layout = layout;
        this.model = model;
        this.random = new SplittableRandom(seed);
        this.tracker = new SimTracker(this, random.split());
        this.traffic = new Traffic();
        this.rawInfo = new byte[200 + 20 * layout.pieceCount()];
        this.zoneUpFreeNs = new long[model.zones()];
        this.zoneDownFreeNs = new long[model.zones()];
    }

    /** A host that is off until {@link SimHost#start}. */
    SimHost addHost(NetworkModel.HostProfile profile) {
        return addHost(index -> new SimHost(this, index, profile, random.split()));
    }

    /** The same for another kind of host. @param maker makes the host of an index */
    <H extends SimHost> H addHost(IntFunction<H> maker) {
        H host = maker.apply(hosts.size());
        hosts.add(host);
        return host;
    }

    List<SimHost> hosts() {
        return hosts;
    }

    SimHost host(PeerAddress address) {
        return hosts.get((int) (address.low() & 0xffffff) - 1);
    }

    static PeerAddress address(int index) {
        return PeerAddress.ofIpv4(10 << 24 | (index + 1), 6881);
    }

    // ---- time ----

    long nowNs() {
        return nowNs;
    }

    long handledEvents() {
        return handled;
    }

    void at(long timeNs, Runnable action) {
        actions.add(action);
        add(Math.max(timeNs, nowNs), EventKind.ACTION, actions.size() - 1, 0, 0);
    }

    void after(long delayNs, Runnable action) {
        at(nowNs + delayNs, action);
    }

    void add(long timeNs, EventKind kind, int target, int count, int bytes) {
        events.add(timeNs, kind.ordinal(), target, count, bytes);
    }

    /** The one-way time of the next packet. */
    long latencyNs() {
        return model.jitterNs() == 0 ? model.latencyNs() : model.latencyNs() + random.nextLong(model.jitterNs());
    }

    /** The same between two hosts, of which one may be far away. */
    long latencyNs(SimHost one, SimHost other) {
        return latencyNs() + one.awayNs() + other.awayNs();
    }

    /**
     * Runs until the condition holds. Returns false if the deadline passes first, or no event is
     * left.
     */
    boolean runUntil(BooleanSupplier done, long deadlineNs) {
        while (!done.getAsBoolean()) {
            if (events.firstNs() > deadlineNs || !events.next()) {
                return false;
            }
            nowNs = events.timeNs();
            handled++;
            handle(KINDS[events.kind()], events.target());
        }
        return true;
    }

    private void handle(EventKind kind, int target) {
        switch (kind) {
            case SENT -> hosts.get(target).uplink.onSent(nowNs);
            case ARRIVED -> ends[target].onArrived(events.count(), events.bytes());
            case ARRIVED_SMALL -> ends[target].onArrivedSmall(events.count(), events.bytes());
            case DELIVERED -> ends[target].onDelivered(events.count());
            case LEFT_ZONE -> enterZone(ends[target], events.count(), events.bytes());
            case TIMER -> hosts.get(target).onTimer();
            case VERIFIED -> hosts.get(target).onVerified(events.count(), events.bytes());
            case LOST -> ends[target].lost();
            case DIAL_ARRIVED -> onDialArrived(hosts.get(target), hosts.get(events.count()), events.bytes());
            case DIAL_ANSWERED -> onDialAnswered(ends[target], events.count());
            case ASKS_TRACKER -> tracker.onAsked(hosts.get(target), events.count());
            case TRACKER_ANSWERED -> hosts.get(target).onTrackerAnswered(events.count());
            case TRACKER_SILENT -> hosts.get(target).onTrackerSilent(events.count());
            case ACTION -> actions.set(target, null).run();
            default -> throw new IllegalStateException("an event of kind " + kind);
        }
    }

    // ---- connections ----

    /**
     * Carries out an order to dial: TCP and the handshake take a round trip each, and each end may
     * refuse.
     */
    void dial(SimHost from, PeerAddress address) {
        SimHost to = host(address);
        long firstNs = latencyNs(from, to);
        add(nowNs + firstNs + latencyNs(from, to) + latencyNs(from, to), EventKind.DIAL_ARRIVED, from.index, to.index, from.life());
    }

    /** The dialling host's handshake has arrived. */
    private void onDialArrived(SimHost from, SimHost to, int life) {
        SimEnd dialler = newEnd(from);
        SimEnd acceptor = newEnd(to);
        dialler.join(acceptor);
        acceptor.join(dialler);
        long answerNs = nowNs + latencyNs(from, to) + (to.isSilent() ? CONNECT_TIMEOUT_NS : 0);
        // The handshake's answer travels ahead of the first messages.
        add(answerNs, EventKind.DIAL_ANSWERED, dialler.id(), life, 0);
        if (to.isUp()) {
            acceptor.holdUntil(answerNs);
            acceptor.open(true, from.address.withPort(49_152 + (acceptor.id() & 0x3fff)));
        }
    }

    /** The accepting host's handshake or refusal has arrived. */
    private void onDialAnswered(SimEnd dialler, int life) {
        SimHost from = dialler.host();
        SimEnd acceptor = dialler.other();
        if (!from.isUp() || from.life() != life) {
            acceptor.lostLater(nowNs + latencyNs());
        } else if (!acceptor.isOpen()) {
            from.dialFailed(acceptor.host().address);
        } else if (!dialler.open(false, acceptor.host().address)) {
            acceptor.lostLater(nowNs + latencyNs());
        }
        dialler.forgetIfOver();
    }

    private SimEnd newEnd(SimHost host) {
        if (endCount == ends.length) {
            ends = Arrays.copyOf(ends, 2 * endCount);
        }
        SimEnd end = new SimEnd(this, host, endCount);
        ends[endCount++] = end;
        return end;
    }

    /** Called when a host is complete. */
    void onComplete(Consumer<SimHost> listener) {
        onComplete = listener;
    }

    void onComplete(SimHost host) {
        onComplete.accept(host);
    }

    /**
     * Called for each verified piece, with the number of pieces that all hosts have verified so
     * far.
     */
    void onPieces(LongConsumer listener) {
        onPieces = listener;
    }

    void onPiece() {
        onPieces.accept(++verifiedPieces);
    }

    byte[] rawInfo() {
        return rawInfo;
    }

    void opened() {
        openEnds++;
        mostOpenEnds = Math.max(mostOpenEnds, openEnds);
    }

    void closed() {
        openEnds--;
    }

    int openEnds() {
        return openEnds;
    }

    int mostOpenEnds() {
        return mostOpenEnds;
    }

    // ---- packets ----

    /** The uplink has sent a turn of this end's messages. */
    void launch(SimEnd end, int count, int bytes) {
        int from = end.host().profile.zone();
        if (from == end.other().host().profile.zone() || model.zoneBytesPerSecond() == 0) {
            add(end.arrivalNs(nowNs + latencyNs(end.host(), end.other().host())), EventKind.ARRIVED, end.id(), count, bytes);
        } else {
            // The rack's own pipe: first come, first served, for all its hosts.
            zoneUpFreeNs[from] = Math.max(nowNs, zoneUpFreeNs[from] + zoneNs(bytes));
            add(zoneUpFreeNs[from], EventKind.LEFT_ZONE, end.id(), count, bytes);
        }
    }

    private void enterZone(SimEnd end, int count, int bytes) {
        int to = end.other().host().profile.zone();
        zoneDownFreeNs[to] = Math.max(nowNs, zoneDownFreeNs[to] + zoneNs(bytes));
        add(end.arrivalNs(zoneDownFreeNs[to] + latencyNs()), EventKind.ARRIVED, end.id(), count, bytes);
    }

    private long zoneNs(int bytes) {
        return bytes * NetworkModel.SECOND / model.zoneBytesPerSecond();
    }

    /** The end has a message to send. It is sent after the host's turn. */
    void touch(SimEnd end) {
        if (touchedCount == touched.length) {
            touched = Arrays.copyOf(touched, 2 * touchedCount);
        }
        touched[touchedCount++] = end;
    }

    /** A host's turn has ended. */
    void flush() {
        for (int i = 0; i < touchedCount; i++) {
            SimEnd end = touched[i];
            touched[i] = null;
            end.flush();
        }
        touchedCount = 0;
    }

    void trace(long what) {
        traceHash = (traceHash ^ what ^ nowNs) * 0x9E3779B97F4A7C15L;
        traceHash ^= traceHash >>> 29;
    }

    /** A hash of all deliveries and their times. */
    long traceHash() {
        return traceHash;
    }

    SplittableRandom random() {
        return random;
    }
}
