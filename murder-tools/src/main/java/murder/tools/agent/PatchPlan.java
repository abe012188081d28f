package murder.tools.agent;

import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.order.Patch;
import murder.order.Release;
import murder.order.Target;
import murder.tools.agent.HeldPatch.Stand;

/**
 * Decides about the patch to one release: who makes it, who takes it, and who takes the whole
 * payload. A host takes the patch if the release that is active there is exactly the one from which
 * the patch leads. It never waits for a patch that is still being made. Pure.
 */
final class PatchPlan {
    private final Target target;
    private final Release release;
    private final Holding holding;
    private final HostView host;
    private final boolean isMaker;
    private final ReleaseKey baseKey;
    /** The content that is in the place of the active release; null if there is none. */
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

    /** Whether this release can come as a patch at all: one that is unpacked from an archive. */
    private boolean isPossible() {
        return base != null && release.archive() != Archive.TREE && target.layout() != Layout.FILE;
    }

    /** What is done beside the other work for the release; null for nothing. */
    Step aside(String name, boolean holds) {
        HeldPatch held = holding.patch();
        boolean isPatchMaker = isMaker && release.maker().names().get(0).equals(name);
        if (held != null) {
            boolean isOver = !isPatchMaker && (held.patch() == null || !release.patches().contains(held.patch()));
            return isOver ? new Step.DropPatch(holding.key()) : null;
        }
        if (!holds || !isPossible() || holding.has(release.content())) {
            return null;
        }
        boolean isBase = release.maker() != null && release.maker().patchFrom().contains(baseKey.tag());
        if (isPatchMaker) {
            return isBase ? new Step.MakePatch(holding.key(), target, release, baseKey) : null;
        }
        boolean isOfUse = !isMaker && (isBase || !release.patches().isEmpty());
        return isOfUse && !isKnown() ? new Step.LookAtBase(baseKey, base) : null;
    }

    private boolean isKnown() {
        Base known = host.base(target.destination());
        return known != null && known.key().equals(baseKey) && known.content().equals(base);
    }

    /** Whether the release waits until it is known what is here. That takes as long as reading it. */
    boolean isLooking() {
        return !isMaker && isPossible() && !release.patches().isEmpty() && holding.patch() == null
            && (!isKnown() || host.base(target.destination()).isLooking());
    }

    /** The patch that this host takes; null to take the whole payload. */
    Patch usable() {
        if (isMaker || !isPossible() || !isKnown()) {
            return null;
        }
        String manifest = host.base(target.destination()).manifest();
        for (Patch patch : release.patches()) {
            if (patch.from().equals(manifest)) {
                return isRefused(patch) ? null : patch;
            }
        }
        return null;
    }

    private boolean isRefused(Patch patch) {
        return holding.patch() != null && holding.patch().is(Stand.REFUSED) && patch.equals(holding.patch().patch());
    }

    /** Whether the patch is here. */
    boolean isFetched(Patch patch) {
        return holding.patch() != null && holding.patch().is(Stand.FETCHED) && holding.patch().patch().equals(patch);
    }

    /** Whether a host that is fetching the whole payload does better with the patch that has come up meanwhile. */
    boolean isWorthChanging() {
        Patch patch = usable();
        long left = release.content().length() - host.fetched(holding.key());
        return patch != null && isWorth(patch.content().length(), left);
    }

    /** Whether what is being fetched or unpacked belongs to the release. */
    boolean isOf(Content content) {
        return content.equals(release.content()) || release.patches().stream().anyMatch(patch -> patch.content().equals(content));
    }
}
