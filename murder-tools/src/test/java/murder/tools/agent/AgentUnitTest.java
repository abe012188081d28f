package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import murder.engine.SlowCause;
import murder.fuzz.CommitSeed;
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

    /** A line of the usual size, with the content and patch of a maker. */
    private static AgentReport line(int destination, String reason, List<String> held) {
        return new AgentReport("host1000", "zone", 7, "/srv/releases/app" + destination, "v" + destination,
            AgentState.FETCHING, "v1", held, 12.5, 12_345_678 + destination, SlowCause.LINK_FULL, 987_654_321, reason, null,
            Orders.content(destination), new AgentReport.Spent(0.25, 1.5, 0.75, 0, 0, 0), Orders.patch(1, destination), false, 5000);
    }

    private static List<AgentReport> lines(int count, String reason, List<String> held) {
        return IntStream.range(0, count).mapToObj(i -> line(i, reason, held)).toList();
    }

    @Test
    void reportHasRoomForDeploysToManyDestinations() {
        List<AgentReport> six = lines(6, "", List.of("v1", "v0"));
        assertThat(AgentReport.toBytes(six)).hasSizeLessThanOrEqualTo(AgentReport.MAX_BYTES);
        assertThat(AgentReport.parse(AgentReport.toBytes(six))).isEqualTo(six);
    }

    @Test
    void reportStaysBelowItsLimit() {
        String reason = new Random(CommitSeed.base()).ints(290, 'a', 'z').mapToObj(Character::toString).collect(Collectors.joining());
        for (int count = 1; count < 40; count++) {
            List<AgentReport> lines = lines(count, reason, List.of(reason.substring(0, 200), "w"));
            byte[] bytes = AgentReport.toBytes(lines);
            assertThat(bytes).hasSizeLessThanOrEqualTo(AgentReport.MAX_BYTES);
            List<AgentReport> read = AgentReport.parse(bytes);
            assertThat(read).extracting(AgentReport::tag).isNotEmpty().isEqualTo(lines.stream().limit(read.size())
                .map(AgentReport::tag).toList());
        }
    }

    @Test
    void longFailuresStayBelowTheLimit() {
        AgentReport report = new AgentReport("host1", "", 7, "/srv/app", "v2", AgentState.FAILED, "v1", List.of("v".repeat(200), "w"), 0, 0,
            null, 0, "x".repeat(290), Cause.SPACE, Orders.content(3), AgentReport.Spent.NOTHING, null, false);
        byte[] bytes = AgentReport.toBytes(List.of(report, report, report, report));
        assertThat(bytes).hasSizeLessThanOrEqualTo(AgentReport.MAX_BYTES);
        assertThat(AgentReport.parse(bytes)).hasSize(4).allMatch(line -> line.state() == AgentState.FAILED);
    }

    @Test
    void damagedReportHasNoOtherLines() {
        byte[] good = AgentReport.toBytes(lines(6, "", List.of()));
        for (int i = 0; i < good.length; i++) {
            byte[] flipped = good.clone();
            flipped[i] ^= 0x55;
            assertThat(AgentReport.parse(flipped)).hasSizeLessThanOrEqualTo(6);
            assertThat(AgentReport.parse(Arrays.copyOf(good, i))).hasSizeLessThanOrEqualTo(6);
        }
    }

    @Test
    void longTextIsCut() {
        Deflater deflater = new Deflater();
        deflater.setInput((AgentReport.joined("a", "", 1, 0).toLine() + "\n" + " ".repeat(900_000)).getBytes(StandardCharsets.UTF_8));
        deflater.finish();
        byte[] bytes = new byte[AgentReport.MAX_BYTES];
        int length = deflater.deflate(bytes);
        assertThat(deflater.finished()).isTrue();
        deflater.end();
        assertThat(AgentReport.parse(Arrays.copyOf(bytes, length))).hasSize(1);
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
