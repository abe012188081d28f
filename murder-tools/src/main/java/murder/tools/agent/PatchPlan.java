package murder.tools.agent;

import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.order.Patch;
import murder.order.Release;
import murder.order.Target;
import murder.tools.agent.HeldPatch.Stand;

/**
 * Decides about the patch to one release: the hosts that make it, those that fetch it, and those
 * that fetch the whole payload. A host fetches the patch if its active release came from the same
 * payload as the base of the patch, and is unchanged since. Until the patch is there, the host
 * fetches the payload: see {@link Patience}. Pure.
 */
final class PatchPlan {
    private final Target target;
    private final Release release;
    private final Holding holding;
    private final HostView host;
    private final boolean isMaker;
    private final ReleaseKey baseKey;
    /** The content in the place of the active release; null if there is none. */
    private final Content base;

    PatchPlan(Target target, Release release, Holding holding, HostView host, boolean isMaker) {
        this.target = target;
        this.release = release;
        this.holding = holding;
        this.host = host;
        this.isMaker = isMaker;
        this.baseKey = new ReleaseKey(target.destination(), host.active(target.destination()));
        this.base = baseKey.tag().equals(release.tag()) ? null : host.of(baseKey).placed();
    }

    /** Whether a patch saves enough. */
    static boolean isWorth(long patchBytes, long payloadBytes) {
        return patchBytes <= payloadBytes / 2;
    }

    /** Whether a patch is possible for this release: only for archives. */
    private boolean isPossible() {
        return base != null && release.archive() != Archive.TREE && target.layout() != Layout.FILE;
    }

    /** The step for the patch beside other work for the release; null for none. */
    Step aside(String name, boolean holds) {
        HeldPatch held = holding.patch();
        boolean isPatchMaker = isMaker && release.maker().names().get(0).equals(name);
        if (held != null) {
            // The release may come from this patch now, whatever the newest order says.
            boolean isInUse = holding.work() == Holding.Work.UNPACKING;
            boolean isNamed = held.patch() != null && release.patches().contains(held.patch());
            return isInUse || isPatchMaker || isNamed ? null : new Step.DropPatch(holding.key());
        }
        if (!holds || !isPossible() || holding.has(release.content())) {
            return null;
        }
        boolean isBase = release.maker() != null && release.maker().patchFrom().contains(baseKey.tag());
        if (isPatchMaker) {
            return isBase ? new Step.MakePatch(holding.key(), target, release, baseKey, base) : null;
        }
        boolean isOfUse = !isMaker && (isBase || !release.patches().isEmpty());
        return isOfUse && !isKnown() ? new Step.LookAtBase(baseKey, base) : null;
    }

    private boolean isKnown() {
        Base known = host.base(target.destination());
        return known != null && known.key().equals(baseKey) && known.content().equals(base);
    }

    /** Whether the release waits until the host has looked at its active release. */
    boolean isLooking() {
        return !isMaker && isPossible() && !release.patches().isEmpty() && holding.patch() == null
            && (!isKnown() || host.base(target.destination()).isLooking());
    }

    /** The patch that this host fetches; null to fetch the whole payload. */
    Patch usable() {
        Patch patch = !isMaker && hasBase() ? fromBase() : null;
        return patch == null || isRefused(patch) ? null : patch;
    }

    private boolean hasBase() {
        return isPossible() && isKnown() && host.base(target.destination()).isIntact();
    }

    private Patch fromBase() {
        for (Patch patch : release.patches()) {
            if (patch.isFrom(base)) {
                return patch;
            }
        }
        return null;
    }

    private boolean isRefused(Patch patch) {
        return holding.patch() != null && holding.patch().is(Stand.REFUSED) && patch.equals(holding.patch().patch());
    }

    /** Whether a patch for this host may come: nobody knows yet that it is of no use. */
    boolean mayCome() {
        return hasBase() && release.maker() != null && release.maker().patchFrom().contains(baseKey.tag()) && fromBase() == null;
    }

    /** Whether a patch makes the release: it comes, is here, or has done so. */
    boolean isUsed() {
        boolean comes = holding.work() == Holding.Work.FETCHING
            && release.patches().stream().anyMatch(patch -> patch.content().equals(holding.worksOn()));
        HeldPatch held = holding.patch();
        return comes || held != null && (held.is(Stand.FETCHED) || held.is(Stand.APPLIED));
    }

    /** Whether the patch is here. */
    boolean isFetched(Patch patch) {
        return holding.patch() != null && holding.patch().is(Stand.FETCHED) && holding.patch().patch().equals(patch);
    }

    /** Whether a host that fetches the whole payload should switch to a new patch. */
    boolean isWorthChanging() {
        Patch patch = usable();
        long left = release.content().length() - host.fetched(holding.key());
        return patch != null && isWorth(patch.content().length(), left);
    }

    /** Whether the content in work belongs to the release. */
    boolean isOf(Content content) {
        return content.equals(release.content()) || release.patches().stream().anyMatch(patch -> patch.content().equals(content));
    }
}
