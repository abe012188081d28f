package murder.wire.nio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The limit of file descriptors of this process. */
final class Descriptors {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String NAME = "Max open files";
    /** The usual limit of a service. */
    private static final int USUAL = 1024;
    /** More may not fit an int. */
    private static final int MAX_DIGITS = 9;

    private Descriptors() {}

    /**
     * The limit of this process, after the JVM has raised it; a guess if the system does not report
     * it.
     */
    static int limit() {
        try {
            return parse(Files.readString(LIMITS));
        } catch (IOException e) {
            Log.LOG.log(System.Logger.Level.DEBUG, "this system does not say how many descriptors there are", e);
            return USUAL;
        }
    }

    /** @param limits the lines of {@code /proc/self/limits}: name, soft limit, hard limit, unit */
    static int parse(String limits) {
        int at = limits.indexOf(NAME);
        return at < 0 ? USUAL : number(limits.substring(at + NAME.length()).stripLeading());
    }

    /**
     * The number at the beginning of a text. Without one, or with ten digits or more, there is no
     * limit.
     */
    private static int number(String text) {
        int end = 0;
        while (end < text.length() && Character.digit(text.charAt(end), 10) >= 0) {
            end++;
        }
        return end > 0 && end <= MAX_DIGITS ? Integer.parseInt(text.substring(0, end)) : Integer.MAX_VALUE;
    }
}
