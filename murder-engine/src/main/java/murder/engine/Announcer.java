package murder.engine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;
import murder.tracker.TrackerException;
import murder.tracker.TrackerTiers;

/**
 * Tells a torrent's trackers of it and brings back peers. Which tracker is asked and when, {@link TrackerTiers} decides; the calls run
 * on threads of {@link TrackerCalls} and answer by a task on the loop. They run one after the other: a tracker that heard
 * {@code stopped} before the announce that was on its way would keep a peer that is gone. Loop's thread only.
 */
final class Announcer {
    private final Transfer transfer;
    private final TrackerCalls trackers;
    private final LongSupplier nowNs;
    private final TrackerTiers tiers;
    private AnnounceEvent pending = AnnounceEvent.STARTED;
    private boolean completedTold;
    private String trackerId = "";
    private String lastError = "";
    /** The tracker that is being asked, or null. */
    private String asking;
    /** Ends, never by an error, with the last call. */
    private CompletableFuture<Void> calls = CompletableFuture.completedFuture(null);
    /** Counts {@link #stopped}: an announce of a time before is no use any more. */
    private volatile int round;

    Announcer(Transfer transfer, TrackerCalls trackers, LongSupplier nowNs, RandomGenerator random) {
        this.transfer = transfer;
        this.trackers = trackers;
        this.nowNs = nowNs;
        this.tiers = new TrackerTiers(transfer.options().trackers(), transfer.engine().peerId(), random);
    }

    /** What the last failed announce said; empty after a good one. */
    String lastError() {
        return lastError;
    }

    /** Asks a tracker if one is due. Returns when the next one is. */
    long onTurn(long now) {
        String url = tiers.next(now);
        if (url != null) {
            asking = url;
            ask(url, pending);
        }
        return tiers.nextDeadlineNs();
    }

    /** Every piece has come: told once, as soon as a tracker was told of the start. */
    void completed() {
        if (!completedTold && pending == AnnounceEvent.NONE) {
            pending = AnnounceEvent.COMPLETED;
            tiers.onWanted(nowNs.getAsLong());
        }
    }

    /** Begins anew after {@link #stopped}. */
    void restart() {
        pending = AnnounceEvent.STARTED;
        tiers.onWanted(nowNs.getAsLong());
    }

    /**
     * Takes leave of the tracker that knows us, or will in a moment. The future ends within {@code atMost}, whether it was heard or not.
     */
    CompletableFuture<Void> stopped(Duration atMost) {
        round++;
        String url = asking != null ? asking : tiers.current();
        if (url == null) {
            return CompletableFuture.completedFuture(null);
        }
        AnnounceRequest request = transfer.announceRequest().withEvent(AnnounceEvent.STOPPED).withNumWant(0).withTrackerId(trackerId);
        calls = calls.thenCompose(nothing -> trackers.call(url, session -> session.announce(url, request, atMost)))
            .handle((response, error) -> {
                if (error != null) {
                    // We are leaving: the tracker forgets us by itself in a while.
                    Log.ANNOUNCER.log(Level.DEBUG, "{0} did not hear that we stop: {1}", url, trackersFault(url, error).getMessage());
                }
                return null;
            });
        return calls.copy().completeOnTimeout(null, atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void ask(String url, AnnounceEvent event) {
        int mine = round;
        AnnounceRequest request = transfer.announceRequest().withEvent(event).withTrackerId(trackerId);
        CompletableFuture<AnnounceResponse> answer = calls.thenCompose(nothing ->
            trackers.call(url, session -> round == mine ? session.announce(url, request) : null));
        calls = answer.handle((response, error) -> null);
        answer.whenComplete((response, error) -> transfer.engine().execute(() -> {
            asking = null;
            if (error == null) {
                onAnswer(url, event, round == mine, response);
            } else {
                onFailure(url, trackersFault(url, error));
            }
            // A turn must look at the new deadline, also when no peer came with the answer.
            transfer.touch();
        }));
    }

    /**
     * @param current whether {@link #stopped} was not called meanwhile
     * @param response null if the tracker was not asked after all
     */
    private void onAnswer(String url, AnnounceEvent told, boolean current, AnnounceResponse response) {
        if (response == null) {
            tiers.onFailure(url, nowNs.getAsLong());
            return;
        }
        lastError = "";
        if (!response.trackerId().isEmpty()) {
            trackerId = response.trackerId();
        }
        if (pending == told && current) {
            pending = AnnounceEvent.NONE;
        }
        completedTold |= told == AnnounceEvent.COMPLETED;
        tiers.onSuccess(url, nowNs.getAsLong(), Duration.ofSeconds(response.intervalSeconds()).toNanos());
        for (AnnouncedPeer peer : response.peers()) {
            transfer.onCandidate(peer.address());
        }
        if (transfer.isComplete() && transfer.wasDownloaded()) {
            completed();
        }
    }

    /** Why a call failed, if that is not our fault. */
    private static Throwable trackersFault(String url, Throwable error) {
        Throwable fault = error instanceof CompletionException ? error.getCause() : error;
        if (!(fault instanceof TrackerException) && !(fault instanceof IOException)) {
            throw new IllegalStateException("announcing to " + url, fault);
        }
        return fault;
    }

    private void onFailure(String url, Throwable error) {
        // The URL came with a torrent: control characters in it must not reach a terminal.
        lastError = url.replaceAll("[^ -~]", "?") + ": " + (error.getMessage() == null ? error.toString() : error.getMessage());
        tiers.onFailure(url, nowNs.getAsLong());
        if (!transfer.state().isFinal()) {
            transfer.onTrackerError(url, lastError);
        }
    }
}
