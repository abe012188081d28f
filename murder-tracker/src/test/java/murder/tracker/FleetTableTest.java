package murder.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.FleetAgent.Presence;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.Test;

class FleetTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long LOST = 180 * SECOND;
    private static final long DAY = 24 * 3600 * SECOND;
    private static final byte[] ORDER = {1, 2, 3};

    private final FleetTable table = new FleetTable(3, 100);

    private static AnnounceRequest from(int agent, long order, String report) {
        return AnnounceRequest.of(new InfoHash(1, 2, 3), new PeerId(agent, 0, 0), 6881, 1)
            .withNews(new FleetNews(order, report.getBytes(StandardCharsets.UTF_8)));
    }

    private FleetAnswer tell(AnnounceRequest request, long nowNs) {
        return table.onAnnounce(request, PeerAddress.ofIpv4(0x0a000001, 6881), 1, nowNs);
    }

    private List<String> reports(long since, long nowNs) {
        return table.since(since, 100, nowNs).stream().map(agent -> new String(agent.report(), StandardCharsets.UTF_8)).toList();
    }

    private List<Presence> presences(long nowNs) {
        return table.since(0, 100, nowNs).stream().map(FleetAgent::presence).toList();
    }

    @Test
    void keepsLastReportOfEachAgent() {
        tell(from(1, -1, "a"), 0);
        tell(from(2, -1, "b"), 1);
        tell(from(1, -1, "c"), 2);
        assertThat(reports(0, 3)).containsExactly("b", "c");
        assertThat(table.since(0, 100, 3_000_002)).extracting(FleetAgent::silentMs).containsExactly(3L, 3L);
    }

    @Test
    void returnsOnlyChanges() {
        tell(from(1, -1, "a"), 0);
        tell(from(2, -1, "b"), 0);
        long version = table.version();
        assertThat(version).isEqualTo(102);
        tell(from(2, -1, "b"), 1);
        assertThat(table.version()).as("nothing new was said").isEqualTo(version);
        assertThat(reports(version, 1)).isEmpty();
        tell(from(1, -1, "c"), 2);
        assertThat(reports(version, 2)).containsExactly("c");
        assertThat(reports(101, 2)).containsExactly("b", "c");
        assertThat(table.since(0, 1, 2)).singleElement().extracting(FleetAgent::version).isEqualTo(102L);
    }

    @Test
    void announceWithoutReportKeepsReport() {
        tell(from(1, 4, "a"), 0);
        tell(from(1, 5, ""), 1);
        assertThat(table.since(0, 9, 1)).singleElement().satisfies(agent -> {
            assertThat(agent.report()).asString().isEqualTo("a");
            assertThat(agent.order()).isEqualTo(5);
        });
    }

    @Test
    void handsOutNewerOrderOnce() {
        assertThat(tell(from(1, -1, "a"), 0).order()).isNull();
        assertThat(table.publish(7, ORDER)).isTrue();
        assertThat(tell(from(1, 7, "a"), 1).order()).as("knows it").isNull();
        assertThat(tell(from(1, 8, "a"), 1).order()).as("knows a newer one").isNull();
        assertThat(tell(from(1, 6, "a"), 1).order()).isEqualTo(ORDER);
        assertThat(tell(from(1, 6, "a"), 10 * SECOND).order()).as("may be on its way").isNull();
        assertThat(tell(from(1, 6, "a"), 10 * SECOND + 1).order()).isEqualTo(ORDER);
        table.publish(9, ORDER);
        assertThat(tell(from(1, 6, "a"), 10 * SECOND + 2).order()).isEqualTo(ORDER);
        assertThat(tell(from(2, -1, "").withEvent(AnnounceEvent.STOPPED), 10 * SECOND).order()).isNull();
    }

    @Test
    void keepsNewestOrder() {
        assertThat(table.publish(7, ORDER)).isTrue();
        long version = table.version();
        assertThat(table.publish(7, new byte[1])).isFalse();
        assertThat(table.publish(6, new byte[1])).isFalse();
        assertThat(table.order()).isEqualTo(ORDER);
        assertThat(table.serial()).isEqualTo(7);
        assertThat(table.version()).isEqualTo(version);
        assertThatThrownBy(() -> table.publish(-1, ORDER)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> table.publish(8, new byte[FleetAnswer.MAX_ORDER_LENGTH + 1]))
            .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void silentAgentCountsAsLost() {
        tell(from(1, -1, "a"), 0);
        assertThat(presences(LOST - 1)).containsExactly(Presence.HERE);
        long version = table.version();
        assertThat(presences(LOST)).containsExactly(Presence.LOST);
        assertThat(table.version()).isGreaterThan(version);
        assertThat(table.present()).isZero();
        tell(from(1, -1, "a"), LOST + 1);
        assertThat(presences(LOST + 1)).containsExactly(Presence.HERE);
        assertThat(table.present()).isEqualTo(1);
    }

    @Test
    void forgetsLostAgentAfterDay() {
        tell(from(1, -1, "a").withEvent(AnnounceEvent.STOPPED), 5);
        assertThat(presences(5)).containsExactly(Presence.LEFT);
        assertThat(reports(0, DAY + 4)).as("its last report stays").containsExactly("a");
        assertThat(reports(0, DAY + 5)).isEmpty();
        assertThat(table.size()).isZero();
    }

    @Test
    void fullTableDropsLostAgent() {
        tell(from(1, -1, "a"), 0);
        tell(from(2, -1, "b").withEvent(AnnounceEvent.STOPPED), 0);
        tell(from(3, -1, "c"), 0);
        tell(from(4, -1, "d"), 1);
        assertThat(reports(0, 1)).containsExactly("a", "c", "d");
        assertThat(tell(from(5, -1, "e"), 2).order()).isNull();
        assertThat(reports(0, 2)).as("all are here").containsExactly("a", "c", "d");
        assertThat(table.size()).isEqualTo(3);
    }

    @Test
    void asksForThousandReportsPerSecond() {
        FleetTable large = new FleetTable(FleetTable.MAX_AGENTS, 0);
        PeerAddress address = PeerAddress.ofIpv4(1, 1);
        int every = 0;
        for (int i = 0; i < FleetTable.MAX_AGENTS; i++) {
            every = large.onAnnounce(from(i, -1, ""), address, 1, 0).reportEveryMs();
            assertThat(every).isEqualTo(Math.max(2000, i + 1));
        }
        assertThat(large.onAnnounce(from(1, -1, ""), address, 2, 0).reportEveryMs()).as("two keys, two announces").isEqualTo(2 * every);
        assertThat(large.onAnnounce(from(-1, -1, ""), address, 1, 0).reportEveryMs()).as("no room").isEqualTo(every);
    }

    @Test
    void newsHaveLimits() {
        assertThatThrownBy(() -> new FleetNews(-2, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FleetNews(0, new byte[FleetNews.MAX_REPORT_LENGTH + SwarmKey.ENCRYPTION_LENGTH + 1]))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FleetAnswer(new byte[FleetAnswer.MAX_ORDER_LENGTH + SwarmKey.ENCRYPTION_LENGTH + 1], 0))
            .isInstanceOf(IllegalArgumentException.class);
        assertThat(new FleetNews(1, new byte[] {1})).isEqualTo(new FleetNews(1, new byte[] {1}))
            .isNotEqualTo(new FleetNews(1, new byte[] {2})).hasSameHashCodeAs(new FleetNews(1, new byte[] {1}));
    }
}
