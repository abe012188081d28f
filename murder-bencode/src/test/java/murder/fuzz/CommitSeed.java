package murder.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The seed from which tests draw. By default it comes from the commit, so that each commit tries
 * other inputs, and two runs of one commit try the same. The system property
 * {@code murder.seed.base} sets another. Without git it is 0.
 */
public final class CommitSeed {
    private static final long BASE = find();

    private CommitSeed() {
    }

    public static long base() {
        return BASE;
    }

    private static long find() {
        Long given = Long.getLong("murder.seed.base");
        return given != null ? given : of(head());
    }

    /** The first eight hexadecimal digits of a commit as a number; 0 if there are none. */
    public static long of(String commit) {
        return commit.matches("[0-9a-f]{8,}") ? Long.parseLong(commit.substring(0, 8), 16) : 0;
    }

    private static String head() {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "HEAD").redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            System.out.println("no git, so no seed of a commit: " + e.getMessage());
            return "";
        }
    }
}
