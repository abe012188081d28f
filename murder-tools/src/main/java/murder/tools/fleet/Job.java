package murder.tools.fleet;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * What one task does on one host: one run of ssh.
 *
 * @param host where
 * @param command the whole command line of ssh, word by word; asked for at the moment when it starts, which may be long after
 *     the job was made
 * @param input a file for standard input; null for none
 * @param onRequest whether the input is sent only once the host has printed {@link #SEND}
 * @param output a file that receives standard output; null if it is lines to read
 */
record Job(Host host, Supplier<List<String>> command, Path input, boolean onRequest, Path output) {
    /** The line by which a host asks for the input. */
    static final String SEND = "send";

    /** A command that is the same at any time. */
    Job(Host host, List<String> command, Path input, boolean onRequest, Path output) {
        this(host, () -> command, input, onRequest, output);
    }

    /** The command as one could type it. */
    String text() {
        return ShellWords.join(command.get()) + (input == null ? "" : " < " + ShellWords.quote(input.toString()))
            + (output == null ? "" : " > " + ShellWords.quote(output.toString()));
    }
}
