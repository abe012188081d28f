package murder.tools.fleet;

import murder.engine.SlowCause;
import murder.order.Content;
import murder.tools.agent.AgentReport;

/**
 * A host of a {@link Rollout} on the screen.
 *
 * @param host its host
 * @param progress of the host
 * @param rollout of the host
 * @param ssh that starts its agent; null if none is needed
 */
record RolloutRow(Host host, HostProgress progress, Rollout rollout, HostRun ssh) implements HostView {
    /** The share of fetching in the progress of a host; unpacking and activating are the rest. */
    private static final double FETCH_SHARE = 0.9;
    private static final double STAGED = 99;

    @Override
    public HostRun.State state() {
        if (progress.isFailed()) {
            return HostRun.State.FAILED;
        }
        return rollout.isAtGoal(progress) ? HostRun.State.DONE : HostRun.State.RUNNING;
    }

    @Override
    public String phase() {
        return progress.stand() == HostProgress.Stand.CONNECTING && ssh != null ? ssh.phase() : progress.phase();
    }

    @Override
    public double percent() {
        return isDone() ? 100 : progress.percent();
    }

    @Override
    public double overall() {
        AgentReport report = progress.report();
        if (report == null || progress.isFailed()) {
            return 0;
        }
        return isDone() ? 100 : switch (report.state()) {
            case FETCHING -> FETCH_SHARE * report.percent();
            case UNPACKING -> FETCH_SHARE * 100 + (1 - FETCH_SHARE) * report.percent() * STAGED / 100;
            case STAGED, ACTIVE -> STAGED;
            default -> 0;
        };
    }

    @Override
    public boolean isMeasured() {
        return isDone() || progress.percent() > 0;
    }

    @Override
    public double etaS() {
        Content content = rollout.content();
        long rate = progress.bytesPerSecond();
        return content == null || rate == 0 || isOver() ? -1 : content.length() * (100 - progress.percent()) / 100 / rate;
    }

    @Override
    public long bytesPerSecond() {
        return progress.bytesPerSecond();
    }

    @Override
    public long elapsedNs(long nowNs) {
        return Math.max(0, (progress.endNs() == 0 ? nowNs : progress.endNs()) - progress.startNs());
    }

    @Override
    public String trouble() {
        return progress.report() == null || progress.isFailed() ? "" : progress.report().reason();
    }

    @Override
    public SlowCause slow() {
        return progress.report() == null || progress.isFailed() || isDone() ? null : progress.report().slow();
    }

    @Override
    public String reason() {
        return progress.reason();
    }

    @Override
    public boolean isInterrupted() {
        return false;
    }

    @Override
    public String warning() {
        return trouble();
    }
}
