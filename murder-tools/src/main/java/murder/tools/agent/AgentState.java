package murder.tools.agent;

import java.util.Locale;

/** The state of a release on an agent, as in its reports. */
public enum AgentState {
    /** The agent runs, but has no order yet. */
    JOINED,
    /** It waits until the release is made. */
    WAITING,
    /** It packs and hashes. */
    MAKING,
    /** It has packed and hashed, and seeds. The report names the content. */
    MADE,
    /** The payload comes from other hosts. */
    FETCHING,
    /** The payload is complete and is being unpacked beside its place. */
    UNPACKING,
    /** It is verified and lies beside its place. Or it is in its place, but not active. */
    STAGED,
    /** In its place, and the active release. */
    ACTIVE,
    /**
     * The report has the reason and the cause. The agent tries again after the next order, or after
     * a pause.
     */
    FAILED,
    /** No order names it any more, and the agent has removed it. */
    WITHDRAWN,
    /**
     * The tracker has not heard from this agent for a while. Only the tracker reports this state.
     */
    LOST;

    /** {@return the word for it in reports} */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return whether the agent still works on it without another order} */
    public boolean isBusy() {
        return this == MAKING || this == FETCHING || this == UNPACKING;
    }

    /** The state with this word, or null. */
    static AgentState of(String word) {
        for (AgentState state : values()) {
            if (state.word().equals(word)) {
                return state;
            }
        }
        return null;
    }
}
