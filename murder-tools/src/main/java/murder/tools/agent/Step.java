package murder.tools.agent;

import murder.order.Release;
import murder.order.Target;

/** One thing that an agent does next. {@link AgentPlan} decides which. */
sealed interface Step {
    /** The release that it is about. At most one step of a release is under way. */
    ReleaseKey key();

    /** Pack and hash the source, then seed it. */
    record Make(ReleaseKey key, Target target, Release release) implements Step {
    }

    /** Get the payload from other hosts. */
    record Fetch(ReleaseKey key, Target target, Release release) implements Step {
    }

    /** Make the payload, which is here, a staged release. */
    record Unpack(ReleaseKey key, Target target, Release release) implements Step {
    }

    /** Put a staged release in its place if it is not there, and lead the link to it. */
    record Activate(ReleaseKey key, Target target, Release release) implements Step {
    }

    /**
     * End work, and remove what is not in its place.
     *
     * @param payload whether the payload goes, too
     */
    record Withdraw(ReleaseKey key, boolean payload) implements Step {
    }

    /** Remove an old release from its place. */
    record Remove(ReleaseKey key, Target target) implements Step {
    }
}
