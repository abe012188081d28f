package murder.tools.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * The environment of a command.
 *
 * @param out for results and progress
 * @param err for the line about a failure
 * @param env environment variables
 * @param terminal whether {@code out} is a terminal, so that a line may be rewritten
 * @param caller the process that waits for the command; null if the command runs in the user's
 *     process
 */
public record Context(PrintStream out, PrintStream err, Map<String, String> env, boolean terminal, Caller caller) {
    /** The launcher of a background command: it waits for the exit status, and then ends. */
    public interface Caller {
        /**
         * The caller gets all output so far, and exits with this status. Later calls do nothing.
         */
        void tell(int status);

        /**
         * The complete standard input of the user's process; waits for it. Only for commands that
         * read it.
         */
        byte[] input() throws InterruptedException;

        /** The log file, to which standard error goes. */
        Path log();
    }

    /**
     * All output goes through {@link Printable}, because parts of it come from torrents, trackers,
     * peers and hosts.
     */
    public Context {
        out = PrintableStream.of(out);
        err = PrintableStream.of(err);
    }

    /**
     * Standard output for drawing on a terminal. Texts from others must go through
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

    /** The path of this process's log, or an empty text. */
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
