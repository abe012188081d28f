package murder.engine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import murder.tracker.AnnounceResponse;
import murder.tracker.TrackerException;
import murder.tracker.http.TrackerClient;

/**
 * The engine's calls to trackers. A call blocks, for seconds if a tracker is down. So each tracker
 * gets a few of the threads, which make its waiting calls one after the other, most of them over an
 * open connection. A thread that had to wait goes to the tracker that has waited longest. Any
 * thread may call.
 */
final class TrackerCalls {
    /** Calls to one tracker at a time; few torrents do not wait for each other. */
    private static final int AT_ONCE = 4;
    /**
     * One more thread for this many waiting calls, as a tracker may be far away. Some of
     * {@link #THREADS} are left for other trackers.
     */
    private static final int WAITING_FOR_EACH = 32;
    private static final int MAX_AT_ONCE = 12;
    /** After so much time with a tracker a thread looks whether others wait. */
    private static final long TURN_NS = 500_000_000L;
    /** That there should be for all trackers together. */
    static final int THREADS = 16;

    /** A call, in one session with others that waited for the same tracker. */
    interface Call {
        /** Returns null if it has become pointless meanwhile. */
        AnnounceResponse on(TrackerClient.Session session) throws TrackerException, IOException;
    }

    private record Waiting(Call call, CompletableFuture<AnnounceResponse> answer) {
    }

    /** As a task it is one thread's turn with the tracker. */
    private final class Tracker implements Runnable {
        private final String url;
        private final Queue<Waiting> waiting = new ArrayDeque<>();
        /** That are there for it, or will be. */
        private int threads;

        Tracker(String url) {
            this.url = url;
        }

        @Override
        public void run() {
            if (!callAll(this)) {
                takeTurn(this);
            }
        }
    }

    private final TrackerClient client;
    private final Executor executor;
    private final AnnouncedPeers peers;
    /** By URL, those that have a thread or wait for one; guarded by this, with what is in them. */
    private final Map<String, Tracker> trackers = new HashMap<>();

    /**
     * @param executor has {@link #THREADS} threads, which take tasks in the order in which they
     *     come
     * @param peers those of a reply that may be dialled
     */
    TrackerCalls(TrackerClient client, Executor executor, AnnouncedPeers peers) {
        this.client = client;
        this.peers = peers;
        this.executor = executor;
    }

    /**
     * Has a tracker called. The future ends with {@link TrackerException} or {@link IOException} if
     * that fails.
     */
    CompletableFuture<AnnounceResponse> call(String url, Call call) {
        CompletableFuture<AnnounceResponse> answer = new CompletableFuture<>();
        Tracker tracker;
        synchronized (this) {
            tracker = trackers.get(url);
            if (tracker == null) {
                tracker = new Tracker(url);
                trackers.put(url, tracker);
            }
            tracker.waiting.add(new Waiting(call, answer));
            if (tracker.threads >= Math.min(AT_ONCE + tracker.waiting.size() / WAITING_FOR_EACH, MAX_AT_ONCE)) {
                return answer;
            }
            tracker.threads++;
        }
        takeTurn(tracker);
        return answer;
    }

    private void takeTurn(Tracker tracker) {
        try {
            executor.execute(tracker);
        } catch (RejectedExecutionException e) {
            // The engine has ended; this thread may be one of those that were left.
            tracker.run();
        }
    }

    /** Returns whether none is left that would need this thread. */
    private boolean callAll(Tracker tracker) {
        long startNs = System.nanoTime();
        try (TrackerClient.Session session = client.session(() -> isAnyWaiting(tracker))) {
            while (System.nanoTime() - startNs < TURN_NS) {
                Waiting next = next(tracker);
                if (next == null) {
                    return true;
                }
                try {
                    next.answer.complete(peers.allowed(tracker.url, next.call.on(session)));
                } catch (TrackerException | IOException | RuntimeException | Error e) {
                    // Whoever waits for the answer tells a tracker's failure from a fault of ours.
                    next.answer.completeExceptionally(e);
                }
            }
        }
        return false;
    }

    private synchronized boolean isAnyWaiting(Tracker tracker) {
        return !tracker.waiting.isEmpty();
    }

    private synchronized Waiting next(Tracker tracker) {
        Waiting next = tracker.waiting.poll();
        if (next == null && --tracker.threads == 0) {
            trackers.remove(tracker.url);
        }
        return next;
    }
}
