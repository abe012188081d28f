package murder.tools.agent;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The state of this host, from which {@link AgentPlan} decides. For one thread. */
final class HostView {
    private final Map<ReleaseKey, Holding> holdings = new LinkedHashMap<>();
    private final Map<String, String> active = new LinkedHashMap<>();
    private final Map<String, Base> bases = new LinkedHashMap<>();
    private final Map<ReleaseKey, Long> fetched = new LinkedHashMap<>();

    /** All entries that are not empty. */
    Collection<Holding> holdings() {
        return holdings.values();
    }

    Holding of(ReleaseKey key) {
        Holding holding = holdings.get(key);
        return holding == null ? Holding.nothing(key) : holding;
    }

    void put(Holding holding) {
        if (holding.isNothing()) {
            holdings.remove(holding.key());
        } else {
            holdings.put(holding.key(), holding);
        }
    }

    /** The tag that was made active last at a destination; empty for none. */
    String active(String destination) {
        return active.getOrDefault(destination, "");
    }

    void setActive(String destination, String tag) {
        if (tag.isEmpty()) {
            active.remove(destination);
        } else {
            active.put(destination, tag);
        }
    }

    /** The base of the active release of a destination; null before it was looked at. */
    Base base(String destination) {
        return bases.get(destination);
    }

    void setBase(Base base) {
        bases.put(base.key().destination(), base);
    }

    /** How many bytes of the payload that is being fetched are here. */
    long fetched(ReleaseKey key) {
        return fetched.getOrDefault(key, 0L);
    }

    void setFetched(ReleaseKey key, long bytes) {
        if (bytes == 0) {
            fetched.remove(key);
        } else {
            fetched.put(key, bytes);
        }
    }
}
