package murder.tools.fleet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import murder.order.Content;
import murder.order.Patch;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AgentState;
import murder.tools.cli.UsageException;
import murder.tools.fleet.RolloutStep.Kind;

/**
 * Decides the way of a release to its hosts, from the results of ssh and the reports of the agents:
 * the next order, and the done and failed hosts. It does not sign, send or read a clock. For one
 * thread.
 *
 * <pre>
 *   MAKING ──made──▶ STAGING ──all staged or failed──▶ ACTIVATING ◀──gate passed, next wave──┐
 *      │                │                                  │ └──wave active──▶ GATE ─────────┘
 *      │                │ more failed than is tolerated    │ last wave active    │ failed
 *      └────────────────┴──▶ WITHDRAWING ──▶ OVER ◀────────┘                     ▼
 *                                             ▲────────────────────────────── RETURNING
 * </pre>
 */
final class Rollout {
    /** The time limit of a host without progress. */
    static final long STALL_NS = TimeUnit.SECONDS.toNanos(60);
    /** The limit while a host packs or unpacks: it reports no progress of that. */
    static final long DISK_STALL_NS = TimeUnit.MINUTES.toNanos(15);
    /** The time limit for reports that hosts withdrew a release. */
    static final long CLOSING_NS = TimeUnit.SECONDS.toNanos(10);

    /** See the class comment. */
    enum Phase { MAKING, STAGING, ACTIVATING, GATE, RETURNING, WITHDRAWING, OVER }

    private final RolloutTerms terms;
    private final Map<String, HostProgress> all = new LinkedHashMap<>();
    private final List<HostProgress> hosts = new ArrayList<>();
    /** Names of hosts and of those of the wave: a list of thousands is slow to search. */
    private final Set<String> peers;
    private Set<String> members = Set.of();
    /** The content of each maker. */
    private final Map<String, Content> made = new LinkedHashMap<>();
    private Phase phase = Phase.MAKING;
    private Content content;
    /** To the release, null for none; and whether hosts know it. */
    private Patch patch;
    private boolean patchOrdered;
    private long serial = -1;
    /** Of the order that set the wanted state. The last order of a deploy sets none. */
    private long goalSerial = -1;
    private long phaseNs;
    private boolean stepGiven;
    /** Whether orders can be published. */
    private boolean attached;
    private long cancelledNs;
    private boolean ended;
    /** The hosts that have staged it. */
    private List<Wave> waves = List.of();
    private int wave = -1;
    /** Whether the gate of the wave was run. */
    private boolean gateRun;
    private boolean cancelled;
    private String failure = "";

    Rollout(RolloutTerms terms, long nowNs) {
        this.terms = terms;
        this.content = terms.known();
        this.phase = terms.makers().isEmpty() ? Phase.STAGING : Phase.MAKING;
        this.phaseNs = nowNs;
        this.peers = Set.copyOf(terms.hosts());
        wavesOf(terms.hosts()); // A mistake must show before any action.
        for (String name : terms.hosts()) {
            hosts.add(host(name, nowNs));
        }
        for (String name : terms.makers()) {
            host(name, nowNs);
        }
    }

