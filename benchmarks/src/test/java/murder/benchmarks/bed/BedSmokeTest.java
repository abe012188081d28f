package murder.benchmarks.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole bed once, as small as it gets. Runs where network namespaces can be made, with those
 * clients that are installed.
 */
@Tag("slow")
@Timeout(300)
class BedSmokeTest {
    private static final Path JAR = Path.of("..", "murder-tools", "target", "murder-tools.jar");

    @TempDir
    Path folder;

    @BeforeEach
    void needsNamespaces() throws Exception {
        assertThat(Program.FOR_THE_BED).allMatch(program -> program.find() != null);
        // One that the bed would take away itself if this test were killed.
        Shell.Outcome outcome = Shell.script("ip netns add mbed-99999\nstatus=0\n"
            + "ip netns exec mbed-99999 unshare --pid --fork --kill-child --mount-proc true || status=$?\n"
            + "ip netns delete mbed-99999\nexit $status");
        assumeTrue(outcome.isGood(), () -> "no right to make namespaces: " + outcome.firstLine());
        assertThat(JAR).as("the jar, which 'mvn verify' builds before").exists();
    }

    /**
     * Murder and these, all of which have to be installed: a client that is missing would hide that
     * it does not work.
     */
    private static String clients(Client... others) throws Exception {
        List<String> labels = new ArrayList<>(List.of(Client.MURDER.label()));
        for (Client client : others) {
            assertThat(client.programs()).as(client.label()).allMatch(program -> program.find() != null);
            if (client.needsLibtorrent()) {
                assertThat(Shell.run(List.of("/usr/bin/python3", "-c", "import libtorrent")).isGood()).as("libtorrent for Python").isTrue();
            }
            labels.add(client.label());
        }
        return String.join(",", labels);
    }

    private void run(String... words) throws Exception {
        List<String> args = new ArrayList<>(Arrays.asList(words));
        args.addAll(List.of("--size", "2M", "--out", folder.toString(), "--work", folder.toString(), "--jar", JAR.toString()));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status;
        try (PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            status = Main.run(args, stream, stream);
        }
        assertThat(status).as(said.toString(StandardCharsets.UTF_8)).isZero();
    }

    private void assertNothingIsLeft() throws Exception {
        assertThat(Network.own(Shell.run(List.of("ip", "netns", "list")).output())).isEmpty();
        assertThat(folder.resolve("murder-bed")).doesNotExist();
    }

    @Test
    void eachClientGivesTableAndChart() throws Exception {
        String clients = clients(Client.ARIA2, Client.TRANSMISSION, Client.LIBTORRENT, Client.HTTP);
        run("swarm", "--clients", clients, "--hosts", "2", "--rate", "0");
        int count = clients.split(",").length;
        List<String> lines = Files.readAllLines(folder.resolve("swarm.jsonl"));
        assertThat(lines).hasSize(count).allMatch(line -> line.contains("\"finished\": 2, \"correct\": 2"));
        assertThat(Files.readString(folder.resolve("swarm.md")).lines()).hasSize(count + 2);
        assertThat(Files.readString(folder.resolve("swarm.svg"))).contains("2 hosts, no limit, 2 MiB to each").endsWith("</svg>\n");
        assertNothingIsLeft();
    }

    @Test
    void lateHostReportsBound() throws Exception {
        run("swarm", "--clients", "murder", "--hosts", "2", "--rate", "20Mbit", "--late", "0.5@500ms", "--kill-seeder-after", "2m");
        assertThat(Files.readString(folder.resolve("swarm.jsonl")))
            .contains("\"late_after_s\": 0.500", "\"seeder_killed_after_s\": 120.000", "\"bound_s\": 0.877")
            .doesNotContain("\"late_s\": null", "\"ratio\": null", "\"seeder_copies\": null");
        assertThat(Files.readString(folder.resolve("swarm.md"))).contains("slowest late host");
        assertThat(Files.readString(folder.resolve("swarm.svg"))).contains("physical limit: 0.9 s");
        assertNothingIsLeft();
    }

    @Test
    void oneHostsThroughputGivesATable() throws Exception {
        String clients = clients(Client.LIBTORRENT_HP, Client.HTTP, Client.BARE);
        run("throughput", "--clients", clients, "--peers", "1,2", "--runs", "1", "--piece-length", "64k");
        int count = 2 * clients.split(",").length;
        assertThat(Files.readAllLines(folder.resolve("throughput.jsonl"))).hasSize(count);
        assertThat(Files.readString(folder.resolve("throughput.md")).lines()).hasSize(count + 2);
        assertNothingIsLeft();
    }
}
