package murder.tools.agent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import murder.order.Content;
import murder.order.Order;
import murder.order.Patch;
import murder.order.Release;
import murder.order.Target;

/** Makes the reports about a host's state. Pure, except that it remembers withdrawn releases. */
final class Reports {
    private final String name;
    private final String zone;
    private final boolean holds;
    private final double startSeconds;
    /** Releases that an order no longer names, since the newest order. */
    private final Map<ReleaseKey, Boolean> withdrawn = new LinkedHashMap<>();

    Reports(String name, String zone, boolean holds, double startSeconds) {
        this.name = name;
        this.zone = zone;
        this.holds = holds;
        this.startSeconds = startSeconds;
    }

    /** Switches to another order. */
    void onOrder(Order before, Order order) {
        withdrawn.clear();
        for (Target target : before == null ? List.<Target>of() : before.targets()) {
            for (Release release : target.releases()) {
                boolean isThere = order.targets().stream()
                    .anyMatch(each -> each.destination().equals(target.destination()) && each.release(release.tag()) != null);
                if (!isThere) {
                    withdrawn.put(new ReleaseKey(target.destination(), release.tag()), true);
                }
            }
        }
    }

    /**
     * {@return the lines of a report}
     *
     * @param order the newest, or null
     * @param uploadedBytes of payload in all
     * @param downloadedBytes of payload in all
     */
    List<AgentReport> lines(Order order, HostView host, Function<ReleaseKey, Progress> progress, long uploadedBytes,
                            long downloadedBytes) {
        List<AgentReport> lines = new ArrayList<>();
        // A report may have no room for all. Deploys that run come first, whatever they wait for.
        List<AgentReport> newest = new ArrayList<>();
        List<AgentReport> active = new ArrayList<>();
        for (Target target : order == null ? List.<Target>of() : order.targets()) {
            List<Release> wanted = AgentPlan.wanted(target, name, zone);
            for (Release release : wanted) {
                ReleaseKey key = new ReleaseKey(target.destination(), release.tag());
                boolean isMaker = release.maker() != null && release.maker().names().contains(name);
                List<AgentReport> rank = release.maker() != null ? lines : release == wanted.get(0) ? newest : active;
                if (holds || isMaker) {
                    rank.add(line(order, target, release, host, progress.apply(key), uploadedBytes).received(downloadedBytes));
                }
            }
        }
        for (ReleaseKey key : withdrawn.keySet()) {
            Holding holding = host.of(key);
            if (holding.staged() == null && holding.payload() == null && !holding.isBusy() && holding.placed() == null && holds) {
                lines.add(new AgentReport(name, zone, order.serial(), key.destination(), key.tag(), AgentState.WITHDRAWN,
                    host.active(key.destination()), List.of(), 0, 0, null, 0, "", null, null, AgentReport.Spent.NOTHING, null, false));
            }
        }
        lines.addAll(newest);
        lines.addAll(active);
        if (lines.isEmpty()) {
            lines.add(AgentReport.joined(name, zone, order == null ? -1 : order.serial(), startSeconds));
        }
        return lines;
    }

    private AgentReport line(Order order, Target target, Release release, HostView host, Progress progress, long uploadedBytes) {
        ReleaseKey key = new ReleaseKey(target.destination(), release.tag());
        Holding holding = host.of(key);
        // A failure under an older order does not count: the agent tries again under this one.
        boolean hasFailed = holding.failure() != null && holding.failure().serial() >= order.serial();
        Failure failure = hasFailed ? holding.failure() : null;
        AgentState state = hasFailed ? AgentState.FAILED : state(release, holding, host.active(target.destination()));
        Content content = release.content() == null || holding.isMade() ? holding.payload() : release.content();
        boolean busy = state == AgentState.FETCHING;
        double percent = busy ? progress.percent : state == AgentState.STAGED || state == AgentState.ACTIVE || state == AgentState.MADE
            || state == AgentState.UNPACKING ? 100 : 0;
        return new AgentReport(name, zone, order.serial(), target.destination(), release.tag(), state, host.active(target.destination()),
            held(target, host), percent, busy ? progress.bytesPerSecond : 0, busy ? progress.slow : null, uploadedBytes,
            failure != null ? failure.reason() : busy ? progress.trouble : "", failure == null ? null : failure.cause(), content,
            progress.spent(startSeconds), madePatch(holding), holding.patch() != null && holding.patch().is(HeldPatch.Stand.APPLIED));
    }

    /** The text to compare the payload with is made, too. */
    private static Patch madePatch(Holding holding) {
        boolean isMade = holding.isMade() && holding.patch() != null && holding.patch().is(HeldPatch.Stand.MADE);
        return isMade ? holding.patch().patch() : null;
    }

    private AgentState state(Release release, Holding holding, String active) {
        switch (holding.work()) {
            case MAKING -> {
                return AgentState.MAKING;
            }
            case FETCHING -> {
                return AgentState.FETCHING;
            }
            case UNPACKING -> {
                return AgentState.UNPACKING;
            }
            case ACTIVATING -> {
                return AgentState.STAGED;
            }
            case NONE, REMOVING -> { }
        }
        if (holds && holding.has(release.content())) {
            boolean isActive = release.tag().equals(active) && release.content().equals(holding.placed());
            return isActive ? AgentState.ACTIVE : AgentState.STAGED;
        }
        boolean isReady = holding.isMade() && (!holds || !holding.hasPayload(release.content()));
        return isReady ? AgentState.MADE : AgentState.WAITING;
    }

    /** The releases of a target on this host, those of the order first. */
    private static List<String> held(Target target, HostView host) {
        List<String> held = new ArrayList<>();
        for (Holding each : host.holdings()) {
            if (each.key().destination().equals(target.destination()) && (each.staged() != null || each.placed() != null)) {
                held.add(each.key().tag());
            }
        }
        return held;
    }
}
