package murder.tools;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.FlatJson;

/** One command line of the real jar, as a process of its own. */
public final class ToolProcess implements AutoCloseable {
    /** Longer than anything here takes on a busy machine. */
    public static final long PATIENCE_S = 60;

    private final Process process;
    private final Path errors;
    private final BufferedReader printed;

    private ToolProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.printed = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** @param state is MURDER_STATE: the host that this process plays */
    public static ToolProcess start(Path state, Object... args) throws IOException {
        return start(state, Map.of(), null, args);
    }

    /**
     * @param env further environment variables
     * @param input what it reads from its standard input; null for nothing
     */
    public static ToolProcess start(Path state, Map<String, String> env, Path input, Object... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-jar");
        command.add(System.getProperty("murder.jar"));
        for (Object arg : args) {
            command.add(arg.toString());
        }
        Path errors = Files.createTempFile(state.getParent(), "stderr", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("MURDER_STATE", state.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(env);
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        return new ToolProcess(builder.start(), errors);
    }

    /** Runs to the end, which is expected to come by itself. */
    public static CommandRun run(Path state, Object... args) throws Exception {
        return run(state, Map.of(), null, args);
    }

    public static CommandRun run(Path state, Map<String, String> env, Path input, Object... args) throws Exception {
        try (ToolProcess tool = start(state, env, input, args)) {
            String out = tool.rest();
            return new CommandRun(tool.awaitEnd(), out, tool.errors());
        }
    }

    /** The next line of standard output; waits for it. */
    public String line() throws IOException {
        String line = printed.readLine();
        if (line == null) {
            throw new IOException("the process printed no further line; on standard error: " + errors());
        }
        return line;
    }

    /** The text in front of the process id in the line of a command that is ready. @param from its beginning */
    public static String address(String line, String from) {
        return line.substring(line.indexOf(from), line.indexOf(" (pid"));
    }

    /** All that comes until the end of the stream. */
    public String rest() throws IOException {
        StringBuilder text = new StringBuilder();
        String line;
        while ((line = printed.readLine()) != null) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    public String errors() throws IOException {
        return Files.readString(errors);
    }

    public int awaitEnd() throws InterruptedException {
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            throw new AssertionError("still running: " + process.info());
        }
        return process.exitValue();
    }

    /** The process that this one starts; waits for it. */
    public ProcessHandle awaitChild() {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        Optional<ProcessHandle> child = Optional.empty();
        while (child.isEmpty()) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("started nothing: " + process.info());
            }
            Thread.onSpinWait();
            child = process.children().findFirst();
        }
        return child.get();
    }

    public void terminate() {
        process.destroy();
    }

    public void kill() {
        process.destroyForcibly();
    }

    /** Asks the process to end, and kills it if it does not, so that no test leaves one behind. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("did not end by itself: " + process.info());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The processes that {@code status --json} lists. */
    public static List<Map<String, String>> status(Path state) {
        List<String> lines = CommandRun.withState(state, "status", "--json").lines();
        return lines.subList(0, lines.size() - 1).stream().map(FlatJson::parse).toList();
    }

    /** The handle of the only process that runs there. */
    public static ProcessHandle onlyProcess(Path state) {
        List<Map<String, String>> all = status(state);
        if (all.size() != 1) {
            throw new AssertionError("expected one process: " + all);
        }
        return ProcessHandle.of(Long.parseLong(all.get(0).get("pid"))).orElseThrow();
    }

    public static void awaitEnd(ProcessHandle process) throws Exception {
        process.onExit().get(PATIENCE_S, TimeUnit.SECONDS);
    }
}
