package murder.tools.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The fields of {@code /proc/PID/stat} on Linux, see proc(5). */
public final class ProcStat {
    static final int STATE = 3;
    static final int GROUP = 5;
    static final int FOREGROUND_GROUP = 8;
    static final int START_TICKS = 22;
    /** Pages that were read from a disk because the process needed them. */
    public static final int MAJOR_FAULTS = 12;

    /**
     * The field with the process's name is the second one. It may contain blanks and brackets, so
     * fields are counted from its end.
     */
    private static final int FIRST_BEHIND_NAME = 3;

    private final String[] fields;

    ProcStat(String line) {
        fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
    }

    /**
     * @param process its pid, or {@code self}
     * @throws IOException if there is no such process, or no {@code /proc}
     */
    public static ProcStat read(String process) throws IOException {
        return new ProcStat(Files.readString(Path.of("/proc/" + process + "/stat"), StandardCharsets.ISO_8859_1));
    }

    /** @param number of the field in proc(5), {@link #STATE} or more */
    public String field(int number) {
        return fields[number - FIRST_BEHIND_NAME];
    }
}
