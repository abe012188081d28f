package murder.tracker;

import murder.peer.PeerAddress;
import murder.peer.PeerId;

/**
 * What a {@link FleetTable} knows of one agent.
 *
 * @param id of the agent's process: a restarted agent is another one
 * @param version of the table in which something here changed last
 * @param address where other agents reach it
 * @param presence whether it is still there
 * @param silentMs since its last announce
 * @param order the serial of the newest order that it knows, {@link FleetNews#NO_ORDER} for none
 * @param report its last one, which may be empty; not to be changed
 */
public record FleetAgent(PeerId id, long version, PeerAddress address, Presence presence, long silentMs, long order, byte[] report) {
    /** Whether an agent is still there. */
    public enum Presence {
        /** It announces. */
        HERE,
        /** It was silent for three intervals. */
        LOST,
        /** It said that it leaves. */
        LEFT
    }
}
