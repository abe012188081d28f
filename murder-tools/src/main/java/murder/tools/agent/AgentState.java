package murder.tools.agent;

import java.util.Locale;

/** What an agent has of a release, as its reports say. */
public enum AgentState {
    /** The agent is there, and no order says what it should hold. */
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
    /** All is verified and beside its place, or in its place and not the active release. */
    STAGED,
    /** In its place, and the active release. */
    ACTIVE,
    /**
     * The report has the reason and its cause. The agent tries again when another order comes, or
     * after a pause.
     */
    FAILED,
    /** No order names it any more, and what was staged of it is gone. */
    WITHDRAWN,
    /** The tracker has not heard of this agent for a while. No agent says so of itself. */
    LOST;

    /** {@return the word for it in reports} */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return whether the agent is at work on it, and no other order is needed} */
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
