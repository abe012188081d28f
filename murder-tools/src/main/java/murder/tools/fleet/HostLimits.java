package murder.tools.fleet;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.Quantities;

/**
 * The limits for a host: its silence and its output. Without limits one hanging host would delay a
 * whole run.
 *
 * @param firstReportNs the time limit until the first report of a command, or until its end if it
 *     reports only then
 */
record HostLimits(long firstReportNs) {
    /**
     * The longest silence after the first report. A host is silent while it forces a release to a
     * slow disk, or while the jar travels over a slow link. Both take minutes at worst.
     */
    private static final long SILENCE_NS = TimeUnit.MINUTES.toNanos(15);

    /** The reason to end this run, or an empty text. */
    String exceeded(HostRun run, long nowNs) {
        if (run.outputBytes() > run.job().maxOutput()) {
            return "printed more than " + Quantities.bytes(run.job().maxOutput()) + " and was given up";
        }
        boolean first = !run.hasReported();
        long limitNs = first ? firstReportNs : SILENCE_NS;
        if (run.silentNs(nowNs) <= limitNs) {
            return "";
        }
        return "was silent for " + Quantities.time(Duration.ofNanos(limitNs)) + " and was given up"
            + (first ? "; see whether a login shell there hangs, or set host_timeout" : "");
    }
}
