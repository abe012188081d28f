package murder.tools.cli;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a command holds that must be given back however it ends: by itself, by SIGTERM or Ctrl-C (a
 * shutdown hook), or by an interrupt. Safe for use by the hook beside the main thread.
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

    /**
     * Whether the JVM is about to end by a signal, with that signal's status, and has informed a
     * lifetime.
     */
    public static boolean isShuttingDown() {
        return shuttingDown;
    }

    /**
     * The last that was added is closed first. If the end has come already, this is closed at once.
     */
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

    /** Waits for so long, or shorter if the end comes; returns whether it has. */
    public boolean awaitEnd(long nanos) throws InterruptedException {
        return ending.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Closes everything, once; returns when all is closed, also to a second caller. */
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
                // The JVM has begun to shut down meanwhile; the hook finds nothing left to do.
                return;
            }
        }
    }
}
