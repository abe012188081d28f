package murder.benchmarks.bed;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;

/** Short commands, run to their end. */
final class Shell {
    private Shell() {
    }

    /**
     * The result of a command.
     *
     * @param output standard output and error
     */
    record Outcome(int status, String output) {
        boolean isGood() {
            return status == 0;
        }

        String firstLine() {
            return output.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst().orElse("");
        }
    }

    static Outcome run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(new File("/dev/null")).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    /** Runs a script until its first command that fails. */
    static Outcome script(String script) throws IOException, InterruptedException {
        return run(List.of("sh", "-e", "-c", script));
    }

    /** The words as one line for {@code sh}, whatever is in them. */
    static String line(Object... words) {
        StringJoiner line = new StringJoiner(" ");
        for (Object word : words) {
            line.add(quote(word.toString()));
        }
        return line.toString();
    }

    static String quote(String word) {
        return word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
