package murder.tools;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import murder.tools.cli.Context;
import murder.tools.cli.FlatJson;

/**
 * The output and the exit status of a command line, run in this process.
 *
 * @param status the exit status
 * @param out standard output
 * @param err standard error
 */
public record CommandRun(int status, String out, String err) {
    public static CommandRun of(String... args) {
        return in(Map.of(), args);
    }

    /** With this folder as MURDER_STATE. */
    public static CommandRun withState(Path state, String... args) {
        return in(Map.of("MURDER_STATE", state.toString()), args);
    }

    /** With these environment variables. */
    public static CommandRun in(Map<String, String> env, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Main.run(args, new Context(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), env, false, null));
        return new CommandRun(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    public List<String> lines() {
        return out.lines().toList();
    }

    /** The result that {@code --json} prints last. */
    public Map<String, String> result() {
        return FlatJson.parse(lines().get(lines().size() - 1));
    }
}
