package murder.tools.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Identifies one process for ever: a later process may get the same pid, but not the same start.
 * <p>On Linux the start is field 22 of {@code /proc/PID/stat} in ticks since the boot (proc(5)),
 * with the id of the boot. It does not use the wall clock: setting the clock would change every
 * start that the JDK computes, and processes would seem to have ended. Other systems have only the
 * JDK's start in ms since 1970.
 *
 * @param pid of the process
 * @param start the same at each reading: digits, on Linux with a dot and the beginning of the
 *     boot's id; empty if there is no such process
 */
public record ProcessIdentity(long pid, String start) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int BOOT_ID_DIGITS = 8;
    /** @throws IllegalArgumentException if the start is invalid */
    public ProcessIdentity {
        if (!isStart(start)) {
            throw new IllegalArgumentException("'" + start + "' is not the start of a process");
        }
    }

    /** Without a regular expression: every peer runs this at its start. */
    private static boolean isStart(String text) {
        int dot = text.indexOf('.');
        if (dot < 0) {
            return isMadeOf(text, "0123456789");
        }
        return dot > 0 && isMadeOf(text.substring(0, dot), "0123456789") && text.length() == dot + 1 + BOOT_ID_DIGITS
            && isMadeOf(text.substring(dot + 1), "0123456789abcdef");
    }

    private static boolean isMadeOf(String text, String digits) {
        for (int i = 0; i < text.length(); i++) {
            if (digits.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    public static ProcessIdentity current() {
        long pid = StateFolder.ownPid();
        return new ProcessIdentity(pid, startOf(pid));
    }

    /** Whether it still runs. A zombie, which has ended but waits for its parent, does not run. */
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
            return start(ProcStat.read(Long.toString(pid)), Files.readString(BOOT_ID));
        } catch (IOException e) {
            // It has ended, or the system has no /proc. The JDK knows.
            Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
            return process.flatMap(p -> p.info().startInstant()).map(instant -> Long.toString(instant.toEpochMilli())).orElse("");
        }
    }

    /** @return empty if the process is a zombie or dead */
    static String start(ProcStat stat, String bootId) {
        String state = stat.field(ProcStat.STATE);
        if (state.equals("Z") || state.equals("X")) {
            return "";
        }
        return stat.field(ProcStat.START_TICKS) + "." + bootId.substring(0, BOOT_ID_DIGITS);
    }
}
