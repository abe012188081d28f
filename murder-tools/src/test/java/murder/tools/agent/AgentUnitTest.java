package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import murder.engine.SlowCause;
import murder.order.Order;
import murder.tools.cli.HostReport;
import org.junit.jupiter.api.Test;

class AgentUnitTest {
    @Test
    void printedUnitIsThePackagedOne() throws IOException {
        try (InputStream printed = AgentCommand.class.getResourceAsStream("murder-agent.service")) {
            assertThat(new String(printed.readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(Files.readString(Path.of("packaging/murder-agent.service")));
        }
    }

    @Test
    void reportSurvivesTheWay() {
        AgentReport report = new AgentReport("host1", "z", 7, "/srv/app", "v2", AgentState.FAILED, "v1", List.of("v1", "v0"), 12.5, 100,
            SlowCause.DISK_SLOW, 200, "no space left", Cause.SPACE, Orders.content(3), new AgentReport.Spent(1, 2, 3, 4, 5, 6),
            Orders.patch(1, 4), true, 300);
        assertThat(AgentReport.parse(AgentReport.toBytes(List.of(report)))).containsExactly(report);
        assertThat(AgentReport.of(HostReport.read("hello"))).isNull();
    }

    @Test
    void reportStaysBelowItsLimit() {
        AgentReport report = new AgentReport("host1", "", 7, "/srv/app", "v2", AgentState.FAILED, "v1", List.of("v".repeat(200), "w"), 0, 0,
            null, 0, "x".repeat(290), Cause.SPACE, Orders.content(3), AgentReport.Spent.NOTHING, null, false);
        byte[] bytes = AgentReport.toBytes(List.of(report, report, report, report));
        assertThat(bytes.length).isBetween(500, AgentReport.MAX_BYTES);
        assertThat(AgentReport.parse(bytes)).isNotEmpty().allMatch(line -> line.state() == AgentState.FAILED);
    }

    @Test
    void failureCountsForOwnOrder() {
        ReleaseKey key = Orders.key("v1");
        HostView host = new HostView();
        host.put(Holding.nothing(key).failed(new Failure(Cause.SPACE, "full", 5, Long.MAX_VALUE)));
        Reports reports = new Reports("host1", "", true, 0);
        assertThat(state(reports, host, 5)).isEqualTo(AgentState.FAILED);
        assertThat(state(reports, host, 6)).isEqualTo(AgentState.WAITING);
    }

    private static AgentState state(Reports reports, HostView host, long serial) {
        Order order = Orders.order(serial, 0, "", Orders.release("v1", Orders.content(1)));
        return reports.lines(order, host, key -> new Progress(), 0, 0).get(0).state();
    }

    @Test
    void ignoresTimesOfEarlierDeploy() {
        ProgressBook book = new ProgressBook();
        Progress progress = book.of(Orders.key("v1"));
        progress.begin(0);
        progress.onBytes(1, 2_000_000_000L);
        progress.onFetched(5_000_000_000L);
        Order middle = Orders.order(5, 0, "v1", Orders.release("v1", Orders.content(1)));
        book.onOrder(null);
        book.onOrder(middle);
        assertThat(book.of(Orders.key("v1")).spent(0)).isEqualTo(new AgentReport.Spent(0, 0, 2, 3, 0, 0));
        book.onOrder(new Order("fleet", 6, middle.made(), middle.until(), true, middle.targets()));
        assertThat(book.of(Orders.key("v1")).spent(0)).isEqualTo(AgentReport.Spent.NOTHING);
    }

    @Test
    void linesToTheAgentAreRead() {
        assertThat(AttachLine.parse(AttachLine.order(new byte[] {1, 2})).order()).containsExactly(1, 2);
        assertThat(AttachLine.parse(AttachLine.bye()).kind()).isEqualTo(AttachLine.Kind.BYE);
        assertThat(AttachLine.parse("order !")).isNull();
        assertThat(AttachLine.parse("else")).isNull();
    }

    @Test
    void fleetBecomesAFileName() {
        assertThat(AgentFolder.fileName("web")).isEqualTo("web");
        assertThat(AgentFolder.fileName("host1:8998")).startsWith("host1_8998-").doesNotContain(":");
        assertThat(AgentFolder.fileName("../x")).doesNotContain("/");
    }
}
