package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import murder.tracker.FleetAgent;
import murder.tracker.http.FleetBoard;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.Test;

/** Agents of a control swarm and the board of their tracker. */
class ControlTrackerTest extends Loopback {
    private static final SwarmKey KEY = SwarmKey.random(new SecureRandom());
    private static final String FLEET = "web";

    private final BlockingQueue<Long> serials = new LinkedBlockingQueue<>();

    private static byte[] order(long serial) {
        return ByteBuffer.allocate(50).putLong(serial).array();
    }

    private TrackerServer tracker(SwarmKey... keys) throws Exception {
        return closedAtEnd(TrackerServer.start(TrackerServerOptions.builder().bindAddress(LOOPBACK).port(0).swarmKeys(List.of(keys))
            .fleet(FLEET, List.of(keys)).build()));
    }

    /** An agent whose orders come to {@link #serials}. */
    private ControlSwarm agent(TrackerServer tracker) throws Exception {
        ControlOptions.Builder options = ControlOptions.builder(FLEET, List.of(KEY), new ControlHandler() {
            @Override
            public long verify(byte[] signedOrder) {
                return ByteBuffer.wrap(signedOrder).getLong();
            }

            @Override
            public void onOrder(long serial, byte[] signedOrder) {
                serials.add(serial);
            }
        });
        return engine().join(options.trackers(List.of(List.of("http://127.0.0.1:" + tracker.port() + "/announce"))).build());
    }

    /** Waits until the board has a report like this, and the serial that came with it. */
    private static FleetAgent await(FleetBoard board, String report, long serial) throws InterruptedException {
        long version = 0;
        for (int i = 0; i < 100; i++) {
            for (FleetAgent agent : board.reportsSince(0)) {
                if (agent.order() == serial && new String(agent.report(), StandardCharsets.US_ASCII).equals(report)) {
                    return agent;
                }
            }
            version = board.await(version, Duration.ofSeconds(1));
        }
        throw new AssertionError("no report '" + report + "' of order " + serial + " in " + board.reportsSince(0));
    }

    private static void report(ControlSwarm agent, String text, boolean urgent) {
        agent.report(text.getBytes(StandardCharsets.US_ASCII), urgent);
    }

    @Test
    void reportsReachBoard() throws Exception {
        TrackerServer tracker = tracker(KEY);
        ControlSwarm agent = agent(tracker);
        report(agent, "first", true);
        FleetAgent first = await(tracker.fleet(), "first", -1);
        report(agent, "second", false);
        FleetAgent second = await(tracker.fleet(), "second", -1);
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.version()).isGreaterThan(first.version());
        agent.publish(order(4)).get(30, TimeUnit.SECONDS);
        report(agent, "third", true);
        await(tracker.fleet(), "third", 4);
    }

    @Test
    void trackerBringsOrderWithoutNeighbours() throws Exception {
        TrackerServer tracker = tracker(KEY);
        tracker.fleet().publish(7, order(7));
        ControlSwarm agent = agent(tracker);
        assertThat(serials.poll(30, TimeUnit.SECONDS)).isEqualTo(7);
        assertThat(agent.neighbours()).isZero();
        tracker.fleet().publish(8, order(8));
        report(agent, "ready", true);
        assertThat(serials.poll(30, TimeUnit.SECONDS)).isEqualTo(8);
    }

    @Test
    void agentsMeetAtFleetTracker() throws Exception {
        TrackerServer tracker = tracker(KEY);
        List<ControlSwarm> agents = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            agents.add(agent(tracker));
            agents.get(i).joined().get(30, TimeUnit.SECONDS);
        }
        agents.get(3).publish(order(5)).get(30, TimeUnit.SECONDS);
        for (int i = 0; i < 4; i++) {
            assertThat(serials.poll(30, TimeUnit.SECONDS)).isEqualTo(5);
        }
        assertThat(agents.get(0).neighbours()).isPositive();
        assertThat(agents.get(0).trackerError()).isEmpty();
    }

    @Test
    void reportsTrackerOfOtherFleet() throws Exception {
        TrackerServer tracker = tracker(SwarmKey.random(new SecureRandom()));
        ControlSwarm agent = agent(tracker);
        report(agent, "lost", true);
        String error = "";
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (error.isEmpty() && System.nanoTime() < deadlineNs) {
            error = agent.trackerError(); // Each waits for a turn of the engine.
        }
        assertThat(error).contains("127.0.0.1:" + tracker.port());
        assertThat(agent.joined()).isNotDone();
    }
}
