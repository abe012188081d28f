package murder.engine;

import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import murder.engine.swarm.OrderDriver;
import murder.engine.swarm.OrderExchange;
import murder.engine.swarm.PeerConnection;
import murder.engine.swarm.Refusal;
import murder.engine.swarm.ReportSchedule;
import murder.engine.swarm.TorrentTurn;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnounceSchedule;
import murder.tracker.FleetNews;
import murder.trust.SwarmKey;
import murder.wire.Outbound;
import murder.wire.nio.Addresses;
import murder.wire.nio.CloseReason;

/**
 * An agent's place in the control swarm of one key: joins an {@link OrderExchange} to sockets and
 * trackers, as {@link Transfer} does for a torrent. Holds no policy. Loop's thread only.
 */
final class ControlMember implements PeerSession.Owner, Announcer.Owner, Announcer.Listener, OrderDriver {
    /** The agent, which has one place for each key. */
    interface Owner {
        /** Starts the check of an order. {@link OrderExchange#onVerified} gets the result. */
        void verify(ControlMember member, byte[] order);

        /** The order is valid and newer than all orders that this member knew. */
        void onAccepted(long serial, byte[] order);

        /** A tracker answered, or the first neighbour is there. */
        void onJoined();

        /** The newest report; empty if there is none. */
        byte[] report();

        void onFault(Exception fault);

        /** Runs a task on the loop's thread; its fault is one of the agent. */
        void post(Runnable task);
    }

    private final Owner owner;
    private final EngineParts parts;
    private final SwarmIdentity identity;
    private final TransferClock clock;
    private final Announcer announcer;
    private final AnnounceFacts facts;
    private final TorrentTurn turn;
    private final OrderExchange exchange;
    private final ReportSchedule reports;
    private final PeerSessions<OrderExchange.Neighbour> sessions = new PeerSessions<>();
    private boolean ended;
    private long deadlineNs;

    ControlMember(Owner owner, EngineParts parts, ControlOptions options, SwarmKey key) {
        this.owner = owner;
        this.parts = parts;
        this.identity = new SwarmIdentity(key.controlName(options.fleet()), key, parts.secrets());
        this.clock = new TransferClock(parts.loop()::nowNs);
        this.announcer = new Announcer(this, this, new AnnounceSchedule(options.trackers(), parts.peerId(), OrderExchange.ADDRESSES_WANTED,
            parts.randoms().next()), parts.trackers(), this::onAnnounced, clock);
        this.facts = new AnnounceFacts(identity.name(), options.zone(), parts);
        this.turn = announcer.turn();
        this.exchange = new OrderExchange(parts.peerId(), options.serial(), options.order(), parts.randoms().next(),
            parts.bans());
        this.reports = new ReportSchedule(parts.randoms().next());
        for (InetSocketAddress peer : options.peers()) {
            exchange.onCandidate(Addresses.of(peer));
        }
    }

    @Override
    public SwarmIdentity identity() {
        return identity;
    }

    int neighbours() {
        return exchange.neighbours();
    }

    /** The error of the last failed announce; empty while a tracker answers. */
    String trackerError() {
        return announcer.lastError();
    }

    // ---- turns ----

    long onTurn(long nowNs) {
        if (ended) {
            return Long.MAX_VALUE;
        }
        if (clock.isTouched() || nowNs >= deadlineNs) {
            clock.clear();
            deadlineNs = turn.run(nowNs, exchange, reports, this);
        }
        return clock.isTouched() ? nowNs : deadlineNs;
    }

    @Override
    public void touch() {
        clock.touch();
    }

    /** Leaves the trackers and closes all connections. The future ends within {@code atMost}. */
    CompletableFuture<Void> end(Duration atMost) {
        ended = true;
        sessions.closeAll("the agent leaves");
        return announcer.leave(atMost);
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }

    @Override
    public void onFault(Exception fault) {
        owner.onFault(fault);
    }

    // ---- orders ----

