package murder.engine.sim;

import java.util.SplittableRandom;
import murder.metainfo.InfoHash;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceRequest;
import murder.tracker.SwarmOptions;
import murder.tracker.SwarmTable;
import murder.tracker.TrackerException;

/** The product's tracker behind a network: an announce takes two round trips, TCP's and HTTP's, and waits for those before it. */
final class SimTracker {
    static final InfoHash INFO_HASH = new InfoHash(1, 2, 3);

    private final SimNetwork network;
    private final SwarmTable table;
    private long freeNs;

    SimTracker(SimNetwork network, SplittableRandom random) {
        this.network = network;
        this.table = new SwarmTable(SwarmOptions.defaults(), random);
    }

    /** The host sends a request that {@link SimAnnouncer} keeps until it is answered. */
    void ask(SimHost host) {
        long arrivalNs = network.nowNs() + network.latencyNs() + network.latencyNs() + network.latencyNs();
        network.add(arrivalNs, SimNetwork.ASKS_TRACKER, host.index(), host.life(), 0);
    }

    void onAsked(SimHost host, int life) {
        long nowNs = network.nowNs();
        freeNs = Math.max(nowNs, freeNs) + network.model.trackerNs();
        if (host.isUp() && host.life() == life) {
            SimAnnouncer announcer = host.announcer();
            try {
                announcer.answer(table.announce(announcer.request(), host.address(), nowNs));
            } catch (TrackerException e) {
                throw new IllegalStateException("the tracker refuses " + host, e);
            }
            network.add(freeNs + network.latencyNs(), SimNetwork.TRACKER_ANSWERED, host.index(), life, 0);
        }
    }

    /** A host that ends in good order takes its leave. */
    void onStopped(SimHost host) {
        try {
            table.announce(AnnounceRequest.of(INFO_HASH, host.peerId(), host.address().port(), 1)
                .withEvent(AnnounceEvent.STOPPED).withNumWant(0), host.address(), network.nowNs());
        } catch (TrackerException e) {
            throw new IllegalStateException("the tracker refuses " + host, e);
        }
    }
}
