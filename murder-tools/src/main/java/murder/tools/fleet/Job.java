package murder.tools.fleet;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * What one task does on one host: one run of ssh.
 *
 * @param host where
 * @param command the words of ssh's command line; asked for when ssh starts, which may be long after the
 *     job was made
 * @param reports whether it must end with a report of its result; without one it has failed
 * @param input a file for standard input; null for none
 * @param onRequest whether the input is sent only once the host asks for it by a report
 * @param output a file that receives standard output; null if it is lines to read
 */
record Job(Host host, Supplier<List<String>> command, boolean reports, Path input, boolean onRequest, Path output) {
    /** A command that is the same at any time, and reports. */
    Job(Host host, List<String> command, Path input, boolean onRequest) {
        this(host, () -> command, true, input, onRequest, null);
    }

    /** A command that is the same at any time, reads no input, and does not report. */
    Job(Host host, List<String> command, Path output) {
        this(host, () -> command, false, null, false, output);
    }

    /** The command as one could type it. */
    String text() {
        return ShellWords.join(command.get()) + (input == null ? "" : " < " + ShellWords.quote(input.toString()))
            + (output == null ? "" : " > " + ShellWords.quote(output.toString()));
    }
}