    private List<Wave> wavesOf(List<String> names) {
        try {
            return Wave.parse(terms.waves(), names);
        } catch (UsageException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private HostProgress host(String name, long nowNs) {
        return all.computeIfAbsent(name, key -> new HostProgress(name, nowNs));
    }

    /** The hosts that get the release. */
    List<HostProgress> hosts() {
        return hosts;
    }

    /** The progress of any host of this deploy, also one that only packs; null for others. */
    HostProgress progress(String name) {
        return all.get(name);
    }

    Phase phase() {
        return phase;
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** The reason why the whole deploy failed; empty if it did not, or if only hosts failed. */
    String failure() {
        return failure;
    }

    /** Null while unknown. */
    Content content() {
        return content;
    }

    // ---- what happens ----

    void onSsh(String host, long nowNs) {
        host(host, nowNs).onSsh(nowNs);
    }

    void onJoined(String host, long nowNs) {
        host(host, nowNs).onJoined(nowNs);
    }

    void onUnreachable(String host, String why, long nowNs) {
        host(host, nowNs).onUnreachable(why, nowNs);
    }

    /** A report of any agent of the fleet. */
    void onReport(AgentReport report, long nowNs) {
        HostProgress host = all.get(report.name());
        if (host == null || !report.tag().isEmpty() && !report.target().equals(terms.target())) {
            return;
        }
        host.onAny(report);
        if (!report.tag().isEmpty() && !report.tag().equals(terms.tag())) {
            return;
        }
        if ((serial < 0 || report.serial() < serial) && report.state() == AgentState.FAILED) {
            return; // Of an order before this deploy.
        }
        host.onReport(report, nowNs);
        boolean has = report.content() != null && report.state() != AgentState.WAITING && report.state() != AgentState.MAKING
            && report.state() != AgentState.FAILED;
        if (has && terms.makers().contains(report.name()) && host.knows(serial) && serial >= 0) {
            made.put(report.name(), report.content());
            patch = report.patch() == null ? patch : report.patch();
        }
        if (isDone(host)) {
            host.onEnd(nowNs);
        }
    }

    void onPublished(RolloutStep step, long newSerial, long nowNs) {
        serial = newSerial;
        ended = step.ended();
        patchOrdered = !step.patches().isEmpty();
        phaseNs = nowNs;
        stepGiven = false;
        goalSerial = step.kind() == Kind.END ? goalSerial : newSerial;
        switch (step.kind()) {
            case HOLD -> {
                made.clear();
                patch = null;
            }
            case CONTENT -> phase = Phase.STAGING;
            case ACTIVATE -> {
                phase = Phase.ACTIVATING;
                onWave(step.wave());
            }
            case RETURN -> phase = Phase.RETURNING;
            case WITHDRAW -> phase = Phase.WITHDRAWING;
            case END -> phase = Phase.OVER;
            default -> throw new IllegalArgumentException(step.kind() + " is not published");
        }
    }

    /** An order that was overtaken is published again, with the same wave. */
    private void onWave(Wave published) {
        if (wave < 0 || waves.get(wave) != published) {
            wave++;
            members = Set.copyOf(published.hosts());
            gateRun = false;
        }
    }

    /** @param why the reason of a failed gate; empty if it passed */
    void onGate(String why, long nowNs) {
        stepGiven = false;
        phaseNs = nowNs;
        phase = Phase.ACTIVATING;
        if (!why.isEmpty() && !cancelled) { // Otherwise the user ended it.
            failure = "the gate after " + hosts(waves.get(wave).hosts().size()) + " failed: " + why;
        }
    }

    /** Whether orders can reach the tracker's host. */
    void onAttached(boolean is) {
        attached = is;
    }

    boolean isAttached() {
        return attached;
    }

    /** The user ends the deploy, perhaps in the middle of a step. */
    void cancel(long nowNs) {
        cancelledNs = cancelled ? cancelledNs : nowNs;
        cancelled = true;
        stepGiven &= phase == Phase.GATE; // That one ends by itself.
    }

    /** The deploy cannot continue: for example the tracker's host is unreachable for good. */
    void abort(String why) {
        failure = failure.isEmpty() ? why : failure;
    }

    /** The deploy waits for nothing any more. */
    void onOver(long nowNs) {
        hosts.forEach(host -> host.onOver(terms.activates(), content, nowNs));
    }

    /** Time passed. */
    void onTick(long nowNs) {
        for (HostProgress host : all.values()) {
            host.onTick(nowNs);
            boolean waits = host.isFailed() || isDone(host) || host.stand() == HostProgress.Stand.CONNECTING
                || phase == Phase.MAKING && !terms.makers().contains(host.name());
            long sinceNs = Math.max(host.changeNs(), phaseNs);
            if (serial >= 0 && !waits && isWanted(host) && nowNs - sinceNs > host.stallNs()) {
                host.onStall(host.stallNs(), terms.tracker(), nowNs);
            } else if (!waits && phase == Phase.STAGING && isWanted(host) && serial >= 0 && content != null
                    && nowNs - phaseNs > terms.stageNs(content.length())) {
                host.fail("not staged within the time limit; timeout= sets another", nowNs);
            }
        }
    }

    private boolean isWanted(HostProgress host) {
        return switch (phase) {
            case MAKING -> terms.makers().contains(host.name());
            case STAGING -> peers.contains(host.name());
            case ACTIVATING -> members.contains(host.name());
            default -> false;
        };
    }

    /** Whether the host has the wanted state of this phase. */
    private boolean isDone(HostProgress host) {
        if (!host.knows(goalSerial) || host.isFailed()) {
            return false;
        }
        AgentState state = host.report().state();
        return switch (phase) {
            case MAKING -> made.containsKey(host.name());
            case STAGING -> state == AgentState.STAGED || state == AgentState.ACTIVE;
            default -> isAtGoal(host);
        };
    }

    // ---- what comes next ----

    /** Null while there is nothing to do but wait. */
    RolloutStep next(long nowNs) {
        if (stepGiven || isOver()) {
            return null;
        }
        RolloutStep step = decide(nowNs);
        stepGiven = step != null;
        return step;
    }

    private RolloutStep decide(long nowNs) {
        if (phase == Phase.RETURNING || phase == Phase.WITHDRAWING) {
            if (heard() || nowNs - phaseNs > CLOSING_NS) {
                phase = Phase.OVER;
            }
            return null;
        }
        boolean stops = cancelled || !failure.isEmpty();
        if (!attached) {
            // Published orders must be withdrawn, so this waits longer.
            return stops && (serial < 0 || nowNs - cancelledNs > CLOSING_NS) ? over() : null;
        }
        if (stops) {
            return serial < 0 ? over() : retreat();
        }
        return switch (phase) {
            case MAKING -> serial < 0 ? step(Kind.HOLD, null, false) : make();
            case STAGING -> serial < 0 || isPatchNews() ? step(Kind.CONTENT, null, false) : stage();
            case ACTIVATING -> activate();
            default -> null;
        };
    }

    private RolloutStep step(Kind kind, Wave itsWave, boolean isLast) {
        return new RolloutStep(kind, content, patch == null || isLast ? List.of() : List.of(patch), itsWave, isLast);
    }

    /** Whether hosts without the release could use a patch that no order names yet. */
    private boolean isPatchNews() {
        return patch != null && !patchOrdered && failed(hosts) + done(hosts) < hosts.size();
    }

    /** To the release; null for none. */
    Patch patch() {
        return patch;
    }

    private RolloutStep over() {
        phase = Phase.OVER;
        return null;
    }

    /** The old release is active again, except on hosts of waves that passed their gates. */
    private RolloutStep retreat() {
        if (wave < 0) {
            return step(Kind.WITHDRAW, null, true);
        }
        return cancelled && failure.isEmpty() ? step(Kind.END, waves.get(wave), true) : step(Kind.RETURN, null, true);
    }

    /** Whether every reachable agent has carried out the last order. */
    private boolean heard() {
        return all.values().stream().allMatch(host -> host.report() == null || host.isFailed() || host.knows(serial)
            || phase == Phase.RETURNING && members.contains(host.name()) && host.isBack(serial, terms.tag()));
    }

    /** Whether an agent knows the last order. */
    boolean hasHeard(HostProgress host) {
        return serial >= 0 && host.knows(serial);
    }

    private RolloutStep make() {
        if (failed(hosts) == hosts.size()) {
            failure = failed(hosts) + " of " + hosts(hosts.size()) + " failed before anything was made";
            return retreat();
        }
        for (String name : terms.makers()) {
            HostProgress maker = all.get(name);
            if (maker.isFailed()) {
                failure = "packing failed on " + name + ", so the others were left alone: " + maker.reason();
                return retreat();
            }
        }
        if (made.size() < terms.makers().size()) {
            return null;
        }
        Set<Content> contents = new HashSet<>(made.values());
        if (contents.size() > 1) {
            failure = "the seeders " + terms.makers().get(0) + " and " + differs() + " do not have the same files at " + terms.source();
            return retreat();
        }
        Content found = contents.iterator().next();
        if (found.equals(content)) {
            phase = Phase.STAGING;
            return null;
        }
        content = found;
        return step(Kind.CONTENT, null, false);
    }

    private String differs() {
        for (String name : terms.makers()) {
            if (!made.get(name).equals(made.get(terms.makers().get(0)))) {
                return name;
            }
        }
        throw new IllegalStateException("all made the same");
    }

    private RolloutStep stage() {
        int failed = failed(hosts);
        if (failed + done(hosts) < hosts.size()) {
            return null;
        }
        if (failed == hosts.size() || !terms.tolerance().allows(failed, hosts.size())) {
            failure = failed + " of " + hosts(hosts.size()) + " failed to stage it, so no host has changed";
            return retreat();
        }
        if (!terms.activates()) {
            return step(Kind.END, null, true);
        }
        waves = wavesOf(hosts.stream().filter(host -> !host.isFailed()).map(HostProgress::name).toList());
        return nextWave();
    }

    private RolloutStep nextWave() {
        return step(Kind.ACTIVATE, waves.get(wave + 1), wave + 2 == waves.size() && !terms.gated());
    }

    private RolloutStep activate() {
        List<HostProgress> activating = waves.get(wave).hosts().stream().map(all::get).toList();
        if (phase == Phase.ACTIVATING && failed(activating) + done(activating) < activating.size()) {
            return null;
        }
        if (terms.gated() && !gateRun) {
            gateRun = true;
            phase = Phase.GATE;
            return step(Kind.GATE, waves.get(wave), false);
        }
        return wave < waves.size() - 1 ? nextWave() : ended ? over() : step(Kind.END, waves.get(wave), true);
    }

    private int done(Collection<HostProgress> some) {
        return (int) some.stream().filter(this::isDone).count();
    }

    private static int failed(Collection<HostProgress> some) {
        return (int) some.stream().filter(HostProgress::isFailed).count();
    }

    /** The number of hosts in the wanted state. */
    int doneCount() {
        return done(hosts);
    }

    int failedCount() {
        return failed(hosts);
    }

    /** Whether a host has reached the final state of the deploy. */
    boolean isAtGoal(HostProgress host) {
        if (host.isFailed() || !host.knows(goalSerial) || phase == Phase.MAKING) {
            return false;
        }
        AgentState state = host.report().state();
        return state == AgentState.ACTIVE || state == AgentState.STAGED && !terms.activates();
    }

    private static String hosts(int count) {
        return count + (count == 1 ? " host" : " hosts");
    }
}
