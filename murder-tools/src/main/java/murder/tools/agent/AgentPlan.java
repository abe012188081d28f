package murder.tools.agent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import murder.order.Content;
import murder.order.Order;
import murder.order.Patch;
import murder.order.Release;
import murder.order.Target;
import murder.tools.agent.Holding.Work;

/**
 * Decides the next steps of an agent. It uses only the newest order and the state of the host. So
 * earlier orders, their sequence and kills do not matter. If there is no step, the host is in the
 * state that the order describes, except for failures. Pure.
 *
 * <p>An agent fetches three kinds of a target's releases: the last one, those without content yet,
 * and the one that it must activate. It keeps others that are there.
 */
final class AgentPlan {
    private final Order order;
    private final String name;
    private final String zone;
    private final boolean holds;
    private final HostView host;
    private final long nowNs;
    private final List<Step> steps = new ArrayList<>();

    private AgentPlan(Order order, String name, String zone, boolean holds, HostView host, long nowNs) {
        this.order = order;
        this.name = name;
        this.zone = zone;
        this.holds = holds;
        this.host = host;
        this.nowNs = nowNs;
    }

    /**
     * {@return the next steps, at most one for each release; none where a step is running} A
     * release may have a second step for its patch.
     *
     * @param order the newest
     * @param name of this agent
     * @param zone of this agent, or empty
     * @param holds whether this host stages and activates releases; otherwise it only packs them
     * @param host its state
     * @param nowNs the time
     */
    static List<Step> next(Order order, String name, String zone, boolean holds, HostView host, long nowNs) {
        AgentPlan plan = new AgentPlan(order, name, zone, holds, host, nowNs);
        Set<ReleaseKey> ordered = new HashSet<>();
        for (Target target : order.targets()) {
            target.releases().forEach(release -> ordered.add(new ReleaseKey(target.destination(), release.tag())));
        }
        plan.withdraw(ordered);
        for (Target target : order.targets()) {
            plan.carryOut(target);
        }
        return plan.steps;
    }

    /** The releases of a target that matter on a host, the newest first. */
    static List<Release> wanted(Target target, String name, String zone) {
        List<Release> wanted = new ArrayList<>();
        String active = target.activeOn(name, zone);
        for (int i = target.releases().size() - 1; i >= 0; i--) {
            Release release = target.releases().get(i);
            if (i == target.releases().size() - 1 || release.maker() != null || release.tag().equals(active)) {
                wanted.add(release);
            }
        }
        return wanted;
    }

    private void withdraw(Set<ReleaseKey> ordered) {
        for (Holding holding : host.holdings()) {
            boolean rest = holding.staged() != null || holding.payload() != null || isWork(holding) || holding.failure() != null
                || holding.patch() != null;
            if (!ordered.contains(holding.key()) && rest && !isEnding(holding)) {
                steps.add(new Step.Withdraw(holding.key(), true));
            }
        }
    }

    private static boolean isWork(Holding holding) {
        return switch (holding.work()) {
            case MAKING, FETCHING, UNPACKING -> true;
            case NONE, ACTIVATING, REMOVING -> false;
        };
    }

    /** Its work ends soon by itself. */
    private static boolean isEnding(Holding holding) {
        return holding.isBusy() && !isWork(holding);
    }

    private void carryOut(Target target) {
        String active = target.activeOn(name, zone);
        List<Release> wanted = wanted(target, name, zone);
        boolean newerStarts = false;
        boolean newerComes = false;
        boolean newerIsPatched = false;
        for (Release release : wanted) {
            Holding holding = host.of(new ReleaseKey(target.destination(), release.tag()));
            boolean isMaker = release.maker() != null && release.maker().names().contains(name);
            PatchPlan patches = new PatchPlan(target, release, holding, host, isMaker);
            add(patches.aside(name, holds));
            Step step = step(target, release, holding, isMaker, patches, release.tag().equals(active));
            if (release.maker() != null) {
                newerStarts |= step instanceof Step.Fetch;
                newerComes |= step instanceof Step.Fetch || step instanceof Step.Unpack || isWork(holding);
            } else if (newerComes) {
                step = behind(newerStarts, holding, step);
            }
            if (newerIsPatched && step == null && isSpare(release, holding)) {
                step = new Step.Withdraw(holding.key(), true);
            }
            newerIsPatched |= patches.isUsed();
            add(step);
        }
        if (target.keep() > 0 && holds) {
            removeOld(target, wanted);
        }
    }

