package murder.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import murder.engine.swarm.TorrentTurn;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnounceSchedule;
import murder.tracker.AnnouncedPeer;
import murder.tracker.TrackerException;

/**
 * Carries out a torrent's {@link AnnounceSchedule}: calls run on the threads of
 * {@link TrackerCalls} and answer by a task on the loop. Loop's thread only.
 */
final class Announcer {
    /** The torrent that announces. */
    interface Owner {
        /** The facts of the announcing peer. */
        AnnounceRequest announceFacts();

        /** The swarm whose key seals the announces. Any thread. */
        SwarmIdentity identity();

        void onCandidate(PeerAddress address);

        /** A tracker answered. {@link #onCandidate} gets its addresses. */
        default void onAnswer(AnnounceResponse response) {
        }

        boolean hasEnded();
    }

    /** Gets the results of announces. */
    interface Listener {
        void onTrackerAnswered(String url, int addresses);

        void onTrackerError(String url, String message);
    }

    /** Posts the answers of trackers to the loop, which calls {@link #onAnnounced}. */
    interface Answers {
        void onAnnounced(AnnounceSchedule.Order order, CompletableFuture<AnnounceResponse> announced);
    }

    private final Owner owner;
    private final Listener listener;
    private final Answers answers;
    private final TrackerCalls trackers;
    private final TransferClock clock;
    private final AnnounceSchedule schedule;
    private String lastError = "";
    /**
     * How often the torrent left. The trackers' threads read it: an announce that waited until then
     * is not sent.
     */
    private volatile int departures;
    /** Ends, never by an error, when the trackers have heard that the torrent left. */
    private CompletableFuture<Void> farewell = CompletableFuture.completedFuture(null);
    private Duration farewellAtMost = Duration.ZERO;

    Announcer(Owner owner, Listener listener, AnnounceSchedule schedule, TrackerCalls trackers, Answers answers, TransferClock clock) {
        this.owner = owner;
        this.listener = listener;
        this.schedule = schedule;
        this.trackers = trackers;
        this.answers = answers;
        this.clock = clock;
    }

    /** The error of the last failed announce; empty while a tracker of any tier answers. */
    String lastError() {
        return lastError;
    }

    /** The order of the torrent's turns, in which the schedule has its place. */
    TorrentTurn turn() {
        return new TorrentTurn(schedule, this::send);
    }

    /** The torrent is back after {@link #leave}. */
    void resume() {
        schedule.onResumed(clock.nowNs());
    }

    /** Announces in this turn, or after the answer to the announce in progress. */
    void announceNow() {
        schedule.onWanted(clock.touch());
    }

    /** Leaves the trackers. The future ends within {@code atMost}, also without their answers. */
    CompletableFuture<Void> leave(Duration atMost) {
        schedule.onLeft();
        departures++;
        if (farewell.isDone()) {
            farewell = new CompletableFuture<>();
        }
        farewellAtMost = atMost;
        sayFarewell();
        return farewell.copy().completeOnTimeout(null, atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** A torrent that left has no turns any more. */
    private void sayFarewell() {
        long now = clock.nowNs();
        for (AnnounceSchedule.Order order = schedule.next(now, false); order != null; order = schedule.next(now, false)) {
            send(order);
        }
        if (!schedule.isUnderWay()) {
            farewell.complete(null);
        }
    }

    private void send(AnnounceSchedule.Order order) {
        String url = order.url();
        AnnounceRequest request = order.request(owner.announceFacts());
        CompletableFuture<AnnounceResponse> answer;
        if (order.event() == AnnounceEvent.STOPPED) {
            Duration atMost = farewellAtMost;
            answer = trackers.call(url, session -> session.announce(url, request, owner.identity().key(), atMost));
        } else {
            int sent = departures;
            answer = trackers.call(url, session -> sent == departures ? session.announce(url, request, owner.identity().key()) : null);
        }
        answers.onAnnounced(order, answer);
    }

    /** A call has ended. @param response null if the call failed or was not made */
    void onAnnounced(AnnounceSchedule.Order order, AnnounceResponse response, Throwable error) {
        // A turn must see the new deadline, also if the answer has no peer.
        long now = clock.touch();
        if (response == null) {
            schedule.onFailure(now, order);
        } else {
            schedule.onAnswer(now, order, response);
        }
        if (error != null) {
            onFailure(order, trackersFault(order.url(), error));
        } else if (response != null && order.event() != AnnounceEvent.STOPPED) {
            lastError = "";
            listener.onTrackerAnswered(order.url(), response.peers().size());
            owner.onAnswer(response);
            for (AnnouncedPeer peer : response.peers()) {
                owner.onCandidate(peer.address());
            }
        }
        if (!farewell.isDone()) {
            sayFarewell();
        }
    }

    /** The reason of a failed call, if the fault is not in this program. */
    private static Throwable trackersFault(String url, Throwable error) {
        Throwable fault = error instanceof CompletionException ? error.getCause() : error;
        if (!(fault instanceof TrackerException) && !(fault instanceof IOException)) {
            throw new IllegalStateException("announcing to " + url, fault);
        }
        return fault;
    }

    private void onFailure(AnnounceSchedule.Order order, Throwable error) {
        if (order.event() == AnnounceEvent.STOPPED) {
            // The tracker forgets this peer after a while.
            Log.ANNOUNCER.log(Level.DEBUG, "{0} did not hear that we stop: {1}", order.url(), error.getMessage());
            return;
        }
        // The URL came with a torrent: control characters in it must not reach a terminal.
        String url = order.url();
        String said = url.replaceAll("[^ -~]", "?") + ": " + (error.getMessage() == null ? error.toString() : error.getMessage());
        lastError = schedule.isHeard() ? "" : said;
        if (!owner.hasEnded()) {
            Log.ANNOUNCER.log(Level.DEBUG, "{0}", said);
            listener.onTrackerError(url, said);
        }
    }
}
