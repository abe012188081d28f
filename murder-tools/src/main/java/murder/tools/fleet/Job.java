package murder.tools.fleet;

import java.nio.file.Path;
import java.util.List;

/**
 * What one task does on one host: one run of ssh.
 *
 * @param host where
 * @param command the words of ssh's command line
 * @param reports whether it must end with a report of its result; without one it has failed
 * @param input a file for standard input; null for none
 * @param onRequest whether the input is sent only once the host asks for it by a report
 * @param maxOutput how many bytes the host may print
 * @param shown the command as a dry run shows it, with the name of a script in the place of its text
 */
record Job(Host host, List<String> command, boolean reports, Path input, boolean onRequest, long maxOutput, List<String> shown) {
    /** Reports of a day's work take less. A host that prints more is broken, or wants our memory and time. */
    private static final long MAX_OUTPUT = 16L << 20;

    /** A command that reports. */
    Job(Host host, List<String> command, Path input, boolean onRequest) {
        this(host, command, true, input, onRequest, MAX_OUTPUT, command);
    }

    /** A command that reads no input and does not report. */
    static Job silent(Host host, List<String> command) {
        return new Job(host, command, false, null, false, MAX_OUTPUT, command);
    }

    /** As this job, but a dry run shows it in other words. */
    Job shownAs(List<String> words) {
        return new Job(host, command, reports, input, onRequest, maxOutput, words);
    }

    /** The command as one could type it. */
    String text() {
        return ShellWords.join(shown) + (input == null ? "" : " < " + ShellWords.quote(input.toString()));
    }
}
