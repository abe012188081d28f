package murder.tools.fleet;

import java.util.ArrayList;
import java.util.List;
import murder.order.Activation;
import murder.order.Archive;
import murder.order.Layout;
import murder.order.Maker;
import murder.order.Release;
import murder.order.Target;
import murder.order.Who;

/**
 * The target of one deploy in its orders.
 *
 * @param destination the place in orders
 * @param layout of a release there
 * @param currentLink the link to the active release, empty for none, null for that of the last
 *     target
 * @param keep how many releases hosts keep, 0 for all
 * @param replace whether what is there may be deleted
 * @param keepLinks whether symbolic links arrive as they are
 * @param open whether strangers may take part in its swarms
 * @param tag of the release
 * @param archive its form
 * @param maker its makers; null if its content is known
 * @param before the target before the deploy; null for none
 */
record TargetPlan(String destination, Layout layout, String currentLink, int keep, boolean replace, boolean keepLinks, boolean open,
                  String tag, Archive archive, Maker maker, Target before) {
    /**
     * @param now the last target, perhaps with other deploys to the same place; null for none
     * @param step of the rollout
     */
    Target at(RolloutStep step, Target now) {
        return switch (step.kind()) {
            case HOLD, CONTENT -> target(now, releases(now, step, maker), before(now));
            case ACTIVATE -> active(now, step);
            case RETURN -> returned(now, link(now), replace);
            // No host has changed, so no host may delete a release because of the earlier orders.
            case WITHDRAW -> returned(now, linkBefore(now), false);
            case END -> step.wave() == null ? target(now, releases(now, step, null), before(now)) : active(now, step);
            case GATE -> throw new IllegalArgumentException("a gate is no order");
        };
    }

    private Target active(Target now, RolloutStep step) {
        List<Activation> active = new ArrayList<>();
        step.wave().who().forEach(who -> active.add(new Activation(who, tag)));
        boolean whole = step.wave().isAll();
        if (!whole) {
            active.addAll(before(now));
        }
        List<Release> releases = releases(now, step, step.ended() ? null : maker);
        if (whole && step.ended()) {
            // The previous release need not be held any more; hosts keep it like other old ones.
            releases.removeIf(release -> release.maker() == null && !release.tag().equals(tag));
        }
        return target(now, releases, active);
    }

    private Target returned(Target now, String link, boolean mayReplace) {
        Release original = activeEverywhere(before, tag);
        List<Release> releases = others(now);
        List<Activation> active = before(now);
        if (original != null) {
            releases.add(original);
            active.add(new Activation(new Who.All(), tag));
        }
        return new Target(destination, layout, link, keep, mayReplace, keepLinks, open, releases, active);
    }

    /** The active releases of the hosts that must not have this release active. */
    private List<Activation> before(Target now) {
        List<Activation> active = new ArrayList<>(now == null ? List.of() : now.active());
        active.removeIf(activation -> activation.tag().equals(tag));
        return active;
    }

    /** The releases of the last order, and this one at the end. */
    private List<Release> releases(Target now, RolloutStep step, Maker itsMaker) {
        List<Release> releases = others(now);
        releases.add(new Release(tag, archive, step.content(), itsMaker, step.patches()));
        return releases;
    }

    private List<Release> others(Target now) {
        List<Release> releases = new ArrayList<>(now == null ? List.of() : now.releases());
        releases.removeIf(release -> release.tag().equals(tag));
        return releases;
    }

    private Target target(Target now, List<Release> releases, List<Activation> active) {
        return new Target(destination, layout, link(now), keep, replace, keepLinks, open, releases, active);
    }

    /** The link to the active release, empty for none. @param now the last target, or null */
    String link(Target now) {
        return currentLink != null ? currentLink : now == null ? "" : now.currentLink();
    }

    /** No host has followed the link of this deploy, which may be wrong. */
    private String linkBefore(Target now) {
        String last = now == null ? "" : now.currentLink();
        return !last.equals(currentLink) ? last : before == null ? "" : before.currentLink();
    }

    /** The release if it is active everywhere, else null. */
    static Release activeEverywhere(Target target, String tag) {
        boolean active = target != null && target.active().size() == 1 && target.active().get(0).who() instanceof Who.All
            && target.active().get(0).tag().equals(tag);
        return active ? target.release(tag) : null;
    }
}
