package murder.tools.host;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.CommandException;
import murder.tools.cli.Printable;

/**
 * A running program of the system. It gets its arguments directly, never through a shell. The
 * beginning of its standard error is kept.
 */
final class Subprocess implements Closeable {
    private static final int MAX_COMPLAINTS = 4096;
    private static final String SHORT_WRITE = ": Wrote only ";
    private static final long ENDS_WITHIN_S = 10;

    private final String name;
    private final Process process;
    private final Complaints complaints;
    private final Input input;

    private Subprocess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = new Input(process.getOutputStream());
        this.complaints = new Complaints(process.getErrorStream());
        complaints.setDaemon(true);
        complaints.start();
    }

    /**
     * @param output of its standard output; {@link ProcessBuilder.Redirect#PIPE} for
     *     {@link #output()}
     * @param command its name and arguments
     * @throws CommandException if there is no such program
     */
    static Subprocess start(ProcessBuilder.Redirect output, List<String> command) throws CommandException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(output);
        // Messages in English, and no hidden options from the environment.
        builder.environment().put("LC_ALL", "C");
        builder.environment().keySet().removeAll(List.of("TAR_OPTIONS", "GZIP", "TAPE", "POSIXLY_CORRECT"));
        try {
            return new Subprocess(command.get(0), builder.start());
        } catch (IOException e) {
            throw CommandException.failed("cannot run " + command.get(0) + " (" + e.getMessage() + "); install it", e);
        }
    }

    OutputStream input() {
        return input;
    }

    /** Whether it did not read all of its input: then {@link #complaints} has the reason. */
    boolean brokeOff() {
        return input.failed;
    }

    InputStream output() {
        return process.getInputStream();
    }

    /** Waits until it ends. @return its exit status, 128 and more for a signal */
    int await() throws InterruptedException {
        int status = process.waitFor();
        complaints.join();
        return status;
    }

    /** Its standard error, on one line. */
    String complaints() {
        return complaints.text();
    }

    /** Waits for its end. @throws CommandException if it failed */
    void awaitSuccess(String doing) throws CommandException, InterruptedException {
        int status = await();
        if (status != 0) {
            throw CommandException.failed("cannot " + doing + ": " + why(status));
        }
    }

    String why(int status) {
        String text = complaints();
        if (text.contains(SHORT_WRITE)) {
            return "no space left: " + text; // Tar reports the last bytes that a full disk took, not the error.
        }
        return text.isEmpty() ? name + (status > 128 ? " was ended by signal " + (status - 128) : " ended with status " + status) : text;
    }

    /** Ends it, if it still runs. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(ENDS_WITHIN_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Remembers whether writing failed. */
    private static final class Input extends FilterOutputStream {
        private boolean failed;

        Input(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
                out.flush();
            } catch (IOException e) {
                failed = true;
                throw e;
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }
    }

    /** Reads to the end, so that a full pipe never stops the program. */
    private static final class Complaints extends Thread {
        private final InputStream in;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        Complaints(InputStream in) {
            super("complaints");
            this.in = in;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[1024];
            try {
                int n;
                while ((n = in.read(buffer)) >= 0) {
                    keep(buffer, n);
                }
            } catch (IOException e) {
                byte[] why = e.toString().getBytes(StandardCharsets.UTF_8);
                keep(why, why.length);
            }
        }

        private synchronized void keep(byte[] bytes, int length) {
            kept.write(bytes, 0, Math.min(length, MAX_COMPLAINTS - kept.size()));
        }

        synchronized String text() {
            return Printable.of(kept.toString(StandardCharsets.UTF_8).strip().replace("\n", "; "));
        }
    }
}
