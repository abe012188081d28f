package murder.tools.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.order.Content;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AgentState;
import murder.tools.agent.Cause;

/**
 * A {@link Rollout} without processes: a clock, the orders that it wants, and agents that say what
 * a test has them say.
 */
final class RolloutBed {
    static final String TARGET = "/srv/app";
    static final String TAG = "v2";
    static final long LENGTH = 1_000_000;
    static final Content MADE = content(1);

    private final List<String> names;
    private final Map<String, AgentReport> reports = new LinkedHashMap<>();
    private final List<RolloutStep> published = new ArrayList<>();
    final Rollout rollout;
    long nowNs = TimeUnit.SECONDS.toNanos(1000);
    long serial = 100;

    private RolloutBed(RolloutTerms terms) {
        this.names = terms.hosts();
        this.rollout = new Rollout(terms, nowNs);
    }

    /** The settings that a test may change. */
    static final class Wishes {
        private List<String> makers = List.of("h1");
        private boolean activates = true;
        private String waves = "";
        private boolean gated;
        private Tolerance tolerance = new Tolerance(0, false);
        private long timeoutNs;

        Wishes makers(String... all) {
            makers = List.of(all);
            return this;
        }

        Wishes stagesOnly() {
            activates = false;
            return this;
        }

        Wishes waves(String text, boolean withGate) {
            waves = text;
            gated = withGate;
            return this;
        }

        Wishes tolerating(int count) {
            tolerance = new Tolerance(count, false);
            return this;
        }

        Wishes timeout(long ns) {
            timeoutNs = ns;
            return this;
        }

        RolloutBed of(int hosts) {
            List<String> all = new ArrayList<>();
            for (int i = 1; i <= hosts; i++) {
                all.add("h" + i);
            }
            return new RolloutBed(new RolloutTerms(all, makers, TARGET, TAG, makers.isEmpty() ? MADE : null, activates, waves, gated,
                tolerance, timeoutNs, 0, "h1:8998", "/src"));
        }
    }

    static Content content(int number) {
        byte[] bytes = {(byte) number};
        return new Content(InfoHash.ofInfo(bytes), InfoSha256.ofInfo(bytes), LENGTH);
    }

    List<String> names() {
        return names;
    }

    /** All that were published, the first one first. */
    List<RolloutStep> published() {
        return published;
    }

    void pass(long ns) {
        nowNs += ns;
        rollout.onTick(nowNs);
    }

    /** All agents have joined, and the tracker's host is attached. */
    RolloutBed joined() {
        rollout.onAttached(true);
        names.forEach(name -> {
            rollout.onSsh(name, nowNs);
            rollout.onJoined(name, nowNs);
        });
        return this;
    }

    /** The next step, published; null if there is none. A gate is not published. */
    RolloutStep.Kind step() {
        RolloutStep step = rollout.next(nowNs);
        if (step == null) {
            return null;
        }
        if (step.kind() != RolloutStep.Kind.GATE) {
            rollout.onPublished(step, ++serial, nowNs);
            published.add(step);
        }
        return step.kind();
    }

    void report(String name, AgentState state) {
        report(name, state, serial, 0, "");
    }

    void report(String name, AgentState state, long ofSerial, double percent, String reason) {
        boolean told = state != AgentState.JOINED && state != AgentState.WAITING;
        AgentReport report = new AgentReport(name, "", ofSerial, TARGET, TAG, state, "", List.of(), percent, 0, 0, reason,
            reason.isEmpty() ? null : Cause.SYSTEM, told ? MADE : null, AgentReport.Spent.NOTHING, null, false);
        reports.put(name, report);
        rollout.onReport(report, nowNs);
    }

    /** Of the release before this one, which the host has in its place. */
    void reportOlder(String name, String activeTag) {
        AgentState state = activeTag.equals(TAG) ? AgentState.STAGED : AgentState.ACTIVE;
        rollout.onReport(new AgentReport(name, "", serial, TARGET, "older", state, activeTag, List.of("older", TAG), 100, 0, 0, "",
            null, MADE, AgentReport.Spent.NOTHING, null, false), nowNs);
    }

    void reportAll(AgentState state) {
        names.forEach(name -> report(name, state));
    }

    /** As far as all hosts have staged it. */
    RolloutBed staged() {
        joined();
        step();
        if (rollout.phase() == Rollout.Phase.MAKING) {
            report("h1", AgentState.MADE);
            step();
        }
        reportAll(AgentState.STAGED);
        return this;
    }

    HostProgress host(String name) {
        return rollout.progress(name);
    }
}
