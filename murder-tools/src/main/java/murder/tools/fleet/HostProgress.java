package murder.tools.fleet;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import murder.engine.SlowCause;
import murder.order.Content;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AgentState;
import murder.tools.agent.Cause;
import murder.tools.cli.Printable;
import murder.tools.cli.Quantities;

/**
 * The progress of one host in a {@link Rollout}: the result of ssh, and the last report of its
 * agent. For the thread of the rollout alone.
 *
 * <pre>
 *   CONNECTING ──▶ JOINED ──▶ REPORTING ──▶ FAILED
 *        └────────────┴───────────┴──────────▲   ▲ a later report may take it back
 * </pre>
 */
final class HostProgress {
    /** See the class comment. */
    enum Stand { CONNECTING, JOINED, REPORTING, FAILED }

    /**
     * How long an agent may be gone, or lack a root, before its host has failed. The deploy that
     * starts may replace or extend an agent of another one.
     */
    private static final long DOUBT_NS = TimeUnit.SECONDS.toNanos(5);

    private final String name;
    private Stand stand = Stand.CONNECTING;
    private AgentReport report;
    /** The last report of its agent about any release of the destination; null if there is none. */
    private AgentReport latest;
    private String reason = "";
    /** Of its failure, as its agent reported it; null if unknown. */
    private Cause cause;
    /** The reason of its last failure, also while it tries again; empty if there was none. */
    private String lastReason = "";
    /** Whether ssh failed, so that nobody knows whether an agent runs there. */
    private boolean unreachable;
    private long startNs;
    private long changeNs;
    private long endNs;
    private double sshSeconds;
    private long firstUploadedBytes = -1;
    private long firstDownloadedBytes;
    private long stagedNs;
    /** The time of its last report. */
    private long reportNs;
    /** How long each cause limited its download. */
    private final Map<SlowCause, Long> slowNs = new EnumMap<>(SlowCause.class);
    private boolean patched;
    /** The time since which its last report is one by which it fails unless another follows; 0 for none. */
    private long doubtNs;

    HostProgress(String name, long nowNs) {
        this.name = name;
        this.startNs = nowNs;
        this.changeNs = nowNs;
    }

    String name() {
        return name;
    }

    Stand stand() {
        return stand;
    }

    /** The last report of its agent about the release; null if there is none. */
    AgentReport report() {
        return report;
    }

    /** The reason of its failure, in one line; empty if it has not failed. */
    String reason() {
        return reason;
    }

    boolean isFailed() {
        return stand == Stand.FAILED;
    }

    /** Whether it failed, and a new try may succeed without a change on the host. */
    boolean mayRecover() {
        return isFailed() && (cause == null || !cause.needsChange());
    }

    boolean isUnreachable() {
        return unreachable;
    }

    /** The time of its last progress. */
    long changeNs() {
        return changeNs;
    }

    long startNs() {
        return startNs;
    }

    /** The time when it reached the wanted state or failed; 0 before. */
    long endNs() {
        return endNs;
    }

    /** The time since which it has the release staged or in its place; 0 before. */
    long stagedNs() {
        return stagedNs;
    }

    /** The cause that limited its download for the longest time; null if unknown. */
    SlowCause slow() {
        return slowNs.isEmpty() ? null : Collections.max(slowNs.entrySet(), Map.Entry.comparingByValue()).getKey();
    }

    double sshSeconds() {
        return sshSeconds;
    }

    void onSsh(long nowNs) {
        startNs = nowNs;
        changeNs = nowNs;
    }

    void onJoined(long nowNs) {
        sshSeconds = (nowNs - startNs) / 1e9;
        changeNs = nowNs;
        if (stand == Stand.CONNECTING) {
            stand = Stand.JOINED;
        }
    }

    /** About any release of the destination. {@link #onReport} gets those about this release, too. */
    void onAny(AgentReport news) {
        latest = news;
    }

    void onReport(AgentReport news, long nowNs) {
        if (report != null && report.slow() != null) {
            slowNs.merge(report.slow(), nowNs - reportNs, Long::sum);
        }
        reportNs = nowNs;
        boolean isStaged = news.state() == AgentState.STAGED || news.state() == AgentState.ACTIVE;
        stagedNs = !isStaged ? 0 : stagedNs == 0 ? nowNs : stagedNs;
        // Sent bytes and the rate can change without progress.
        boolean isOther = report == null || news.state() != report.state() || !news.tag().equals(report.tag());
        boolean changed = isOther || news.serial() != report.serial() || news.percent() != report.percent();
        if (changed) {
            changeNs = nowNs;
        }
        if (firstUploadedBytes < 0) {
            firstUploadedBytes = news.uploadedBytes();
            firstDownloadedBytes = news.downloadedBytes();
        }
        report = news;
        patched |= news.isPatched();
        boolean isDoubtful = news.state() == AgentState.LOST || news.state() == AgentState.FAILED && news.cause() == Cause.ROOTS;
        doubtNs = !isDoubtful ? 0 : doubtNs == 0 ? nowNs : doubtNs;
        if (isDoubtful) {
            return;
        } else if (news.state() == AgentState.FAILED) {
            failAsReported(nowNs);
        } else if (changed && (!isFailed() || isAboutRelease(news))) {
            // A host at its goal stays there when it learns the order for the next wave.
            endNs = isFailed() || isOther ? 0 : endNs;
            stand = Stand.REPORTING;
            reason = "";
        }
    }

