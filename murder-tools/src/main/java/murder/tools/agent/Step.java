package murder.tools.agent;

import murder.order.Release;
import murder.order.Target;

/** One step of an agent. {@link AgentPlan} chooses it. */
sealed interface Step {
    /** The release of this step. At most one step of a release runs at a time. */
    ReleaseKey key();

    /** Pack and hash the source, then seed it. */
    record Make(ReleaseKey key, Target target, Release release) implements Step {
    }

    /** Get the payload from other hosts. */
    record Fetch(ReleaseKey key, Target target, Release release) implements Step {
    }

    /** Make a staged release from the payload, which is here. */
    record Unpack(ReleaseKey key, Target target, Release release) implements Step {
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
}
