package murder.tracker;

import murder.peer.PeerAddress;
import murder.peer.PeerId;

/**
 * The entry of one agent in a {@link FleetTable}.
 *
 * @param id of the agent's process: a restarted agent has another one
 * @param version of the table at the last change of this entry
 * @param address where other agents reach it
 * @param presence whether it still announces
 * @param silentMs since its last announce
 * @param order the serial of the newest order that it knows, {@link FleetNews#NO_ORDER} for none
 * @param report its last one, which may be empty; not to be changed
 */
public record FleetAgent(PeerId id, long version, PeerAddress address, Presence presence, long silentMs, long order, byte[] report) {
    /** Whether an agent still announces. */
    public enum Presence {
        /** It announces. */
        HERE,
        /** It was silent for three intervals. */
        LOST,
        /** It has left. */
        LEFT
    }
}
