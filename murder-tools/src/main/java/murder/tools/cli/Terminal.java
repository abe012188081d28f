package murder.tools.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The terminal that this process was started from. */
final class Terminal {
    private static final Path STAT = Path.of("/proc/self/stat");
    /** Fields of proc(5), counted from the one behind the process's name: its process group, and the group that has the terminal. */
    private static final int GROUP = 2;
    private static final int FOREGROUND_GROUP = 5;
    private static final String NO_TERMINAL = "-1";

    private Terminal() {
    }

    /**
     * Whether a person reads what this process draws. A shell that runs a command with {@code &} goes on using the terminal itself, and a
     * line that is redrawn would land in its prompt. Changes when the user moves the command to the background or back.
     */
    static boolean isOurs() {
        try {
            return isOurs(Files.readString(STAT, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return true; // A system without /proc: as far as anybody can tell.
        }
    }

    static boolean isOurs(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        String foreground = fields[FOREGROUND_GROUP];
        return foreground.equals(NO_TERMINAL) || foreground.equals(fields[GROUP]);
    }
}
