package murder.benchmarks.bed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One host: a shell that is process 1 of its own process namespace, and so the parent of all
 * detached processes. It takes commands from a pipe. When the bed ends in any way, the pipe closes,
 * the shell exits, and the kernel kills all its processes. The output of the shell, and processes
 * that open {@link #CALL}, become events.
 */
final class Host {
    /** Processes of a host write a line here to tell the bed something. */
    static final String CALL = "/proc/1/fd/1";
    private static final long END_S = 20;

    /**
     * A message of a host.
     *
     * @param timeNs {@link System#nanoTime()} at its arrival
     */
    record Event(int host, String line, long timeNs) {}

    private final int index;
    private final Process process;
    private final Writer commands;

    /** @param errors for the shell's own messages */
    Host(int index, String namespace, Path errors, BlockingQueue<Event> events) throws IOException {
        this.index = index;
        process = new ProcessBuilder("ip", "netns", "exec", namespace, "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh")
            .redirectError(errors.toFile()).start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(() -> read(events), "host " + index);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(BlockingQueue<Event> events) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                events.put(new Event(index, line, System.nanoTime()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading what host " + index + " says", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the shell run a line. A long command must run in the background. */
    void run(String line) throws IOException {
        commands.write(line + "\n");
        commands.flush();
    }

    /** Kills everything on this host but its shell. */
    void killAll() throws IOException {
        run("kill -s KILL -- -1");
    }

    /** Processor time that this host has used so far. */
    double cpuSeconds() throws IOException {
        return CpuTime.secondsBelow(process.toHandle());
    }

    /** Ends all processes of this host and returns when none is left. */
    void end() throws IOException, InterruptedException {
        try {
            commands.close();
        } finally {
            if (!process.waitFor(END_S, TimeUnit.SECONDS)) {
                // This ends the shell, and the shell's end kills all other processes.
                process.destroyForcibly().waitFor();
            }
        }
    }
}
