package murder.tools.agent;

import murder.order.Content;
import murder.order.Patch;
import murder.order.Release;
import murder.order.Target;

/** One step of an agent. {@link AgentPlan} chooses it. */
sealed interface Step {
    /**
     * The release of this step. At most one step of a release runs at a time, and beside it one
     * step about the patch of the release.
     */
    ReleaseKey key();

    /** Pack and hash the source, then seed it. */
    record Make(ReleaseKey key, Target target, Release release) implements Step {
    }

    /** Get the payload from other hosts, or the patch if there is one. */
    record Fetch(ReleaseKey key, Target target, Release release, Patch patch) implements Step {
        /** What travels. */
        Content content() {
            return patch == null ? release.content() : patch.content();
        }
    }

    /**
     * Make a staged release from the payload, which is here. With a patch: from the patch and the
     * active release, which are both here.
     */
    record Unpack(ReleaseKey key, Target target, Release release, Patch patch) implements Step {
        /** The content that has come. */
        Content content() {
            return patch == null ? release.content() : patch.content();
        }
    }

    /** Put a staged release in its place, unless it is there, and point the link to it. */
    record Activate(ReleaseKey key, Target target, Release release) implements Step {
    }

    /**
     * Stop work, and remove all that is not in its place.
     *
     * @param payload whether to remove the payload, too
     */
    record Withdraw(ReleaseKey key, boolean payload) implements Step {
    }

    /** Remove an old release from its place. */
    record Remove(ReleaseKey key, Target target) implements Step {
    }

    /** Find out whether the active release is unchanged, to know whether patches lead on from it. */
    record LookAtBase(ReleaseKey key, Content content) implements Step {
    }

    /**
     * Make a patch from another release that is here, beside the packing, then seed it.
     *
     * @param base the other release
     * @param from its content
     */
    record MakePatch(ReleaseKey key, Target target, Release release, ReleaseKey base, Content from) implements Step {
    }

    /** Forget a patch that no order names any more. */
    record DropPatch(ReleaseKey key) implements Step {
    }
}
