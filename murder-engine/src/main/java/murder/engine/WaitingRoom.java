package murder.engine;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Accepted connections that arrived while their torrent was being checked, in the order of their
 * arrival. The engine answers their handshakes after the check. Otherwise peers that dial a
 * restarted host would be refused, and would retry only after growing pauses. Bounded by count and
 * by time. A peer that sends something before the answer is closed. Loop's thread only.
 */
final class WaitingRoom {
    /** Further connections are closed. */
    static final int PLACES = 100;
    /** The time limit of a handshake: the dialling peer gives up after about this time. */
    static final long AT_MOST_NS = 10_000_000_000L;

    private final Map<PeerSession, Long> untilNs = new LinkedHashMap<>();

    /** @return false if there is no place */
    boolean enter(long nowNs, PeerSession session) {
        if (untilNs.size() >= PLACES) {
            return false;
        }
        untilNs.put(session, nowNs + AT_MOST_NS);
        return true;
    }

    void leave(PeerSession session) {
        untilNs.remove(session);
    }

    /**
     * Closes connections that have waited too long.
     *
     * @return when the next one has, or {@link Long#MAX_VALUE}
     */
    long onTurn(long nowNs) {
        Iterator<Map.Entry<PeerSession, Long>> inOrder = untilNs.entrySet().iterator();
        while (inOrder.hasNext()) {
            Map.Entry<PeerSession, Long> first = inOrder.next();
            if (first.getValue() > nowNs) {
                return first.getValue();
            }
            inOrder.remove();
            first.getKey().close("the torrent is still being checked");
        }
        return Long.MAX_VALUE;
    }

    /** Lets all continue with their handshakes. */
    void open() {
        List<PeerSession> all = List.copyOf(untilNs.keySet());
        untilNs.clear();
        for (PeerSession session : all) {
            session.answer();
        }
    }

    /** Closes all. */
    void clear(String why) {
        List<PeerSession> all = List.copyOf(untilNs.keySet());
        untilNs.clear();
        all.forEach(session -> session.close(why));
    }
}