    /**
     * The step for a release that no deploy is about, while a newer one of a running deploy comes:
     * both at once would take twice as long. If the newer one fails on this host, this one comes.
     *
     * @param newerStarts whether the newer one is fetched from now on; then this one gives way
     */
    private static Step behind(boolean newerStarts, Holding holding, Step step) {
        if (step instanceof Step.Fetch) {
            return null;
        }
        boolean gives = newerStarts && step == null && holding.work() == Work.FETCHING;
        return gives ? new Step.Withdraw(holding.key(), false) : step;
    }

    /**
     * Whether the payload of a release in its place can go, to make room for a newer one that a
     * patch makes from that place. The payload was only for other hosts, which want the newer one,
     * too.
     */
    private static boolean isSpare(Release release, Holding holding) {
        return release.maker() == null && holding.payload() != null && holding.payload().equals(holding.placed()) && !holding.isBusy();
    }

    private void add(Step step) {
        if (step != null) {
            steps.add(step);
        }
    }

    private Step step(Target target, Release release, Holding holding, boolean isMaker, PatchPlan patches, boolean isActive) {
        ReleaseKey key = holding.key();
        Content content = release.content();
        if (holding.isBusy()) {
            boolean isOther = holding.worksOn() != null && !patches.isOf(holding.worksOn()) && isWork(holding);
            boolean isSlower = holding.work() == Work.FETCHING && content != null && content.equals(holding.worksOn())
                && patches.isWorthChanging();
            return isOther || isSlower ? new Step.Withdraw(key, false) : null;
        }
        if (holding.failure() != null && !holding.failure().isOver(order.serial(), nowNs)) {
            return null;
        }
        if (holding.staged() != null && content != null && !holding.staged().equals(content)) {
            return new Step.Withdraw(key, false);
        }
        boolean isMade = content == null ? holding.madeSerial() == order.serial() : holding.isMade() || holding.hasPayload(content);
        if (isMaker && !isMade) {
            // The order names no content, so the source must be packed again: it may have changed.
            return new Step.Make(key, target, release);
        }
        if (content == null || !holds) {
            return null;
        }
        if (!holding.has(content)) {
            return get(target, release, holding, isMaker, patches);
        }
        boolean isInPlace = content.equals(holding.placed()) && host.active(target.destination()).equals(release.tag());
        return isActive && !isInPlace ? new Step.Activate(key, target, release) : null;
    }

    private static Step get(Target target, Release release, Holding holding, boolean isMaker, PatchPlan patches) {
        ReleaseKey key = holding.key();
        if (holding.hasPayload(release.content())) {
            return new Step.Unpack(key, target, release, null);
        }
        Patch patch = patches.usable();
        if (patch != null) {
            return patches.isFetched(patch) ? new Step.Unpack(key, target, release, patch)
                : new Step.Fetch(key, target, release, patch);
        } else if (patches.isLooking()) {
            return null;
        }
        // The only maker made another content, and nobody has this one. The next order will name
        // the other one.
        boolean isOnlySource = isMaker && holding.isMade() && release.maker().names().size() == 1;
        return isOnlySource ? null : new Step.Fetch(key, target, release, null);
    }

    private void removeOld(Target target, List<Release> wanted) {
        List<Holding> placed = new ArrayList<>();
        for (Holding holding : host.holdings()) {
            if (holding.key().destination().equals(target.destination()) && holding.placed() != null) {
                placed.add(holding);
            }
        }
        String active = host.active(target.destination());
        placed.sort(Comparator.comparing((Holding holding) -> !holding.key().tag().equals(active))
            .thenComparing(Holding::placedSerial, Comparator.reverseOrder()));
        for (int i = target.keep(); i < placed.size(); i++) {
            Holding old = placed.get(i);
            boolean isWanted = wanted.stream().anyMatch(release -> Objects.equals(release.tag(), old.key().tag()));
            if (!isWanted && !old.isBusy() && !old.key().tag().equals(active) && steps.stream().noneMatch(s -> s.key().equals(old.key()))) {
                steps.add(new Step.Remove(old.key(), target));
            }
        }
    }
}
