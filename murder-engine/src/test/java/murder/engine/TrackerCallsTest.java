package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import murder.tracker.AnnounceResponse;
import murder.tracker.http.TrackerClient;
import murder.tracker.http.TrackerClientOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrackerCallsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final AnnounceResponse ANSWER = new AnnounceResponse(15, 0, 0, 0, List.of(), "", "");

    private final ExecutorService threads = Executors.newFixedThreadPool(TrackerCalls.THREADS);
    private final CountDownLatch end = new CountDownLatch(1);
    private final TrackerClient client = new TrackerClient(TrackerClientOptions.defaults(), new SplittableRandom(1));
    private final TrackerCalls calls = new TrackerCalls(client, threads, new AnnouncedPeers(null, null));

    @AfterEach
    void end() {
        end.countDown();
        threads.shutdownNow();
    }

    @Test
    void deadTrackerDoesNotDelayOthers() {
        callInVain("down", 1_000);
        assertThat(calls.call("up", session -> ANSWER)).succeedsWithin(SOON).isSameAs(ANSWER);
    }

    @Test
    void busyTrackersLeaveTurnsToOthers() throws InterruptedException {
        CountDownLatch allThreads = new CountDownLatch(TrackerCalls.THREADS);
        for (int i = 0; i < 32; i++) {
            askOverAndOver("busy " + i % 8, allThreads);
        }
        allThreads.await();
        assertThat(calls.call("up", session -> ANSWER)).succeedsWithin(SOON).isSameAs(ANSWER);
    }

    /** One more call waits for this tracker whenever one is made. */
    private void askOverAndOver(String url, CountDownLatch made) {
        calls.call(url, session -> {
            made.countDown();
            if (end.getCount() > 0) {
                askOverAndOver(url, made);
            }
            return ANSWER;
        });
    }

    @Test
    void oneTrackerGetsParallelCalls() {
        callInVain("a", 3);
        assertThat(calls.call("a", session -> ANSWER)).succeedsWithin(SOON);
    }

    @Test
    void simultaneousCallsShareSessions() {
        Set<TrackerClient.Session> sessions = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<AnnounceResponse>> answers = new ArrayList<>();
        CountDownLatch twelve = new CountDownLatch(12);
        for (int i = 0; i < 300; i++) {
            answers.add(calls.call("a", session -> {
                sessions.add(session);
                twelve.countDown();
                await(twelve);
                return ANSWER;
            }));
        }
        assertThat(CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))).succeedsWithin(SOON);
        assertThat(sessions).as("of 300 calls").hasSizeBetween(12, 24);
    }

    @Test
    void aCallThatFailsFailsAlone() {
        for (int i = 0; i < 20; i++) {
            CompletableFuture<AnnounceResponse> failed = calls.call("a", session -> {
                throw new IOException("meant by this test");
            });
            CompletableFuture<AnnounceResponse> broken = calls.call("a", session -> {
                throw new IllegalStateException("meant, too");
            });
            assertThat(failed).failsWithin(SOON).withThrowableOfType(Exception.class).withMessageContaining("meant by this test");
            assertThat(broken).failsWithin(SOON).withThrowableOfType(Exception.class).withMessageContaining("meant, too");
        }
        assertThat(calls.call("a", session -> ANSWER)).succeedsWithin(SOON);
    }

    @Test
    void finishesCallsWhenThreadsEnd() {
        CountDownLatch isShut = new CountDownLatch(1);
        CompletableFuture<AnnounceResponse> last = calls.call("a", session -> {
            await(isShut);
            return ANSWER;
        }).thenCompose(first -> calls.call("a", session -> first));
        threads.shutdown();
        isShut.countDown();
        assertThat(last).succeedsWithin(SOON);
    }

    /** Calls that get no answer before the test is over. */
    private void callInVain(String url, int times) {
        for (int i = 0; i < times; i++) {
            calls.call(url, session -> {
                await(end);
                return ANSWER;
            });
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
