package murder.tracker.http;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;
import murder.tracker.FleetAgent;
import murder.tracker.FleetAnswer;
import murder.tracker.FleetTable;

/**
 * The board of a fleet on a tracker: a {@link FleetTable} with a clock. {@link TrackerServer#fleet}
 * returns it. Any thread may call any method.
 */
public final class FleetBoard {
    /** Guarded by itself, which also wakes waiting threads. */
    private final FleetTable table;
    private final LongSupplier clock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private long lastNs;

    /** @param clock nanoseconds, monotonic from near 0 */
    FleetBoard(FleetTable table, LongSupplier clock) {
        this.table = table;
        this.clock = clock;
    }

    /** @param swarms how many control swarms the fleet has */
    FleetAnswer onAnnounce(AnnounceRequest request, PeerAddress address, int swarms) {
        long before;
        FleetAnswer answer;
        boolean isChanged;
        synchronized (table) {
            before = table.version();
            answer = table.onAnnounce(request, address, swarms, nowNs());
            isChanged = table.version() != before;
            if (isChanged) {
                table.notifyAll();
            }
        }
        if (isChanged) {
            tell();
        }
        return answer;
    }

    /**
     * Lets the tracker hand out an order. Agents that announce an older serial get it with the
     * answer.
     *
     * @param serial of the order, at least 0
     * @param signedOrder at most {@link FleetAnswer#MAX_ORDER_LENGTH} bytes, copied. The tracker
     *     does not check the signature: agents do
     * @return whether it is newer than the order before; an older one changes nothing
     * @throws IllegalArgumentException if serial or length are out of range
     */
    public boolean publish(long serial, byte[] signedOrder) {
        boolean isNewer;
        synchronized (table) {
            isNewer = table.publish(serial, signedOrder.clone());
            table.notifyAll();
        }
        if (isNewer) {
            tell();
        }
        return isNewer;
    }

    /** {@return a copy of the newest order, or null} */
    public byte[] order() {
        synchronized (table) {
            return table.order() == null ? null : table.order().clone();
        }
    }

    /** {@return the serial of the newest order, or -1} */
    public long serial() {
        synchronized (table) {
            return table.serial();
        }
    }

    /** {@return the number of the last change: of a report, an agent or the order} */
    public long version() {
        synchronized (table) {
            table.onTime(nowNs());
            return table.version();
        }
    }

    /**
     * {@return agents that are here and announced nothing for five times as long as agents at work
     * do} Those with nothing to do are among them.
     */
    public List<PeerId> silent() {
        synchronized (table) {
            return table.silent(nowNs());
        }
    }

    /** {@return the number of agents that are neither lost nor left} */
    public int present() {
        synchronized (table) {
            table.onTime(nowNs());
            return table.present();
        }
    }

    /** The number of known agents, also lost and left ones. */
    int size() {
        synchronized (table) {
            return table.size();
        }
    }

    /**
     * {@return all agents that changed after a version, in the order of their changes} Continue
     * with the version of the last one.
     *
     * @param version 0 for all agents
     */
    public List<FleetAgent> reportsSince(long version) {
        return reportsSince(version, Integer.MAX_VALUE);
    }

    /** @param max how many at most */
    List<FleetAgent> reportsSince(long version, int max) {
        synchronized (table) {
            return table.since(version, max, nowNs());
        }
    }

    /**
     * Waits for a change.
     *
     * @param version that the caller knows
     * @param timeout how long to wait at most
     * @return the version now; the caller's if the time is over
     * @throws InterruptedException if the thread is interrupted
     */
    public long await(long version, Duration timeout) throws InterruptedException {
        long endNs = System.nanoTime() + timeout.toNanos();
        synchronized (table) {
            for (long leftNs = timeout.toNanos(); table.version() <= version && leftNs > 0; leftNs = endNs - System.nanoTime()) {
                // Rounded up: a wait of 0 has no end.
                table.wait(leftNs / 1_000_000 + 1);
                table.onTime(nowNs());
            }
            return table.version();
        }
    }

    /**
     * Sets a callback for changes.
     *
     * @param listener runs on the changing thread, which may be the tracker's only thread; so it
     *     must return at once
     */
    public void onChange(Runnable listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    private void tell() {
        listeners.forEach(Runnable::run);
    }

    /** The clock, read under the table's lock, so that the table sees time go forward only. */
    private long nowNs() {
        lastNs = Math.max(lastNs, clock.getAsLong());
        return lastNs;
    }
}
