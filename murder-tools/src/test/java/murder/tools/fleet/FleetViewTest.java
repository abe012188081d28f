package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import murder.engine.SlowCause;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AgentState;
import murder.tools.cli.HostReport;
import org.junit.jupiter.api.Test;

class FleetViewTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<HostRun> runs = new ArrayList<>();

    private void host(String name, String line) {
        HostRun run = new HostRun(new Job(new Host("", name, 0), List.of(), null, false));
        run.onStart(0);
        run.onReport(HostReport.read(line), 0);
        runs.add(run);
    }

    private String shown(FleetView.Mode mode) {
        FleetView view = new FleetView(new PrintStream(bytes, true, StandardCharsets.UTF_8), mode);
        view.begin("peer", runs, 0);
        view.update(10 * SECOND_NS);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void sumsFiguresOfHosts() {
        host("h1", "{\"type\":\"progress\",\"progress\":\"downloading\",\"percent\":20.0,\"length\":100,\"eta_s\":8}");
        host("h2", "{\"type\":\"progress\",\"progress\":\"downloading\",\"percent\":40.0,\"length\":100,\"eta_s\":3}");
        assertThat(shown(FleetView.Mode.PLAIN))
            .isEqualTo("peer: 0 of 2 hosts done, 2 running, 30.0 %, ETA 8.0 s, 10.0 s; last is h1: downloading 20.0 % after 10.0 s\n");
    }

    @Test
    void leavesLastLineToTheEnd() {
        host("h1", "");
        runs.get(0).onExit(1, SECOND_NS);
        assertThat(shown(FleetView.Mode.PLAIN)).isEmpty();
    }

    @Test
    void inventsNoPercentage() {
        host("h1", "{\"type\":\"progress\",\"progress\":\"packing\",\"percent\":0,\"length\":0}");
        assertThat(shown(FleetView.Mode.PLAIN)).isEqualTo("peer: 0 of 1 host done, 1 running, 10.0 s; last is h1: packing after 10.0 s\n");
        bytes.reset();
        assertThat(shown(FleetView.Mode.TERMINAL)).containsPattern("h1 +packing +- +").doesNotContain("%");
    }

    @Test
    void showsAnEndOnlyOnce() {
        host("h1", "{\"type\":\"result\",\"result\":\"complete\",\"ok\":true}");
        HostRun run = runs.get(0);
        InvocationHandler endsAfterOneLook = (proxy, method, arguments) -> {
            Object result = method.invoke(run, arguments);
            if (method.getName().equals("state")) {
                run.onExit(0, 2 * SECOND_NS);
            }
            return result;
        };
        HostView ending = (HostView) Proxy.newProxyInstance(HostView.class.getClassLoader(), new Class<?>[] {HostView.class},
            endsAfterOneLook);
        FleetView view = new FleetView(new PrintStream(bytes, true, StandardCharsets.UTF_8), FleetView.Mode.JSON);
        view.begin("peer", List.of(ending), 0);
        view.update(SECOND_NS);
        view.ended(ending, 2 * SECOND_NS);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).containsOnlyOnce("\"state\":\"done\"");
    }

    /** A host of a deploy that fetches. */
    private String deploy(FleetView.Mode mode, AgentState state, SlowCause slow) {
        HostProgress progress = new HostProgress("h1", 0);
        progress.onReport(new AgentReport("h1", "", 1, "/srv", "v1", state, "", List.of(), 20, 1000, slow, 0, "", null, null,
            AgentReport.Spent.NOTHING, null, false), 0);
        HostView row = new HostView() {
            @Override
            public Host host() {
                return new Host("", "h1", 0);
            }

            @Override
            public HostRun.State state() {
                return HostRun.State.RUNNING;
            }

            @Override
            public String phase() {
                return progress.phase();
            }

            @Override
            public double percent() {
                return progress.percent();
            }

            @Override
            public double overall() {
                return progress.percent();
            }

            @Override
            public boolean isMeasured() {
                return true;
            }

            @Override
            public double etaS() {
                return -1;
            }

            @Override
            public long bytesPerSecond() {
                return progress.bytesPerSecond();
            }

            @Override
            public long elapsedNs(long nowNs) {
                return nowNs;
            }

            @Override
            public String trouble() {
                return "";
            }

            @Override
            public SlowCause slow() {
                return progress.report().slow();
            }

            @Override
            public String reason() {
                return "";
            }

            @Override
            public boolean isInterrupted() {
                return false;
            }

            @Override
            public String warning() {
                return "";
            }
        };
        bytes.reset();
        FleetView view = new FleetView(new PrintStream(bytes, true, StandardCharsets.UTF_8), mode);
        view.begin("deploy", List.of(row), 0);
        view.update(10 * SECOND_NS);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void namesWhatSlowsAHost() {
        assertThat(deploy(FleetView.Mode.PLAIN, AgentState.FETCHING, SlowCause.DISK_SLOW))
            .contains("last is h1: fetching 20.0 % after 10.0 s (disk slow)\n");
        assertThat(deploy(FleetView.Mode.TERMINAL, AgentState.FETCHING, SlowCause.SILENT)).containsPattern("TIME +SLOWED BY\n")
            .containsPattern("h1 +fetching +20.0 % .* silent\n");
        assertThat(deploy(FleetView.Mode.JSON, AgentState.FETCHING, SlowCause.CPU_BUSY)).contains("\"slow\":\"cpu_busy\"");
        assertThat(deploy(FleetView.Mode.JSON, AgentState.UNPACKING, null)).doesNotContain("slow");
    }
}
