package murder.engine.sim;

import java.util.List;
import java.util.SplittableRandom;
import murder.engine.swarm.TorrentTurn;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnounceSchedule;
import murder.tracker.AnnouncedPeer;

/**
 * Carries out the {@link AnnounceSchedule} of one host in one of its lives, like the engine's
 * announcer.
 */
final class SimAnnouncer {
    private static final String URL = "http://tracker/announce";

    private final SimNetwork network;
    private final SimHost host;
    private final AnnounceSchedule schedule;
    /** The announce in progress, with its request and the tracker's answer. */
    private AnnounceSchedule.Order order;
    private AnnounceRequest request;
    private AnnounceResponse response;

    SimAnnouncer(SimNetwork network, SimHost host, SplittableRandom random) {
        this.network = network;
        this.host = host;
        this.schedule = new AnnounceSchedule(List.of(List.of(URL)), host.peerId(), host.profile.config().addressesWanted(), random);
    }

    /** The order of the host's turns, in which the schedule has its place. */
    TorrentTurn turn() {
        return new TorrentTurn(schedule, this::send);
    }

    private void send(AnnounceSchedule.Order next) {
        order = next;
        request = next.request(facts());
        network.tracker.ask(host);
    }

    private AnnounceRequest facts() {
        AnnounceRequest facts = AnnounceRequest.of(SimTracker.INFO_HASH, host.peerId(), host.address.port(),
            host.swarm().isComplete() ? 0 : 1);
        return network.model.zones() > 1 ? facts.withZone("rack-" + host.profile.zone()) : facts;
    }

    AnnounceRequest request() {
        return request;
    }

    void answer(AnnounceResponse answer) {
        response = answer;
    }

    /** The tracker's answer has arrived. */
    void onAnswered(long nowNs) {
        schedule.onAnswer(nowNs, order, response);
        for (AnnouncedPeer peer : response.peers()) {
            host.swarm().onCandidate(peer.address());
        }
        forget();
    }

    /** No answer arrived in time. */
    void onFailed(long nowNs) {
        schedule.onFailure(nowNs, order);
        forget();
    }

    private void forget() {
        order = null;
        request = null;
        response = null;
    }

    /** The host ends normally. An announce in progress is lost. */
    void leave(long nowNs) {
        schedule.onLeft();
        if (order != null) {
            onFailed(nowNs);
        }
        AnnounceSchedule.Order farewell = schedule.next(nowNs, false);
        if (farewell != null) {
            network.tracker.hear(host, farewell.request(facts()));
        }
    }
}
