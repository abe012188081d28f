package murder.tools.fleet;

import java.util.List;
import murder.order.Content;
import murder.order.Patch;

/**
 * A step of a {@link Rollout} for the shell. Each step comes once. The shell answers with
 * {@link Rollout#onPublished} or {@link Rollout#onGate}.
 *
 * @param kind of step
 * @param content of the release, null while unknown
 * @param patches to the release; none without content
 * @param wave to activate or to check; null for none
 * @param ended whether no other order of this deploy follows
 */
record RolloutStep(Kind kind, Content content, List<Patch> patches, Wave wave, boolean ended) {
    /** What comes next. */
    enum Kind {
        /** Publish: hold the release; the makers pack it. */
        HOLD,
        /** Publish: the release has this content, and these patches lead to it. */
        CONTENT,
        /** Publish: the release is active on this wave. */
        ACTIVATE,
        /** Run the gate for this wave. */
        GATE,
        /** Publish: the previous release is active everywhere. */
        RETURN,
        /** Publish: hold the release no longer. */
        WITHDRAW,
        /** Publish: no further order follows. */
        END
    }
}
