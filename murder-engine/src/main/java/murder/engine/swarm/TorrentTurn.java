package murder.engine.swarm;

import java.util.function.Consumer;
import murder.tracker.AnnounceSchedule;

/**
 * The order of a torrent's turn, the same for the engine's loop and for the simulator: decide,
 * carry out the orders, then announce. So an announce knows the turn's changes: whether the last
 * piece arrived, and whether there are addresses left to dial. Pure.
 */
public final class TorrentTurn {
    private final AnnounceSchedule announces;
    private final Consumer<AnnounceSchedule.Order> tracker;

    /** @param tracker sends an announce, and reports its end to the schedule later */
    public TorrentTurn(AnnounceSchedule announces, Consumer<AnnounceSchedule.Order> tracker) {
        this.announces = announces;
        this.tracker = tracker;
    }

    /**
     * A turn of a torrent that moves its payload.
     *
     * @return the time of the next turn if nothing happens before
     */
    public long run(long nowNs, Swarm swarm, SwarmDriver driver) {
        long deadlineNs = swarm.onTurn(nowNs);
        swarm.carryOut(driver);
        if (swarm.hasCompleted()) {
            announces.onCompleted(nowNs);
        }
        return Math.min(deadlineNs, announce(nowNs, swarm.wantsCandidates(nowNs)));
    }

    /**
     * A turn of a torrent that fetches its metadata.
     *
     * @return the time of the next turn if nothing happens before
     */
    public long run(long nowNs, MetadataFetch fetch, MetadataDriver driver) {
        long deadlineNs = fetch.onTurn(nowNs);
        fetch.carryOut(driver);
        return Math.min(deadlineNs, announce(nowNs, true));
    }

    /**
     * A turn of an agent in a control swarm.
     *
     * @return the time of the next turn if nothing happens before
     */
    public long run(long nowNs, OrderExchange exchange, ReportSchedule reports, OrderDriver driver) {
        long deadlineNs = exchange.onTurn(nowNs);
        exchange.carryOut(driver);
        if (nowNs >= reports.dueNs()) {
            reports.onSent(nowNs);
            announces.onWanted(nowNs);
        }
        return Math.min(Math.min(deadlineNs, reports.dueNs()), announce(nowNs, exchange.wantsCandidates()));
    }

    private long announce(long nowNs, boolean wantsPeers) {
        for (AnnounceSchedule.Order order = announces.next(nowNs, wantsPeers); order != null; order = announces.next(nowNs, wantsPeers)) {
            tracker.accept(order);
        }
        return announces.nextDeadlineNs();
    }
}
