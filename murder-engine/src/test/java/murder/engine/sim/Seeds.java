package murder.engine.sim;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Which seeds a simulation plays: as many as {@code murder.seeds} says, from {@code murder.seed.base} on. By default the base comes from
 * the commit, so that each commit explores other swarms and two runs of one commit play the same. Without git it is 0.
 */
final class Seeds {
    static final int COUNT = Integer.getInteger("murder.seeds", 500);

    private Seeds() {
    }

    /** The first seed. */
    static long base() {
        Long given = Long.getLong("murder.seed.base");
        return given != null ? given : ofCommit(head());
    }

    /** The first eight hexadecimal digits of a commit as a number; 0 if there are none. */
    static long ofCommit(String commit) {
        return commit.matches("[0-9a-f]{8,}") ? Long.parseLong(commit.substring(0, 8), 16) : 0;
    }

    private static String head() {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "HEAD").redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            System.out.println("no git, so no seeds of a commit: " + e.getMessage());
            return "";
        }
    }
}