    /** Time passed. */
    void onTick(long nowNs) {
        if (doubtNs != 0 && nowNs - doubtNs >= DOUBT_NS) {
            failAsReported(nowNs);
            doubtNs = 0;
        }
    }

    private void failAsReported(long nowNs) {
        if (report.state() == AgentState.LOST) {
            fail("the tracker no longer hears from its agent" + last(), nowNs);
        } else {
            fail(report.reason().isEmpty() ? "failed without a reason" : report.reason(), nowNs);
            cause = report.cause();
        }
    }

    /** Whether it reports on the release, and not only that the agent runs. */
    private static boolean isAboutRelease(AgentReport news) {
        return !news.tag().isEmpty() && news.state() != AgentState.WITHDRAWN && news.state() != AgentState.JOINED;
    }

    /** @param why in one line; control characters of hosts are replaced */
    void fail(String why, long nowNs) {
        if (stand != Stand.FAILED) {
            endNs = nowNs;
        }
        stand = Stand.FAILED;
        cause = null;
        reason = Printable.of(why.replace('\n', ' ')).strip();
        lastReason = reason;
    }

    /**
     * The deploy has ended: a failed host that tries again counts as failed, unless it has reached
     * the wanted state.
     *
     * @param content of the release, null if unknown; the host may have another one under the same
     *     tag, from before
     */
    void onOver(boolean activates, Content content, long nowNs) {
        boolean isThere = report != null && (report.state() == AgentState.ACTIVE || report.state() == AgentState.STAGED && !activates)
            && (content == null || report.content() == null || content.equals(report.content()));
        if (!isFailed() && !lastReason.isEmpty() && !isThere) {
            fail(lastReason, nowNs);
        }
    }

    void onUnreachable(String why, long nowNs) {
        // An agent that runs already is as good as one that ssh starts.
        if (stand == Stand.CONNECTING) {
            unreachable = true;
            fail(why, nowNs);
        }
    }

    /** How long it may go without a change. An agent that is gone is reported as lost before. */
    long stallNs() {
        boolean isLocal = report != null && (report.state() == AgentState.MAKING || report.state() == AgentState.UNPACKING);
        return isLocal ? Rollout.DISK_STALL_NS : Rollout.STALL_NS;
    }

    void onStall(long limitNs, String tracker, long nowNs) {
        String time = Quantities.time(Duration.ofNanos(limitNs));
        fail(report == null ? "its agent runs, but the tracker " + tracker + " has not heard from it for " + time
            + "; see whether that port is open for this host" : "no progress for " + time + last(), nowNs);
    }

    void onEnd(long nowNs) {
        endNs = endNs == 0 ? nowNs : endNs;
    }

    private String last() {
        if (report == null) {
            return "";
        }
        return "; its last report: " + report.state().word() + (report.percent() > 0 ? " " + report.percent() + " %" : "")
            + (report.reason().isEmpty() ? "" : ", " + report.reason());
    }

    /** Whether it knows this order or a newer one. */
    boolean knows(long serial) {
        return report != null && report.serial() >= serial;
    }

    /** Whether it knows this order or a newer one, and the release is not the active one. */
    boolean isBack(long serial, String tag) {
        return latest != null && latest.serial() >= serial && !latest.active().equals(tag);
    }

    /** The bytes that its agent sent since its first report. */
    long uploadedBytes() {
        return report == null ? 0 : report.uploadedBytes() - firstUploadedBytes;
    }

    /** The bytes that its agent received since its first report; 0 if the agent has restarted. */
    long downloadedBytes() {
        return report == null ? 0 : Math.max(0, report.downloadedBytes() - firstDownloadedBytes);
    }

    /** Whether a patch made the release there. */
    boolean isPatched() {
        return patched;
    }

    /** Its work, for people. */
    String phase() {
        return switch (stand) {
            case CONNECTING -> HostRun.CONNECTING;
            case JOINED -> AgentState.JOINED.word();
            case REPORTING -> report.state().word();
            case FAILED -> "failed";
        };
    }

    double percent() {
        return report == null || isFailed() ? 0 : report.percent();
    }

    long bytesPerSecond() {
        return report == null || isFailed() ? 0 : report.bytesPerSecond();
    }
}
