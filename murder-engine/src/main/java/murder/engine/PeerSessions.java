package murder.engine;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import murder.engine.swarm.Refusal;

/**
 * The connections of one {@link Stage}: those that it dialled and whose handshakes are not done,
 * and those that it admitted. Loop's thread only.
 *
 * @param <P> the type of a connection in the decisions of the stage
 */
final class PeerSessions<P> {
    private final Set<PeerSession> dials = new HashSet<>();
    private final Map<P, PeerSession> admitted = new LinkedHashMap<>();

    void onDialled(PeerSession session) {
        dials.add(session);
    }

    /**
     * A dial has ended, with a handshake or without.
     *
     * @return false if this stage did not dial it
     */
    boolean endDial(PeerSession session) {
        return dials.remove(session);
    }

    void onAdmitted(P peer, PeerSession session) {
        admitted.put(peer, session);
    }

    void onClosed(P peer) {
        admitted.remove(peer);
    }

    /** Does nothing if the peer's socket closed by itself in the same turn. */
    void close(P peer, Refusal why) {
        PeerSession session = admitted.get(peer);
        if (session != null) {
            session.close(why.name());
        }
    }

    /** Closes all that are admitted. */
    void closeAll(String why) {
        for (PeerSession session : List.copyOf(admitted.values())) {
            session.close(why);
        }
    }
}
