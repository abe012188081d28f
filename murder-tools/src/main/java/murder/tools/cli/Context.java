package murder.tools.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * What a command sees of the world around it.
 *
 * @param out where results and progress go
 * @param err where the one line goes that says what failed
 * @param env environment variables
 * @param terminal whether a person watches {@code out} on a terminal, so that a line may be
 *     rewritten
 * @param caller who waits for the command in another process; null if it runs in the process that
 *     the user started
 */
public record Context(PrintStream out, PrintStream err, Map<String, String> env, boolean terminal, Caller caller) {
    /** The launcher of a background command: it waits for the exit status, and then ends. */
    public interface Caller {
        /**
         * Everything that was printed so far reaches the caller, who then exits with this status.
         * Later calls do nothing.
         */
        void tell(int status);

        /**
         * All of what the user's process read from its standard input; waits for it. Only for
         * commands that read it.
         */
        byte[] input() throws InterruptedException;

        /** What this process writes to its standard error goes here. */
        Path log();
    }

    /**
     * Whatever is printed goes through {@link Printable}: parts of it come from torrents, trackers,
     * peers and hosts.
     */
    public Context {
        out = PrintableStream.of(out);
        err = PrintableStream.of(err);
    }

    /**
     * Standard output for what draws on a terminal. Its texts from others must go through
     * {@link Printable}.
     */
    public PrintStream rawOut() {
        return ((PrintableStream) out).raw();
    }

    public boolean isLaunched() {
        return caller != null;
    }

    /** The caller's work is done: it exits with status 0, and this process continues alone. */
    public void handOver() {
        if (isLaunched()) {
            caller.tell(ExitStatus.DONE);
        }
    }

    /** Where this process logs, or an empty text if it does not. */
    public String logPath() {
        return caller == null ? "" : caller.log().toString();
    }

    /**
     * Writes a line to the log of a background process; in the foreground there is none, and it is
     * dropped.
     */
    public void log(String line) {
        if (isLaunched()) {
            System.err.println(Instant.now() + " " + Printable.of(line));
        }
    }
}
