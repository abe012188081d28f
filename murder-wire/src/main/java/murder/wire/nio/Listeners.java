package murder.wire.nio;

import java.util.ArrayList;
import java.util.List;

/** The listening sockets of a loop. */
final class Listeners {
    private final List<Listener> all = new ArrayList<>();

    void add(Listener listener) {
        all.add(listener);
    }

    /** The end of the first pause of a listener; {@link Long#MAX_VALUE} without one. */
    long resumeNs() {
        long firstNs = Long.MAX_VALUE;
        for (int i = 0; i < all.size(); i++) {
            firstNs = Math.min(firstNs, all.get(i).resumeNs());
        }
        return firstNs;
    }

    void onDeadline(long nowNs) {
        for (int i = 0; i < all.size(); i++) {
            all.get(i).onDeadline(nowNs);
        }
    }

    /** Accepts no more. May be called again. */
    void close() {
        for (Listener listener : all) {
            Closing.lastStep(listener::close);
        }
    }
}