    /** Takes an order that another member checked. @return whether it is newer than all before */
    boolean onValidOrder(long serial, byte[] order) {
        clock.touch();
        return exchange.onValidOrder(serial, order);
    }

    /** @param serial negative if it is invalid */
    void onVerified(long serial) {
        exchange.onVerified(clock.touch(), serial);
    }

    void onVerifyFailed() {
        clock.touch();
        exchange.onVerifyFailed();
    }

    void onReport(boolean urgent) {
        reports.onReport(clock.touch(), urgent);
    }

    @Override
    public void verify(byte[] order) {
        owner.verify(this, order);
    }

    @Override
    public void accepted(long serial, byte[] order) {
        owner.onAccepted(serial, order);
    }

    @Override
    public void refused(PeerAddress from) {
        Log.CONTROL.log(Level.WARNING, "{0} sent an order that is not valid", from == null ? "a tracker" : from);
    }

    // ---- neighbours ----

    @Override
    public boolean isTalking() {
        return !ended;
    }

    @Override
    public boolean mayWait(PeerSession session) {
        return false;
    }

    @Override
    public boolean bringsPayload() {
        return false;
    }

    @Override
    public void dial(PeerAddress address) {
        PeerSession session = new PeerSession(parts.peerId(), parts.throttle(), this, address);
        parts.loop().connect(address, session);
        sessions.onDialled(session);
    }

    @Override
    public void close(OrderExchange.Neighbour neighbour, Refusal why) {
        sessions.close(neighbour, why);
    }

    @Override
    public Party admit(PeerSession session, PeerConnection.Peer peer) {
        long nowNs = clock.touch();
        boolean awaited = peer.incoming() || sessions.endDial(session);
        Refusal refusal = awaited ? exchange.admit(nowNs, peer) : Refusal.PAUSED;
        if (refusal != null) {
            session.close(refusal.name());
            return new Bystander();
        }
        Outbound out = session.connection().out();
        if (peer.fast()) {
            out.haveNone();
        }
        OrderExchange.Neighbour neighbour = exchange.onConnected(nowNs, peer, out);
        sessions.onAdmitted(neighbour, session);
        owner.onJoined();
        return new OrderParty(neighbour, clock, () -> {
            sessions.onClosed(neighbour);
            exchange.onDisconnected(clock.touch(), neighbour);
        });
    }

    @Override
    public void onClosed(PeerSession session, CloseReason reason, String detail) {
        Log.CONTROL.log(reason == CloseReason.READ_FAILED ? Level.INFO : Level.DEBUG, "{0} closed: {1} {2}", session.remote(), reason,
            detail);
        if (sessions.endDial(session)) {
            exchange.onDialFailed(clock.touch(), session.remote(), reason != CloseReason.NOT_DIALLED);
        }
    }

    // ---- trackers ----

    private void onAnnounced(AnnounceSchedule.Order order, CompletableFuture<AnnounceResponse> announced) {
        announced.whenComplete((response, error) -> owner.post(() -> announcer.onAnnounced(order, response, error)));
    }

    @Override
    public AnnounceRequest announceFacts() {
        reports.onSent(clock.nowNs());
        return facts.of(PayloadCounts.UNKNOWN).withNews(new FleetNews(exchange.serial(), owner.report()));
    }

    @Override
    public void onCandidate(PeerAddress address) {
        exchange.onCandidate(address);
    }

    @Override
    public void onAnswer(AnnounceResponse response) {
        reports.onAnswer(TimeUnit.MILLISECONDS.toNanos(response.fleet().reportEveryMs()));
        if (response.fleet().order() != null) {
            exchange.onTrackerOrder(response.fleet().order());
        }
        owner.onJoined();
    }

    @Override
    public void onTrackerAnswered(String url, int addresses) {
        Log.CONTROL.log(Level.DEBUG, "{0} returned {1} addresses", url, addresses);
    }

    @Override
    public void onTrackerError(String url, String message) {
        Log.CONTROL.log(Level.DEBUG, "{0}", message);
    }
}
