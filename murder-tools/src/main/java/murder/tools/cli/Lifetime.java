package murder.tools.cli;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The resources of a command. They are closed at its end: by itself, by SIGTERM or Ctrl-C (a
 * shutdown hook), or by an interrupt. The hook and the main thread may use it at once.
 */
public final class Lifetime implements AutoCloseable {
    private static volatile boolean shuttingDown;

    private final CountDownLatch ending = new CountDownLatch(1);
    private final Deque<Closeable> closings = new ArrayDeque<>();
    private final Thread hook = new Thread("shutdown") {
        @Override
        public void run() {
            shuttingDown = true;
            end();
        }
    };

    public Lifetime() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the JVM ends by a signal, with the signal's status, and a lifetime knows it. */
    public static boolean isShuttingDown() {
        return shuttingDown;
    }

    /** Adds a resource. The last added one is closed first. After the end it is closed at once. */
    public void onEnd(Closeable closing) {
        synchronized (closings) {
            closings.push(closing);
        }
        if (isEnding()) {
            closeAll();
        }
    }

    public boolean isEnding() {
        return ending.getCount() == 0;
    }

    /** Waits for this time, or until the end. Returns whether the end has come. */
    public boolean awaitEnd(long nanos) throws InterruptedException {
        return ending.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Closes everything once. A second caller waits, too, until all is closed. */
    private void end() {
        ending.countDown();
        closeAll();
    }

    private void closeAll() {
        synchronized (closings) {
            while (!closings.isEmpty()) {
                try {
                    closings.pop().close();
                } catch (IOException e) {
                    System.err.println("murder: at the end: " + Failures.describe(e));
                }
            }
        }
    }

    @Override
    public void close() {
        boolean bySignal = isEnding();
        end();
        if (!bySignal) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The JVM shuts down already; the hook has nothing to do.
                return;
            }
        }
    }
}
