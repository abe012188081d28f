package murder.tools.fleet;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import murder.tools.cli.CommandException;
import murder.tools.cli.HostReport;

/**
 * One task on one host: one run of ssh.
 *
 * @param host its host
 * @param command the words of ssh's command line
 * @param reports whether it must end with a report of its result; without one it has failed
 * @param input a file for standard input; null for none
 * @param onRequest whether to send the input only when the host asks for it by a report
 * @param preface bytes before the input, sent when the host asks; they may be secret
 * @param stays whether standard input stays open after them, for {@link SshCall#send}
 * @param maxOutput how many bytes the host may print
 * @param shown the command in a dry run, with the name of a script instead of its text
 * @param feed makes the input while it is sent, in the place of a file; null for none
 */
record Job(Host host, List<String> command, boolean reports, Path input, boolean onRequest, byte[] preface, boolean stays, long maxOutput,
           List<String> shown, Feed feed) {
    /** Input that lies in no file. */
    interface Feed {
        /**
         * Writes all of it.
         *
         * @param reports gets the progress from time to time
         * @throws CommandException if it cannot be made here
         * @throws IOException if the host reads no more
         */
        void writeTo(OutputStream out, Consumer<HostReport> reports) throws CommandException, IOException;
    }

    static final byte[] NO_PREFACE = {};
    /** Reports of a whole day take less. A host that prints more is broken or hostile. */
    private static final long MAX_OUTPUT = 16L << 20;

    /** A command that reports. */
    Job(Host host, List<String> command, Path input, boolean onRequest) {
        this(host, command, true, input, onRequest, NO_PREFACE, false, MAX_OUTPUT, command, null);
    }

    /** A command that reads no input and does not report. */
    static Job silent(Host host, List<String> command) {
        return new Job(host, command, false, null, false, NO_PREFACE, false, MAX_OUTPUT, command, null);
    }

    /** A command that sends a file, in lines. */
    static Job data(Host host, List<String> command, long maxOutput) {
        return new Job(host, command, true, null, false, NO_PREFACE, false, maxOutput, command, null);
    }

    /** This job with another text in a dry run. */
    Job shownAs(List<String> words) {
        return new Job(host, command, reports, input, onRequest, preface, stays, maxOutput, words, feed);
    }

    /** This job with bytes before the input. */
    Job withPreface(byte[] bytes) {
        return new Job(host, command, reports, input, onRequest, bytes, stays, maxOutput, shown, feed);
    }

    /** This job with input that is made when the host asks for it. */
    Job fedBy(Feed newFeed) {
        return new Job(host, command, reports, null, true, preface, stays, maxOutput, shown, newFeed);
    }

    /** This job for a conversation of any length. */
    Job staying() {
        return new Job(host, command, reports, input, onRequest, preface, true, Long.MAX_VALUE, shown, feed);
    }

    /** The command in a form that a user could type. */
    String text() {
        return ShellWords.join(shown) + (input == null || preface.length > 0 ? "" : " < " + ShellWords.quote(input.toString()));
    }
}
