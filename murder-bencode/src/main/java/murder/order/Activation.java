package murder.order;

import java.util.Objects;

/**
 * The active release on some hosts.
 *
 * @param who the agents
 * @param tag of a release of the same target
 */
public record Activation(Who who, String tag) {
    /**
     * Checks the components.
     *
     * @param who not null
     * @param tag of a release
     * @throws IllegalArgumentException if the tag is none
     */
    public Activation {
        Objects.requireNonNull(who, "who");
        Rules.checkTag(tag);
    }
}
