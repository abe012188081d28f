package murder.engine.swarm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import murder.metainfo.PieceLayout;
import murder.wire.PeerAddress;

/**
 * A network of hosts in one thread and in virtual time: a heap of events, ordered by (time, sequence). Everything random comes from
 * one seed, so the same seed gives the same run, which {@link #traceHash()} proves.
 *
 * <p>A host has an uplink that its connections share block by block in turn, as flows of TCP share it, and a downlink that serves
 * in order of arrival; between any two hosts lies the same latency. Every host knows every address (a tracker that answers at once).
 * The hosts run the product's {@link Swarm}; what checks them stands outside of it, in {@link SimHost} and {@link SimLink}.
 */
final class SimNetwork {
    static final long MS = 1_000_000L;
    static final long SECOND = 1000 * MS;
    private static final long TRACKER_INTERVAL_NS = 5 * SECOND;

    final PieceLayout layout;
    final long latencyNs;
    final long verifyNs;
    /** Payload that a connection takes before it is not writable any more, in bytes. */
    final int sendBuffer;
    /** Whether whole-object invariants are checked after each turn. */
    final boolean checked;
    private final SplittableRandom random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<SimHost> hosts = new ArrayList<>();
    private final List<SimLink> links = new ArrayList<>();
    private final Map<PeerAddress, SimHost> byAddress = new LinkedHashMap<>();
    private long nowNs;
    private long sequence;
    private long traceHash;

    private record Event(long timeNs, long sequence, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int order = Long.compare(timeNs, other.timeNs);
            return order != 0 ? order : Long.compare(sequence, other.sequence);
        }
    }

    SimNetwork(PieceLayout layout, long seed, long latencyNs, long verifyNs, int sendBuffer, boolean checked) {
        this.layout = layout;
        this.random = new SplittableRandom(seed);
        this.latencyNs = latencyNs;
        this.verifyNs = verifyNs;
        this.sendBuffer = sendBuffer;
        this.checked = checked;
        at(0, this::announceAll);
    }

    /** A host that is off until {@link SimHost#start}. */
    SimHost addHost(SimHost.Options options) {
        SimHost host = new SimHost(this, hosts.size(), options, random.split());
        hosts.add(host);
        byAddress.put(host.address(), host);
        return host;
    }

    List<SimHost> hosts() {
        return hosts;
    }

    /** Connections that are open at one end at least. */
    List<SimLink> links() {
        links.removeIf(SimLink::isGone);
        return links;
    }

    long nowNs() {
        return nowNs;
    }

    void at(long timeNs, Runnable action) {
        events.add(new Event(Math.max(timeNs, nowNs), sequence++, action));
    }

    void after(long delayNs, Runnable action) {
        at(nowNs + delayNs, action);
    }

    /** Runs until the condition holds. Returns false if the deadline passes first. */
    boolean runUntil(BooleanSupplier done, long deadlineNs) {
        while (!done.getAsBoolean()) {
            Event event = events.peek();
            if (event == null || event.timeNs > deadlineNs) {
                return false;
            }
            events.remove();
            nowNs = event.timeNs;
            event.action.run();
        }
        return true;
    }

    /** Carries out an order to dial: TCP and handshake take a round trip each, and each end may refuse. */
    void dial(SimHost from, PeerAddress address) {
        SimHost to = byAddress.get(address);
        int life = from.life();
        after(3 * latencyNs, () -> {
            SimLink link = new SimLink(this, from, to);
            links.add(link);
            // The handshake's answer travels ahead of the first messages.
            after(latencyNs, () -> {
                if (!from.isUp() || from.life() != life) {
                    link.acceptor.closeLater();
                } else if (!link.acceptor.isOpen()) {
                    from.dialFailed(address);
                } else if (!link.dialler.open(false, address)) {
                    link.acceptor.closeLater();
                }
            });
            if (to.isUp()) {
                link.acceptor.open(true, from.address().withPort(50_000 + (int) (sequence % 10_000)));
            }
        });
    }

    void trace(long what) {
        traceHash = (traceHash ^ what ^ nowNs) * 0x9E3779B97F4A7C15L;
        traceHash ^= traceHash >>> 29;
    }

    long traceHash() {
        return traceHash;
    }

    private void announceAll() {
        for (SimHost host : hosts) {
            announce(host);
        }
        after(TRACKER_INTERVAL_NS, this::announceAll);
    }

    /** Tells the host of all others, in its own order. */
    void announce(SimHost host) {
        if (host.isUp() && host.swarm().wantsCandidates()) {
            int start = random.nextInt(hosts.size());
            for (int i = 0; i < hosts.size(); i++) {
                // Its own address too: trackers do that.
                host.swarm().onCandidate(hosts.get((start + i) % hosts.size()).address());
            }
            host.wake();
        }
    }
}
