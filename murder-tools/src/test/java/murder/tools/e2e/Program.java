package murder.tools.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real program that a test started, and what it prints. A thread reads its standard output and
 * error as they come, so that it never waits for us; a carriage return ends a line too, as progress
 * lines want it.
 */
public final class Program {
    /** Longer than anything here takes on a busy machine. */
    public static final long PATIENCE_S = 90;
    /** Kept of a program that talks much. */
    private static final int MAX_LINES = 20_000;

    private final String name;
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    Program(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread reader = new Thread(this::read, "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        StringBuilder line = new StringBuilder();
        try (InputStream in = process.getInputStream()) {
            byte[] buffer = new byte[8192];
            int count = in.read(buffer);
            while (count >= 0) {
                // Names in these tests are ASCII; what else is printed is for people.
                for (char c : new String(buffer, 0, count, StandardCharsets.ISO_8859_1).toCharArray()) {
                    if (c == '\n' || c == '\r') {
                        add(line);
                    } else {
                        line.append(c);
                    }
                }
                count = in.read(buffer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading the output of " + name, e);
        } finally {
            add(line);
            synchronized (lines) {
                ended = true;
                lines.notifyAll();
            }
        }
    }

    private void add(StringBuilder line) {
        synchronized (lines) {
            if (line.length() > 0 && lines.size() < MAX_LINES) {
                lines.add(line.toString());
                lines.notifyAll();
            }
            line.setLength(0);
        }
    }

    /** The first line, of all that was or will be printed, that holds {@code text}. */
    public String awaitLine(String text) throws InterruptedException {
        return awaitLine(text, 0);
    }

    /** The first such line among those after the first {@code from}. */
    public String awaitLine(String text, int from) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        synchronized (lines) {
            int next = from;
            while (true) {
                for (; next < lines.size(); next++) {
                    if (lines.get(next).contains(text)) {
                        return lines.get(next);
                    }
                }
                long leftNs = endNs - System.nanoTime();
                if (ended || leftNs <= 0) {
                    throw new AssertionError(name + (ended ? " ended" : " still runs") + " and never printed '" + text + "', but:\n"
                        + tail());
                }
                TimeUnit.NANOSECONDS.timedWait(lines, leftNs);
            }
        }
    }

    /** The status with which it ends by itself. */
    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " still runs; it printed:\n" + tail());
        }
        return process.exitValue();
    }

    /** Whether it ends within this many seconds. */
    boolean endsWithin(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    /** Waits for the end and demands that it is the good one. */
    public Program awaitSuccess() throws InterruptedException {
        int status = awaitExit();
        if (status != 0) {
            throw new AssertionError(name + " ended with status " + status + "; it printed:\n" + awaitOutput());
        }
        return this;
    }

    /** Everything that it printed, once it has ended. */
    public String awaitOutput() throws InterruptedException {
        awaitExit();
        synchronized (lines) {
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
            while (!ended && System.nanoTime() < endNs) {
                TimeUnit.NANOSECONDS.timedWait(lines, endNs - System.nanoTime());
            }
            return String.join("\n", lines);
        }
    }

    /**
     * The last line that it printed, once it has ended; of our own commands with {@code --json} the
     * result.
     */
    public String awaitResult() throws InterruptedException {
        String output = awaitOutput();
        return output.substring(output.lastIndexOf('\n') + 1);
    }

    /** How many lines there are now. */
    public int lineCount() {
        synchronized (lines) {
            return lines.size();
        }
    }

    private String tail() {
        synchronized (lines) {
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        }
    }

    /** SIGTERM. */
    public void terminate() {
        // The handle's, as the process's own method would close its output under the reader.
        process.toHandle().destroy();
    }

    /** SIGINT, on which some programs take leave that just drop dead on SIGTERM. */
    public void interrupt() throws IOException, InterruptedException {
        signal("INT");
    }

    /** SIGSTOP: it runs no further until {@link #resume}. */
    public void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid()).inheritIO().start().waitFor();
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        awaitExit();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public String toString() {
        return name;
    }
}
