package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import murder.engine.storage.HeldDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EngineThreadsTest {
    private final EngineThreads threads = new EngineThreads(EngineOptions.builder().name("alpha").diskThreads(2).build());
    private final BlockingQueue<String> names = new LinkedBlockingQueue<>();

    private void addName() {
        names.add(Thread.currentThread().getName());
    }

    @Test
    void threadsAreNamedAfterTheEngine() throws Exception {
        for (String name : List.of("alpha-tracker-1", "alpha-close-1", "alpha-notify-1", "alpha-loop-1")) {
            switch (name.substring(6)) {
                case "tracker-1" -> threads.trackers().execute(this::addName);
                case "close-1" -> threads.closing().execute(this::addName);
                case "notify-1" -> threads.notify(this::addName);
                default -> threads.loop(this::addName).start();
            }
            assertThat(names.take()).isEqualTo(name);
        }
        assertThat(threads.awaitEnd(in(30))).isTrue();
    }

    @Test
    void idleThreadTakesNextTask() throws Exception {
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Thread> runs = new CompletableFuture<>();
            threads.trackers().execute(() -> runs.complete(Thread.currentThread()));
            Thread thread = runs.get();
            assertThat(thread.getName()).isEqualTo("alpha-tracker-1");
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait(); // Until it waits for its next task.
            }
        }
        threads.end();
    }

    @Test
    void taskWaitsForBusyThreads() throws Exception {
        CompletableFuture<Void> held = new CompletableFuture<>();
        CountDownLatch running = new CountDownLatch(TrackerCalls.THREADS);
        for (int i = 0; i < TrackerCalls.THREADS; i++) {
            threads.trackers().execute(() -> {
                running.countDown();
                held.join();
            });
        }
        running.await();
        threads.trackers().execute(this::addName);
        threads.end();
        held.complete(null);
        assertThat(names.take()).startsWith("alpha-tracker-");
    }

    @Test
    void diskThreadsHaveEngineName() {
        HeldDisk held = new HeldDisk(threads.disk());
        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
            .contains("alpha-disk-1", "alpha-disk-2", "alpha-disk-3");
        held.close();
        threads.end();
    }

    @Test
    void othersTakeTheLoopsLastTasks() throws Exception {
        Thread loop = threads.loop(() -> {
            threads.closing().execute(this::addName);
            threads.notify(this::addName);
        });
        loop.start();
        assertThat(threads.awaitEnd(in(30))).isTrue();
        assertThat(List.of(names.take(), names.take())).containsExactlyInAnyOrder("alpha-close-1", "alpha-notify-1");
        assertThat(threads.notify(this::addName)).isFalse();
    }

    @Test
    void ignoresCallsAfterTheEnd() {
        threads.end();
        try (LogLines log = new LogLines()) {
            assertThat(threads.notify(this::addName)).isFalse();
            assertThat(log.lines()).isEmpty();
        }
        assertThat(names).isEmpty();
    }

    @Test
    void executorThatRefusesIsLoggedOnce() {
        EngineThreads refused = new EngineThreads(EngineOptions.builder().notifications(call -> {
            throw new RejectedExecutionException("shut down");
        }).build());
        try (LogLines log = new LogLines()) {
            assertThat(refused.notify(this::addName)).isFalse();
            assertThat(refused.notify(this::addName)).isFalse();
            assertThat(log.lines()).singleElement().asString().startsWith("the executor for notifications refuses");
        }
        refused.end();
    }

    @Test
    void waitEndsAtTheDeadline() throws Exception {
        assertThat(threads.awaitEnd(in(0))).isFalse();
        CountDownLatch busy = new CountDownLatch(1);
        threads.notify(() -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        threads.end();
        assertThat(threads.awaitEnd(in(0))).isFalse();
        busy.countDown();
        assertThat(threads.awaitEnd(in(30))).isTrue();
    }

    @Test
    void listenerDoesNotWaitForItself() throws Exception {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        threads.notify(() -> {
            threads.end();
            ended.complete(threads.awaitEnd(in(30)));
        });
        assertThat(ended.get(30, TimeUnit.SECONDS)).isTrue();
    }

    private static long in(int seconds) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }
}
