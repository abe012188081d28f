package murder.tools.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import murder.tools.cli.Failures;
import murder.tools.cli.Printable;

/**
 * The user's command that checks a wave: {@code sh -c COMMAND murder FILE}. FILE has the wave's
 * hosts, one a line; the variable {@code MURDER_HOSTS} names it, too. Status 0 starts the next
 * wave.
 */
final class Gate {
    private static final long LIMIT_MIN = 60;
    private static final int MAX_OUTPUT = 64 << 10;
    private static final int MAX_REASON = 300;

    private final String command;
    private final FleetFiles files;
    private Process process;
    private boolean ended;

    Gate(String command, FleetFiles files) {
        this.command = command;
        this.files = files;
    }

    /** @param onEnd gets an empty text if the gate passed, else the reason; from another thread */
    void start(List<String> hosts, Consumer<String> onEnd) {
        Thread thread = new Thread(() -> onEnd.accept(run(hosts)), "gate");
        thread.setDaemon(true);
        thread.start();
    }

    private String run(List<String> hosts) {
        try {
            Path file = files.copy((String.join("\n", hosts) + "\n").getBytes(StandardCharsets.UTF_8));
            try {
                return run(file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            return "cannot run it: " + Failures.describe(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private String run(Path file) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command, "murder", file.toString()).redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().put("MURDER_HOSTS", file.toString());
        Path output = files.copy(new byte[0]);
        try {
            builder.redirectOutput(output.toFile());
            synchronized (this) {
                if (ended) {
                    return "interrupted";
                }
                process = builder.start();
            }
            boolean inTime = process.waitFor(LIMIT_MIN, TimeUnit.MINUTES);
            kill();
            return !inTime ? "it ran for " + LIMIT_MIN + " minutes and was ended"
                : process.exitValue() == 0 ? "" : "status " + process.exitValue() + lastLine(output);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String lastLine(Path output) throws IOException {
        String text;
        try (var in = Files.newInputStream(output)) {
            text = new String(in.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8).strip();
        }
        String line = Printable.of(text.substring(text.lastIndexOf('\n') + 1));
        return line.isEmpty() ? "" : ", " + (line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON) + "...");
    }

    /** Ends it, or keeps it from starting. */
    synchronized void end() {
        ended = true;
        kill();
    }

    private synchronized void kill() {
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }
}
