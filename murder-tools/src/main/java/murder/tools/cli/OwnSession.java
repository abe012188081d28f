package murder.tools.cli;

import java.io.File;
import java.util.List;

/**
 * Sessions of {@code setsid(1)}. A terminal sends Ctrl-C to the whole process group of a command,
 * and so do {@code timeout} and build servers. None of these signals reaches another session.
 */
public final class OwnSession {
    private static final String LAUNCHER = "murder.launcher";
    private static final List<String> WORDS = find("/usr/bin/setsid", "/bin/setsid");

    private OwnSession() {
    }

    // No stream: the launcher of a second JVM has no class archive, and lambdas take it 20 ms.
    private static List<String> find(String... files) {
        for (String file : files) {
            if (new File(file).canExecute()) {
                return List.of(file);
            }
        }
        return List.of();
    }

    /** {@return the words before a command that give it a session; empty on systems without {@code setsid}} */
    public static List<String> words() {
        return WORDS;
    }

    /**
     * {@return an option for a JVM that this process starts with {@link #words}, and that ends with
     * it}
     */
    public static String launched() {
        return "-D" + LAUNCHER + "=" + ProcessHandle.current().pid();
    }

    /** {@return the pid of the process that the user started, if it is not this one; otherwise null} */
    public static Long launcher() {
        return Long.getLong(LAUNCHER);
    }

    /** Whether this process has a session that its launcher made. All that it starts shares it. */
    public static boolean isHere() {
        return launcher() != null && !WORDS.isEmpty();
    }
}
