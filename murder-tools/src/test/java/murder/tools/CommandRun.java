package murder.tools;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a command line printed and how it ended, run in this process.
 *
 * @param status the exit status
 * @param out standard output
 * @param err standard error
 */
record CommandRun(int status, String out, String err) {
    static CommandRun of(String... args) {
        return in(Map.of(), args);
    }

    /** With this folder as MURDER_STATE. */
    static CommandRun withState(Path state, String... args) {
        return in(Map.of("MURDER_STATE", state.toString()), args);
    }

    private static CommandRun in(Map<String, String> env, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Main.run(args, new Context(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), env, false, null));
        return new CommandRun(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /** The result that {@code --json} prints last. */
    Map<String, String> result() {
        return FlatJson.parse(lines().get(lines().size() - 1));
    }
}
