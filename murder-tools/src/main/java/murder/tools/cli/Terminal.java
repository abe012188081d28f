package murder.tools.cli;

import java.io.IOException;

/** The terminal of this process. */
final class Terminal {
    private static final String NO_TERMINAL = "-1";

    private Terminal() {
    }

    /**
     * Whether this process may draw on the terminal. A shell that runs a command with {@code &}
     * continues to use the terminal, and a redrawn line would land in its prompt. This changes when
     * the user moves the command to the background or back. It concerns the process that the user
     * started.
     */
    static boolean isOurs() {
        try {
            Long launcher = OwnSession.launcher();
            return isOurs(ProcStat.read(launcher == null ? "self" : launcher.toString()));
        } catch (IOException e) {
            return true; // A system without /proc, or the launcher has just ended: the best guess.
        }
    }

    static boolean isOurs(ProcStat stat) {
        String foreground = stat.field(ProcStat.FOREGROUND_GROUP);
        return foreground.equals(NO_TERMINAL) || foreground.equals(stat.field(ProcStat.GROUP));
    }
}
