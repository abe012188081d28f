package murder.tools.fleet;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.Quantities;

/**
 * How long a host may be silent, and how much it may print. Without limits one host that hangs
 * would hold up a whole run.
 *
 * @param firstReportNs how long a command may take until its first report; for one that reports
 *     only at its end, until that
 */
record HostLimits(long firstReportNs) {
    /**
     * The longest silence after the first report. Nothing is reported while a release is written
     * through to a slow disk, or while the jar goes over a slow line; both take minutes at worst.
     */
    private static final long SILENCE_NS = TimeUnit.MINUTES.toNanos(15);

    /** Why this run must end, or an empty text. */
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
