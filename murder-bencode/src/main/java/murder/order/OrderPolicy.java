package murder.order;

import java.util.Objects;
import murder.trust.AllowedSigners;
import murder.trust.ReleasePolicy;

/**
 * The rule for orders to an agent.
 *
 * @param signers with valid signatures, for the namespace {@value SignedOrder#NAMESPACE}
 * @param fleet that the agent is of
 */
public record OrderPolicy(AllowedSigners signers, String fleet) {
    /**
     * Checks the components.
     *
     * @param signers not null
     * @param fleet the name of a fleet
     * @throws IllegalArgumentException if it is no name
     */
    public OrderPolicy {
        Objects.requireNonNull(signers, "signers");
        Rules.checkName("fleet", fleet);
    }

    /**
     * Loads what {@link SignedOrder#check} needs of the JDK, as {@link ReleasePolicy#preload()}
     * does, for a thread of its own.
     */
    public static void preload() {
        ReleasePolicy.preload();
    }
}
