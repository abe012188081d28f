package murder.engine.sim;

import java.util.List;
import java.util.SplittableRandom;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;
import murder.tracker.TrackerTiers;

/** Tells the tracker of one host and brings back peers, as the engine's announcer does; when to ask, {@link TrackerTiers} decides. */
final class SimAnnouncer {
    private static final String URL = "http://tracker/announce";

    private final SimNetwork network;
    private final SimHost host;
    private final TrackerTiers tiers;
    private AnnounceEvent pending = AnnounceEvent.STARTED;
    private AnnounceRequest request;
    private AnnounceResponse response;
    private boolean completedTold;

    SimAnnouncer(SimNetwork network, SimHost host, SplittableRandom random) {
        this.network = network;
        this.host = host;
        this.tiers = new TrackerTiers(List.of(List.of(URL)), host.peerId(), random);
    }

    /** Asks if it is time to. Returns when it is next. */
    long onTurn(long nowNs) {
        if (tiers.next(nowNs) != null) {
            int wanted = host.swarm().wantsCandidates() ? host.profile().config().addressesWanted() : 0;
            request = AnnounceRequest.of(SimTracker.INFO_HASH, host.peerId(), host.address().port(), host.swarm().isComplete() ? 0 : 1)
                .withEvent(pending).withNumWant(wanted);
            if (network.model.zones() > 1) {
                request = request.withZone("rack-" + host.profile().zone());
            }
            network.tracker.ask(host);
        }
        return tiers.nextDeadlineNs();
    }

    AnnounceRequest request() {
        return request;
    }

    void answer(AnnounceResponse answer) {
        response = answer;
    }

    /** The tracker's answer has come. */
    void onAnswered(long nowNs) {
        AnnounceEvent told = request.event();
        if (pending == told) {
            pending = AnnounceEvent.NONE;
        }
        completedTold |= told == AnnounceEvent.COMPLETED;
        tiers.onSuccess(URL, nowNs, response.intervalSeconds() * NetworkModel.SECOND);
        for (AnnouncedPeer peer : response.peers()) {
            host.swarm().onCandidate(peer.address());
        }
        request = null;
        response = null;
        if (host.swarm().isComplete() && !host.profile().complete()) {
            onCompleted(nowNs);
        }
    }

    void onCompleted(long nowNs) {
        if (!completedTold && pending == AnnounceEvent.NONE) {
            pending = AnnounceEvent.COMPLETED;
            tiers.onWanted(nowNs);
        }
    }
}
