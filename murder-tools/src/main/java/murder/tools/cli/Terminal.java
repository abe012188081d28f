package murder.tools.cli;

import java.io.IOException;

/** The terminal that this process was started from. */
final class Terminal {
    private static final String NO_TERMINAL = "-1";

    private Terminal() {
    }

    /**
     * Whether a person reads what this process draws. A shell that runs a command with {@code &}
     * goes on using the terminal itself, and a line that is redrawn would land in its prompt.
     * Changes when the user moves the command to the background or back.
     */
    static boolean isOurs() {
        try {
            return isOurs(ProcStat.read("self"));
        } catch (IOException e) {
            return true; // A system without /proc: as far as anybody can tell.
        }
    }

    static boolean isOurs(ProcStat stat) {
        String foreground = stat.field(ProcStat.FOREGROUND_GROUP);
        return foreground.equals(NO_TERMINAL) || foreground.equals(stat.field(ProcStat.GROUP));
    }
}
