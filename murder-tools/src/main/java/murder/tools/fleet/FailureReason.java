package murder.tools.fleet;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Printable;

/** One line with the reason of a host's failure and, if known, the remedy. */
final class FailureReason {
    /** The exit status of ssh's own failures. */
    static final int SSH_FAILED = 255;
    private static final int MAX_LENGTH = 300;
    private static final Pattern OWN_PREFIX = Pattern.compile("murder [a-z]+( [a-z-]+)?: ");

    /**
     * The message of ssh when sshd, or a host on the way, closes the connection before the login.
     */
    private static final List<String> LOST_LOGIN = List.of("kex_exchange_identification: ", "ssh_exchange_identification: ",
        "Connection timed out during banner exchange");
    /** The message of ssh for an unreachable host. Its next line looks like a lost login. */
    private static final String NO_WAY = "open failed: ";

    private FailureReason() {
    }

    /**
     * Whether another attempt may succeed: sshd drops logins at random while many others are under
     * way.
     */
    static boolean isLostLogin(Collection<String> tail) {
        boolean lost = false;
        for (String line : tail) {
            if (line.contains(NO_WAY)) {
                return false;
            }
            lost |= LOST_LOGIN.stream().anyMatch(line::contains);
        }
        return lost;
    }

    /**
     * @param status of ssh
     * @param result that the host reported, or {@link HostRun#NO_RESULT}
     * @param facts that it reported; all failed checks are named
     * @param tail its last lines that are no reports
     */
    static String of(int status, HostReport result, List<HostReport> facts, Collection<String> tail) {
        StringBuilder checks = new StringBuilder();
        for (HostReport fact : facts) {
            if (fact.isNot(Member.OK)) {
                checks.append(checks.length() == 0 ? "" : "; ").append(fact.text(Member.CHECK)).append(": ")
                    .append(fact.has(Member.DETAIL) ? fact.text(Member.DETAIL) : "failed");
            }
        }
        String error = checks.length() == 0 ? result.text(Member.ERROR) : checks.toString();
        String reason = error.isEmpty() ? fromText(status, tail) : error;
        String line = Printable.of(reason.replace('\n', ' ')).strip();
        return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "...";
    }

    private static String fromText(int status, Collection<String> tail) {
        String last = "";
        String own = "";
        for (String line : tail) {
            if (line.contains("UnsupportedClassVersionError") || line.contains("class file version")) {
                return "java is too old there, murder needs 17 or later; set java = /path/to/java in the configuration";
            }
            if (line.contains("Unable to access jarfile")) {
                return "murder is not there (" + line.replaceAll(".*jarfile ", "") + "); run the task distribute_files first";
            }
            if (line.contains("not find or load main class murder.")) {
                return "murder is not there, or an older one; run the task distribute_files first";
            }
            if (OWN_PREFIX.matcher(line).lookingAt()) {
                own = OWN_PREFIX.matcher(line).replaceFirst("");
            }
            last = line;
        }
        if (status == SSH_FAILED && isLostLogin(tail)) {
            return "ssh: " + last + "; it dropped each of several logins: lower --parallel, or raise MaxStartups in its sshd_config";
        }
        if (status == SSH_FAILED) {
            return last.isEmpty() ? "ssh failed without a message" : last.startsWith("ssh: ") ? last : "ssh: " + last;
        }
        if (!own.isEmpty()) {
            return own;
        }
        if (status == 126 || status == 127) {
            return "java does not run there (" + last + "); install it, or set java = /path/to/java in the configuration";
        }
        if (status == 0) {
            return "ended without a result" + (last.isEmpty() ? " and no message" : "; the last line was: " + last);
        }
        return last.isEmpty() ? "ended with status " + status + " and no message" : last + " (status " + status + ")";
    }
}
