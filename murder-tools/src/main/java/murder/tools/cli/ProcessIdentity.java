package murder.tools.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names one process for good: a later process may get the same pid, but not the same start.
 *
 * <p>On Linux the start is what {@code /proc/PID/stat} counts in ticks since the boot (field 22, proc(5)), with the id of that boot. The
 * wall clock is left out on purpose: when it is set, every start that the JDK computes from it moves too, and a process would seem to be
 * gone. Other systems have only the JDK's start in ms since 1970.
 *
 * @param pid of the process
 * @param start the same at each reading: digits, on Linux with a dot and the begin of the boot's id; empty if there is no such process
 */
public record ProcessIdentity(long pid, String start) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int BOOT_ID_DIGITS = 8;
    /** Fields are counted from 1; the second one, the name in brackets, may hold blanks, so the count begins behind it. */
    private static final int STATE_FIELD = 3;
    private static final int START_FIELD = 22;

    private static final Pattern START = Pattern.compile("([0-9]+(\\.[0-9a-f]{8})?)?");

    /** @throws IllegalArgumentException if the start is not one */
    public ProcessIdentity {
        if (!START.matcher(start).matches()) {
            throw new IllegalArgumentException("'" + start + "' is not the start of a process");
        }
    }

    public static ProcessIdentity current() {
        long pid = ProcessHandle.current().pid();
        return new ProcessIdentity(pid, startOf(pid));
    }

    /** Whether it still runs. A process that ended, but whose parent has not asked for its status yet (a zombie), does not. */
    public boolean isRunning() {
        return !start.isEmpty() && startOf(pid).equals(start);
    }

    /** The process, or empty if it has ended. */
    public Optional<ProcessHandle> handle() {
        return isRunning() ? ProcessHandle.of(pid) : Optional.empty();
    }

    /** Empty if there is no such process. */
    private static String startOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return start(stat, Files.readString(BOOT_ID));
        } catch (IOException e) {
            // Gone, or a system without /proc: the JDK knows.
            Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
            return process.flatMap(p -> p.info().startInstant()).map(instant -> Long.toString(instant.toEpochMilli())).orElse("");
        }
    }

    /** @return empty if the process is a zombie or dead */
    static String start(String stat, String bootId) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        String state = fields[0];
        if (state.equals("Z") || state.equals("X")) {
            return "";
        }
        return fields[START_FIELD - STATE_FIELD] + "." + bootId.substring(0, BOOT_ID_DIGITS);
    }
}
