package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceRequest;
import murder.tracker.FleetNews;
import murder.tracker.FleetTable;
import org.junit.jupiter.api.Test;

class LiveFleetTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long DAY = 24 * 3600 * SECOND;

    private final AtomicLong clock = new AtomicLong();
    private final FleetBoard board = new FleetBoard(new FleetTable(FleetTable.MAX_AGENTS, 0), clock::get);
    private final LiveFleet live = new LiveFleet(board);

    private void tell(int agent, String report) {
        board.onAnnounce(request(agent, report), PeerAddress.ofIpv4(0x0a000000 + agent, 1), 1);
    }

    private static AnnounceRequest request(int agent, String report) {
        return AnnounceRequest.of(new InfoHash(1, 2, 3), new PeerId(agent, 0, 0), 6881, 1)
            .withNews(new FleetNews(-1, report.getBytes(StandardCharsets.UTF_8)));
    }

    private static String line(String name, String state, int percent) {
        return "{\"type\":\"agent\",\"name\":\"" + name + "\",\"state\":\"" + state + "\",\"percent\":" + percent + "}\n";
    }

    @Test
    void slowHostsComeFirst() {
        tell(1, line("a", "active", 0));
        tell(2, line("b", "fetching", 90));
        tell(3, line("c", "fetching", 10));
        tell(4, line("d", "failed", 0));
        assertThat(live.hosts()).extracting(LiveFleet.Host::name).containsExactly("d", "c", "b", "a");
        assertThat(LiveFleet.states(live.hosts())).isEqualTo(Map.of("failed", 1, "fetching", 2, "active", 1));
    }

    @Test
    void hostWithRestartedAgentCountsOnce() {
        tell(1, line("a", "fetching", 50));
        tell(2, line("a", "staged", 0));
        assertThat(live.hosts()).singleElement().extracting(LiveFleet.Host::state).isEqualTo("staged");
        tell(1, line("a", "fetching", 60));
        assertThat(live.hosts()).singleElement().extracting(LiveFleet.Host::percent).isEqualTo(60.0);
    }

    @Test
    void firstLineCounts() {
        tell(1, line("a", "staged", 0) + line("a", "failed", 0));
        assertThat(live.hosts()).singleElement().extracting(LiveFleet.Host::state).isEqualTo("staged");
    }

    @Test
    void silentHostIsLost() {
        tell(1, line("a", "fetching", 50));
        tell(2, line("b", "active", 0));
        clock.set(180 * SECOND);
        assertThat(live.hosts()).extracting(LiveFleet.Host::state).containsExactly("lost", "active");
        board.onAnnounce(request(3, line("c", "fetching", 1)).withEvent(AnnounceEvent.STOPPED), PeerAddress.ofIpv4(1, 1), 1);
        assertThat(live.hosts()).extracting(LiveFleet.Host::state).containsExactly("lost", "active", "left");
    }

    @Test
    void causesOfHostsAtWorkCount() {
        tell(1, slow("a", "fetching", "disk_slow"));
        tell(2, slow("b", "fetching", "disk_slow"));
        tell(3, slow("c", "fetching", "cpu_busy"));
        tell(4, slow("d", "active", "far_away"));
        tell(5, slow("e", "fetching", "<b>"));
        assertThat(LiveFleet.causes(live.hosts())).isEqualTo(Map.of("disk_slow", 2, "cpu_busy", 1));
        assertThat(live.hosts()).extracting(LiveFleet.Host::why).containsExactly("disk slow", "disk slow", "CPU busy", "", "");
    }

    private static String slow(String name, String state, String cause) {
        return "{\"type\":\"agent\",\"name\":\"" + name + "\",\"state\":\"" + state + "\",\"slow\":\"" + cause + "\"}\n";
    }

    @Test
    void silentAfterTenSecondsAtWork() {
        tell(1, slow("a", "fetching", "disk_slow"));
        tell(2, line("b", "active", 0));
        clock.set(10 * SECOND - 1);
        assertThat(LiveFleet.causes(live.hosts())).isEqualTo(Map.of("disk_slow", 1));
        clock.set(10 * SECOND);
        assertThat(LiveFleet.causes(live.hosts())).isEqualTo(Map.of("silent", 1));
        assertThat(live.hosts()).extracting(LiveFleet.Host::state).containsExactly("fetching", "active");
        tell(1, slow("a", "fetching", "disk_slow"));
        assertThat(LiveFleet.causes(live.hosts())).as("the same report again").isEqualTo(Map.of("disk_slow", 1));
    }

    @Test
    void forgottenAgentsDisappear() {
        tell(1, line("a", "fetching", 50));
        assertThat(live.hosts()).hasSize(1);
        clock.set(2 * DAY);
        assertThat(live.hosts()).as("lost first").hasSize(1);
        clock.set(4 * DAY);
        tell(2, line("b", "fetching", 50));
        assertThat(live.hosts()).extracting(LiveFleet.Host::name).containsExactly("b");
    }

    @Test
    void nonsenseIsBorne() {
        for (String report : List.of("", "{", "{}", "[]", "{\"name\"", "{\"name\":\"x\\", "{\"percent\":NaN}", "{\"percent\":-5}",
                "{\"bytes_per_second\":1e999}", "{\"state\":\"<b>\"}", "{\"name\":\"\\u00\"}", "\u0000\uffff", "{\"a\":{\"b\":1}}")) {
            tell(1, report);
            assertThat(live.hosts()).as(report).singleElement().satisfies(host -> {
                assertThat(host.state()).isEqualTo("unknown");
                assertThat(host.percent()).isBetween(0.0, 100.0);
                assertThat(host.bytesPerSecond()).isNotNegative();
            });
        }
    }

    @Test
    void readsMembersOfReport() {
        assertThat(ReportFields.read("{\"a\":\"x\\\"\\\\\\/\\n\\u0041\", \"b\":-1.5e3,\"c\":true}"))
            .isEqualTo(Map.of("a", "x\"\\/ A", "b", "-1.5e3", "c", "true"));
    }

    @Test
    void curveGrowsWhileSomebodyLooks() {
        for (int i = 1; i <= 3; i++) {
            tell(i, line("h" + i, "staged", 0));
            live.hosts();
            live.sample(i * SECOND);
        }
        assertThat(live.curve()).extracting(LiveFleet.Point::done).containsExactly(1, 2, 3);
    }

    @Test
    void curveHasPointPerGrowth() {
        for (int i = 1; i <= 1000; i++) {
            tell(i, line("h" + i, "staged", 0));
            live.sample(i * SECOND);
            live.sample(i * SECOND + 1);
        }
        assertThat(live.curve()).hasSizeBetween(100, LiveFleet.MAX_POINTS).isSortedAccordingTo((a, b) -> Long.compare(a.done(), b.done()))
            .startsWith(new LiveFleet.Point(0, 1)).endsWith(new LiveFleet.Point(999, 1000));
        for (int i = 1; i <= 1000; i++) {
            tell(i, line("h" + i, "fetching", 0));
        }
        live.sample(2000 * SECOND);
        assertThat(live.curve()).as("another release").containsExactly(new LiveFleet.Point(0, 0));
    }
}
