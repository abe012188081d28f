package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import murder.tools.cli.HostReport;
import org.junit.jupiter.api.Test;

class SeedersTest {
    private static final Host H1 = new Host("", "h1", 0);
    private static final String SEEDER = "{\"type\":\"process\",\"role\":\"seeder\",\"tag\":\"v1\",\"uploaded_bytes\":500}";
    private static final String PEER = "{\"type\":\"process\",\"role\":\"peer\",\"tag\":\"v1\",\"uploaded_bytes\":450}";
    private static final String OTHER = "{\"type\":\"process\",\"role\":\"seeder\",\"tag\":\"v2\",\"uploaded_bytes\":7}";

    private static HostRun run(int status, String... lines) {
        HostRun run = new HostRun(new Job(H1, List.of(), null, false));
        run.onStart(0);
        for (String line : lines) {
            run.onReport(HostReport.read(line), 1);
        }
        run.onExit(status, 2);
        return run;
    }

    private static HostRun status(String... processes) {
        String[] lines = Arrays.copyOf(processes, processes.length + 1);
        lines[processes.length] = "{\"type\":\"result\",\"result\":\"listed\",\"ok\":true}";
        return run(0, lines);
    }

    private static HostRun peer(long downloaded) {
        return run(0, "{\"type\":\"result\",\"result\":\"complete\",\"ok\":true,\"downloaded_bytes\":" + downloaded + "}");
    }

    @Test
    void countsPeerThatHadAll() {
        List<HostRun> status = List.of(status(SEEDER, PEER, OTHER));
        assertThat(Seeders.of("v1", status, List.of(peer(0))).sentBytes()).isEqualTo(950);
        assertThat(Seeders.of("v1", status, List.of(peer(1000))).sentBytes()).isEqualTo(500);
        assertThat(Seeders.of("v1", status, List.of()).sentBytes()).isEqualTo(500);
        assertThat(Seeders.of("v1", status, List.of(peer(0))).sentSince(Seeders.of("v1", status, List.of()))).isEqualTo(450);
    }

    @Test
    void knowsNothingWhenProcessHasEnded() {
        assertThat(Seeders.of("v1", List.of(status(SEEDER)), List.of(peer(0))).sentBytes()).isEqualTo(-1);
        assertThat(Seeders.of("v1", List.of(status(SEEDER), status(OTHER)), List.of()).sentBytes()).isEqualTo(-1);
        assertThat(Seeders.of("v1", List.of(status(SEEDER)), List.of()).sentSince(Seeders.UNKNOWN)).isEqualTo(-1);
    }

    @Test
    void namesSeedersThatAreGone() {
        assertThat(Seeders.of("v1", List.of(status(OTHER)), List.of()).gone())
            .containsOnly(Map.entry(H1, "no seeder of v1 runs there any more; the state folder there has its log"));
        assertThat(Seeders.of("v1", List.of(run(255, "ssh: connect to host h1 port 22: No route to host")), List.of()).gone().get(H1))
            .startsWith("cannot be asked: ssh: ");
        assertThat(Seeders.of("v1", List.of(status(SEEDER)), List.of()).gone()).isEmpty();
    }
}
