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
 * gets a few threads. They make its waiting calls one after the other, mostly over an open
 * connection. A thread that becomes free serves the tracker that has waited longest. Any thread may
 * call.
 */
final class TrackerCalls {
    /** Simultaneous calls to one tracker. With few torrents no call waits for another. */
    private static final int AT_ONCE = 4;
    /**
     * One more thread for this many waiting calls, because a tracker may be far away. Some of
     * {@link #THREADS} stay free for other trackers.
     */
    private static final int WAITING_FOR_EACH = 32;
    private static final int MAX_AT_ONCE = 12;
    /** After this time with one tracker a thread checks whether others wait. */
    private static final long TURN_NS = 500_000_000L;
    /** The number of threads for all trackers together. */
    static final int THREADS = 16;

    /** A call. It shares a session with other calls to the same tracker. */
    interface Call {
        /** Returns null if the call is no longer needed. */
        AnnounceResponse on(TrackerClient.Session session) throws TrackerException, IOException;
    }

    private record Waiting(Call call, CompletableFuture<AnnounceResponse> answer) {
    }

    /** Running it is one thread's turn with the tracker. */
    private final class Tracker implements Runnable {
        private final String url;
        private final Queue<Waiting> waiting = new ArrayDeque<>();
        /** Threads that serve this tracker, or will serve it. */
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
    /**
     * Trackers that have a thread or wait for one, by URL; guarded by this, with their contents.
     */
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
     * Calls a tracker. The future ends with {@link TrackerException} or {@link IOException} if the
     * call fails.
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
            // The engine has ended. This thread may be one of the last.
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
                    // The waiting caller distinguishes a tracker's failure from a fault in this
                    // program.
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
