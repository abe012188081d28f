package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import murder.metainfo.Magnet;
import murder.order.Content;
import murder.tools.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A public client beside a deploy that is under way: real agents on three hosts, and aria2. */
@Tag("interop")
@Timeout(180)
class FleetOpenIT {
    private static final int BYTES = 3_000_000;
    private static final long PATIENCE_S = 60;

    @TempDir
    private Path temporary;
    private RealFleet fleet;
    private Path source;
    private String[] release;

    @BeforeEach
    void fleetAndFile() throws Exception {
        fleet = new RealFleet(temporary);
        source = temporary.resolve("app.bin");
        byte[] bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        Files.write(source, bytes);
        release = new String[] {"tag=v1", "files_path=" + source, "path_is_file=1"};
    }

    @AfterEach
    void awaitEnd() {
        fleet.awaitEndOfAgents();
    }

    /** The link to what travels, whether it is open or not. */
    private String link() throws Exception {
        Content content = fleet.content("v1");
        return new Magnet(content.infoHash(), content.infoSha256(), "v1", List.of(List.of(fleet.trackerUrl())), List.of()).toString();
    }

    /** @return whether aria2 got everything; it gives up if nothing comes for so long */
    private boolean aria2(int seconds) throws Exception {
        Path folder = temporary.resolve("aria");
        Process aria2 = new ProcessBuilder("aria2c", "--no-conf", "--dir=" + folder, "--enable-dht=false", "--enable-dht6=false",
            "--bt-enable-lpd=false", "--disable-ipv6=true", "--file-allocation=none", "--seed-time=0", "--interface=127.0.0.1",
            "--bt-external-ip=127.0.0.1", "--listen-port=" + FreePort.next(), "--summary-interval=0", "--bt-tracker-interval=1",
            "--bt-stop-timeout=" + seconds, link()).redirectErrorStream(true).redirectOutput(temporary.resolve("aria2").toFile()).start();
        try {
            assertThat(aria2.waitFor(PATIENCE_S, TimeUnit.SECONDS)).as("aria2 ends").isTrue();
        } finally {
            aria2.destroyForcibly();
        }
        Path got = folder.resolve("v1.tgz");
        return Files.exists(got) && Files.mismatch(got, source) < 0;
    }

    private void assertReleased() throws IOException {
        for (String host : RealFleet.HOSTS) {
            try (Stream<Path> files = Files.walk(fleet.host(host).resolve("releases"))) {
                assertThat(files.filter(Files::isRegularFile)).as(host).singleElement()
                    .satisfies(file -> assertThat(Files.mismatch(file, source)).isEqualTo(-1));
            }
        }
    }

    private String deploy(RealFleet.Meanwhile meanwhile, String... more) throws Exception {
        return fleet.deploy(fleet::run, meanwhile, Stream.concat(Stream.of(release), Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void publicClientFetchesFromOpenDeploy() throws Exception {
        String printed = deploy(() -> assertThat(aria2(30)).as(Files.readString(temporary.resolve("aria2"))).isTrue(), "open=1");
        assertThat(printed).contains("open to everybody: magnet:?xt=urn:btih:" + fleet.content("v1").infoHash());
        assertReleased();
    }

    @Test
    void publicClientGetsNothingByDefault() throws Exception {
        String printed = deploy(() -> {
            assertThat(aria2(5)).isFalse();
            if (Files.exists(temporary.resolve("aria"))) {
                assertThat(Files.list(temporary.resolve("aria"))).isEmpty();
            }
        });
        assertThat(printed).doesNotContain("magnet:");
        assertReleased();
    }

    /** The same release once more, but open: agents that stay move it to the other swarm. */
    @Test
    void agentsThatStayOpenWhatTheyHave() throws Exception {
        fleet.succeeds("start_agents", "destination_path=releases");
        try {
            deploy(() -> assertThat(aria2(5)).isFalse());
            deploy(() -> assertThat(aria2(30)).as(Files.readString(temporary.resolve("aria2"))).isTrue(), "open=1");
        } finally {
            fleet.succeeds("stop_agents");
        }
    }
}
