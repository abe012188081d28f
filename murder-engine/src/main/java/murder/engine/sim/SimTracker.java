package murder.engine.sim;

import java.util.SplittableRandom;
import murder.metainfo.InfoHash;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.SwarmOptions;
import murder.tracker.SwarmTable;
import murder.tracker.TrackerException;
import murder.tracker.http.TrackerClientOptions;

/**
 * The product's tracker behind a network. An announce takes two round trips, TCP's and HTTP's, and
 * waits for earlier ones. The tracker may be silent for a time, and may restart without its table.
 */
final class SimTracker {
    static final InfoHash INFO_HASH = new InfoHash(1, 2, 3);

    private final SimNetwork network;
    /** The time that a host waits for an answer, like the product's client. */
    static final long TIMEOUT_NS = TrackerClientOptions.DEFAULT_REQUEST_TIMEOUT.toNanos();

    private final SplittableRandom random;
    private SwarmTable table;
    private final int[] heard = new int[AnnounceEvent.values().length];
    private long freeNs;
    private long silentUntilNs;

    SimTracker(SimNetwork network, SplittableRandom random) {
        this.network = network;
        this.random = random;
        this.table = new SwarmTable(SwarmOptions.defaults(), random);
    }

    // ---- faults ----

    /** Loses all requests until this time. A past time ends the silence. */
    void silence(long untilNs) {
        silentUntilNs = untilNs;
    }

    private boolean isSilent() {
        return network.nowNs() < silentUntilNs;
    }

    /** Restarts with an empty table. */
    void restartEmpty() {
        table = new SwarmTable(SwarmOptions.defaults(), random.split());
    }

    // ---- announces ----

    /** The host sends a request. {@link SimAnnouncer} keeps it until the answer. */
    void ask(SimHost host) {
        long arrivalNs = network.nowNs() + network.latencyNs() + network.latencyNs() + network.latencyNs();
        network.add(arrivalNs, EventKind.ASKS_TRACKER, host.index, host.life(), 0);
    }

    void onAsked(SimHost host, int life) {
        long nowNs = network.nowNs();
        if (isSilent()) {
            network.add(nowNs + TIMEOUT_NS, EventKind.TRACKER_SILENT, host.index, life, 0);
            return;
        }
        freeNs = Math.max(nowNs, freeNs) + network.model.trackerNs();
        if (host.isUp() && host.life() == life) {
            SimAnnouncer announcer = host.announcer();
            announcer.answer(announce(host, announcer.request()));
            network.add(freeNs + network.latencyNs(), EventKind.TRACKER_ANSWERED, host.index, life, 0);
        }
    }

    /** An announce without an answer, for example of a leaving host. */
    void hear(SimHost host, AnnounceRequest request) {
        if (!isSilent()) {
            announce(host, request);
        }
    }

    private AnnounceResponse announce(SimHost host, AnnounceRequest request) {
        heard[request.event().ordinal()]++;
        try {
            return table.announce(request, host.address, network.nowNs());
        } catch (TrackerException e) {
            throw new IllegalStateException("the tracker refuses " + host, e);
        }
    }

    /** The number of announces of this kind so far. */
    int heard(AnnounceEvent event) {
        return heard[event.ordinal()];
    }
}
