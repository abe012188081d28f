package murder.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/** Processor time from {@code /proc}, user and system together. */
final class CpuTime {
    /**
     * The kernel's unit towards programs, USER_HZ, is this on every architecture that has a JVM.
     */
    private static final double TICKS_PER_SECOND = 100;
    /**
     * Places in {@code /proc/PID/stat}, counted from 0 behind the command name: utime, stime,
     * cutime, cstime (proc(5)).
     */
    private static final int UTIME = 11;
    private static final int CSTIME = 14;

    private CpuTime() {
    }

    /**
     * Seconds that all processes below this one have used. A process that has ended counts with its
     * parent, so that nothing is lost as long as those that remain end up below this one.
     */
    static double secondsBelow(ProcessHandle process) throws IOException {
        long ticks = 0;
        for (Iterator<ProcessHandle> below = process.descendants().iterator(); below.hasNext();) {
            ProcessHandle one = below.next();
            try {
                ticks += ticks(Files.readString(Path.of("/proc", Long.toString(one.pid()), "stat")));
            } catch (IOException e) {
                if (one.isAlive()) {
                    throw e;
                } // Otherwise it has just ended.
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    /**
     * Of a process and those of its children that it has waited for, from a line of
     * {@code /proc/PID/stat}.
     */
    static long ticks(String stat) {
        // The name, in parentheses, may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ");
        long ticks = 0;
        for (int field = UTIME; field <= CSTIME; field++) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks;
    }
}
