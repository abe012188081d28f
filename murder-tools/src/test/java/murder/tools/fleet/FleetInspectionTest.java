package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import murder.tools.CommandRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tasks that show what a fleet has and does. */
class FleetInspectionTest {
    @TempDir
    private Path temporary;
    private FakeFleet fleet;

    @BeforeEach
    void fleetOfThree() throws Exception {
        fleet = new FakeFleet(temporary, List.of("h1", "h2", "h3"));
        System.setProperty("murder.jar", Files.write(temporary.resolve("some.jar"), new byte[3000]).toString());
    }

    @AfterEach
    void clear() {
        System.clearProperty("murder.jar");
    }

    private static String held(String tag, String state, long length) {
        return "{\"type\":\"release\",\"tag\":\"" + tag + "\",\"state\":\"" + state + "\",\"info_hash\":\"ab\",\"length\":"
            + length + ",\"target\":\"/srv/releases\"}\n";
    }

    /** These hosts, and no others. */
    private void haveAgents(String... hosts) throws Exception {
        for (String host : List.of("h1", "h2", "h3")) {
            Files.deleteIfExists(fleet.host(host).resolve("agent"));
        }
        for (String host : hosts) {
            fleet.with(host, "agent", "stays");
        }
    }

    @Test
    void releasesAreListedWithTheirHosts() throws Exception {
        fleet.with("h1", "releases-held", held("v2", "active", 2048) + held("v1\\u001b", "in place", 1024))
            .with("h2", "releases-held", held("v2", "staged", 2048));
        CommandRun run = fleet.run("releases");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).containsPattern("DESTINATION +TAG +STATE +PAYLOAD +HOSTS\\n")
            .containsPattern("/srv/releases +v2 +active +2.0 KiB +1 of 3: h1\\n").containsPattern("v1\\? +in place +1.0 KiB +1 of 3: h1\\n")
            .containsPattern("v2 +staged +2.0 KiB +1 of 3: h2\\n").contains("no releases of the fleet h1:8998 on 1 host: h3\n");
        assertThat(fleet.log("h2")).containsExactly("agent|--releases|--fleet=h1:8998|");
        assertThat(fleet.run("releases", "--json").out()).contains("{\"task\":\"releases\",\"host\":\"h2\",\"destination\":"
            + "\"/srv/releases\",\"tag\":\"v2\",\"state\":\"staged\",\"info_hash\":\"ab\",\"bytes\":2048}");
    }

    @Test
    void agentsAreListedByOneSsh() throws Exception {
        fleet.run("start_agents");
        fleet.run("stage", "tag=v1", "files_path=/srv/files");
        haveAgents("h1", "h2");
        Files.delete(fleet.host("h1").resolve("log"));
        CommandRun run = fleet.run("agents");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).containsPattern("HOST +ZONE +DESTINATION +TAG +STATE ")
            .containsPattern("h1 +- +" + fleet.root() + "/control/releases +v1 +staged ").containsPattern("h2 +- +\\S+ +v1 +staged ")
            .containsPattern("2 of 3 hosts with an agent, order [0-9]+; never heard of: h3\\n");
        assertThat(fleet.log("h1")).isEmpty();
        String json = fleet.run("agents", "--json").out();
        assertThat(json).containsPattern("\"task\":\"agents\",\"host\":\"h2\",\"role\":\"agent\".*\"state\":\"staged\".*\"resident\":true")
            .contains("\"agents\":2,", "\"missing\":[\"h3\"]");
    }

    @Test
    void fleetWithoutAgentsSaysSo() throws Exception {
        CommandRun run = fleet.run("agents");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("no agent of the fleet h1:8998 runs on the tracker's host h1; start_agents starts agents that stay");
        fleet.run("start_agents");
        haveAgents();
        CommandRun gone = fleet.run("agents");
        assertThat(gone.status()).isEqualTo(1);
        assertThat(gone.out()).contains("h1  FAILED  agents: no agent of the fleet h1:8998 runs on the tracker's host h1; start_agents");
        assertThat(gone.err()).isEqualTo("murder fleet: agents failed on 1 of 1 host: h1\n");
        fleet.with("h1", "refuse", "");
        assertThat(fleet.run("agents").out()).contains("h1  FAILED  agents: ssh: connect to host h1 port 22: Connection refused");
    }

    @Test
    void statusNamesCauseOfRunningRelease() throws Exception {
        fleet.run("start_agents");
        fleet.run("deploy", "tag=v1", "files_path=/srv/files");
        haveAgents("h1", "h2");
        for (String host : List.of("h1", "h2")) {
            fleet.with(host, "status", "{\"type\":\"process\",\"role\":\"agent\",\"tag\":\"h1:8998\",\"state\":\"fetching\",\"peers\":7,"
                + "\"slow\":\"link_full\"}\n").with(host, "hang-stage", "").with(host, "old", "v0");
        }
        CommandRun run = fleet.run("status");
        assertThat(run.out()).containsPattern("h2 +agent +v1 +fetching .* 7 +link full\\n")
            .containsPattern("h2 +agent +v0 +active .* 0 +-\\n");
        assertThat(fleet.run("agents").out()).containsPattern("h2 .* v1 +fetching .* link full\\n");
        assertThat(fleet.run("agents", "--json").out()).contains("\"state\":\"fetching\"", "\"slow\":\"link_full\"");
    }

    @Test
    void statusShowsADeployThatRuns() throws Exception {
        fleet.run("deploy", "tag=v1", "files_path=/srv/files", "waves=1,100%", "gate=cp " + temporary + "/last-order " + temporary
            + "/middle");
        // As it was while the gate ran.
        Files.move(temporary.resolve("middle"), temporary.resolve("last-order"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        haveAgents("h1", "h2");
        for (String host : List.of("h1", "h2")) {
            fleet.with(host, "status", "{\"type\":\"process\",\"role\":\"agent\",\"tag\":\"h1:8998\",\"state\":\"joined\"}\n");
        }
        CommandRun run = fleet.run("status");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("a deploy runs: 'v1' to " + fleet.root() + "/control/releases: ").containsPattern("h1 +agent +v1 +")
            .contains("no murder process runs on 1 other host");
        assertThat(fleet.run("status", "--json").out()).contains("\"deploying\":true");
    }
}
