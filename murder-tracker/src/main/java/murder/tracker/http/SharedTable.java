package murder.tracker.http;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.ScrapeResponse;
import murder.tracker.SwarmSnapshot;
import murder.tracker.SwarmTable;
import murder.tracker.TrackerException;

/** A swarm table with its clock. Any thread may call any method; each takes few microseconds. */
final class SharedTable {
    /** Guarded by itself. */
    private final SwarmTable table;
    private final LongSupplier clock;
    private long lastNs;

    /** @param clock nanoseconds, monotonic from near 0 */
    SharedTable(SwarmTable table, LongSupplier clock) {
        this.table = table;
        this.clock = clock;
    }

    AnnounceResponse announce(AnnounceRequest request, PeerAddress source, PeerAddress here) throws TrackerException {
        synchronized (table) {
            return table.announce(request, source, here, nowNs());
        }
    }

    /** @param hashes of the swarms asked for, or none for all */
    ScrapeResponse scrape(List<InfoHash> hashes) {
        synchronized (table) {
            return table.scrape(hashes, nowNs());
        }
    }

    /** Serves only these torrents from now on. */
    void allowOnly(Map<InfoHash, String> names) {
        synchronized (table) {
            table.allowOnly(names);
        }
    }

    /** These are control swarms of a fleet. */
    void control(Set<InfoHash> names) {
        synchronized (table) {
            table.control(names);
        }
    }

    List<SwarmSnapshot> snapshot() {
        synchronized (table) {
            table.onTime(nowNs());
            return table.snapshot();
        }
    }

    int restore(List<SwarmSnapshot> swarms) {
        synchronized (table) {
            return table.restore(swarms, nowNs());
        }
    }

    /** The clock, read under the table's lock, so that the table sees time go forward only. */
    private long nowNs() {
        lastNs = Math.max(lastNs, clock.getAsLong());
        return lastNs;
    }
}
