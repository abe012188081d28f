package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.engine.SlowCause;
import murder.order.Content;
import murder.order.Patch;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AgentState;
import murder.tools.cli.Json;
import murder.tools.fleet.RolloutBed.Wishes;
import org.junit.jupiter.api.Test;

class RolloutSummaryTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private static void report(RolloutBed bed, String name, AgentState state, SlowCause slow, AgentReport.Spent spent) {
        bed.rollout.onReport(new AgentReport(name, "", bed.serial, RolloutBed.TARGET, RolloutBed.TAG, state, "", List.of(), 0, 0, slow, 0,
            "", null, RolloutBed.MADE, spent, null, false), bed.nowNs);
    }

    private static RolloutSummary summary(RolloutBed bed) {
        List<RolloutRow> rows = bed.rollout.hosts().stream()
            .map(host -> new RolloutRow(new Host("", host.name(), 0), host, bed.rollout, null)).toList();
        return new RolloutSummary(rows, bed.rollout, List.of(), 0);
    }

    private static List<String> told(RolloutSummary summary) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        summary.tell(new FleetView(new PrintStream(bytes, true, StandardCharsets.UTF_8), FleetView.Mode.PLAIN), summary.rows().size());
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Two hosts wait eight seconds for the third; then all become active at the same moment. */
    @Test
    void namesHostForWhichOthersWait() {
        RolloutBed bed = new Wishes().makers().of(3).joined();
        bed.step();
        AgentReport.Spent fast = new AgentReport.Spent(0, 0, 0, 2, 0, 0);
        AgentReport.Spent slow = new AgentReport.Spent(0, 0, 0, 10, 0, 0);
        report(bed, "h3", AgentState.FETCHING, null, AgentReport.Spent.NOTHING);
        bed.pass(2 * SECOND_NS);
        report(bed, "h1", AgentState.STAGED, null, fast);
        report(bed, "h2", AgentState.STAGED, null, fast);
        report(bed, "h3", AgentState.FETCHING, SlowCause.FEW_SOURCES, AgentReport.Spent.NOTHING);
        bed.pass(SECOND_NS);
        report(bed, "h3", AgentState.FETCHING, SlowCause.DISK_SLOW, AgentReport.Spent.NOTHING);
        bed.pass(7 * SECOND_NS);
        report(bed, "h3", AgentState.STAGED, null, slow);
        bed.step();
        for (String name : bed.names()) {
            report(bed, name, AgentState.ACTIVE, null, name.equals("h3") ? slow : fast);
        }
        bed.step();
        RolloutSummary summary = summary(bed);
        assertThat(told(summary)).startsWith("slowest: h3 10.0 s (disk slow), of it 10.0 s fetching",
            "slowest: h1 10.0 s, of it 2.0 s fetching, 8.0 s waiting for others");
        Json json = new Json();
        summary.addTo(json);
        assertThat(json.toString()).contains("\"slowest_host\":\"h3\"", "\"slowest_cause\":\"disk_slow\"", "\"slowest_staged_s\":10,",
            "\"waiting_for_others\":0,");
    }

    /** One host takes the patch from the start, one after most of the payload has come. */
    @Test
    void savedBytesDidNotTravel() {
        RolloutBed bed = new Wishes().of(3).joined();
        bed.step();
        Patch patch = new Patch(RolloutBed.content(7).infoSha256().toString(), new Content(RolloutBed.content(8).infoHash(),
            RolloutBed.content(8).infoSha256(), RolloutBed.LENGTH / 10));
        received(bed, "h2", AgentState.WAITING, null, false, 5_000_000);
        received(bed, "h3", AgentState.WAITING, null, false, 0);
        received(bed, "h1", AgentState.MADE, patch, false, 0);
        bed.step();
        received(bed, "h1", AgentState.STAGED, patch, false, 0);
        received(bed, "h2", AgentState.STAGED, null, true, 5_100_000);
        received(bed, "h3", AgentState.STAGED, null, true, 700_000);
        bed.step();
        received(bed, "h1", AgentState.ACTIVE, patch, false, 0);
        received(bed, "h2", AgentState.ACTIVE, null, true, 5_100_000);
        received(bed, "h3", AgentState.ACTIVE, null, true, 700_000);
        Json json = new Json();
        summary(bed).addTo(json);
        assertThat(json.toString()).contains("\"patch_hosts\":2", "\"saved_bytes\":1200000");
    }

    private static void received(RolloutBed bed, String name, AgentState state, Patch patch, boolean isPatched, long bytes) {
        bed.rollout.onReport(new AgentReport(name, "", bed.serial, RolloutBed.TARGET, RolloutBed.TAG, state, "", List.of(), 0, 0, 0, "",
            null, state == AgentState.WAITING ? null : RolloutBed.MADE, AgentReport.Spent.NOTHING, patch, isPatched).received(bytes),
            bed.nowNs);
    }

    /** It started a week ago: this run waited for no start of it. */
    @Test
    void startOfResidentAgentDoesNotCount() {
        RolloutBed bed = new Wishes().makers().of(1);
        bed.rollout.onAttached(true);
        bed.step();
        bed.pass(SECOND_NS);
        report(bed, "h1", AgentState.STAGED, null, new AgentReport.Spent(3, 0, 0, 1, 0, 0));
        bed.step();
        report(bed, "h1", AgentState.ACTIVE, null, new AgentReport.Spent(3, 0, 0, 1, 0, 0));
        assertThat(told(summary(bed))).startsWith("slowest: h1 1.0 s, of it 1.0 s fetching");
    }
}
