package murder.tools.fleetit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import murder.tools.e2e.Program;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody learns who records the whole network of a fleet while it deploys. */
@Tag("e2e")
@Timeout(300)
class FleetSecrecyIT {
    private static final int FILES = 200;
    private static final String NAME = "name-of-a-file-";
    private static final String CONTENT = "what is in a file";

    private static FleetBed bed;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        bed = new FleetBed("h1", "h2", "h3").startAll();
        Path source = Files.createDirectories(bed.host("h1").path("/srv/source"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(source.resolve(NAME + i), (CONTENT + " " + i + "\n").repeat(200));
        }
        try (InputStream in = FleetSecrecyIT.class.getResourceAsStream("record.py")) {
            Files.copy(in, bed.onControl("/srv/record.py"));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        bed.close();
    }

    /** Deploys while all packets are recorded. @return the recording */
    private static String record(String tag, String... settings) throws IOException, InterruptedException, ExecutionException {
        String[] lines = new String[settings.length + 2];
        lines[0] = "role.peer = h1, h2, h3";
        lines[1] = "default_destination_path = /srv/releases";
        System.arraycopy(settings, 0, lines, 2, settings.length);
        bed.configure(lines);
        Program recorder = bed.onControl("/usr/bin/python3", "/srv/record.py", "/srv/" + tag);
        recorder.awaitLine("recording");
        String output = bed.fleet("deploy", "tag=" + tag, "files_path=/srv/source", "archive=tree").awaitSuccess().awaitOutput();
        assertThat(output).contains("deploy: 3 of 3 hosts done");
        for (FleetHost host : bed.hosts()) {
            host.awaitIdle();
            assertThat(host.path("/srv/releases/" + tag + "/" + NAME + 7)).hasSameBinaryContentAs(
                bed.host("h1").path("/srv/source/" + NAME + 7));
        }
        bed.signal(recorder, "TERM");
        recorder.awaitExit();
        return Files.readString(bed.onControl("/srv/" + tag), StandardCharsets.ISO_8859_1);
    }

    @Test
    void recordingShowsNothingWithTls() throws Exception {
        String plain = record("tag-without-tls");
        assertThat(plain.contains(NAME)).as("the recorder sees what goes between peers").isTrue();
        assertThat(plain.contains(CONTENT)).isTrue();
        String secret = record("tag-with-tls", "tls = 1");
        assertThat(secret.length()).isGreaterThan(2 * FILES * 200 * CONTENT.length());
        assertThat(secret.contains(NAME)).as("a file's name").isFalse();
        assertThat(secret.contains(CONTENT)).as("what is in a file").isFalse();
        assertThat(secret.contains("tag-with-tls")).as("the release's name").isFalse();
        assertThat(secret.contains("/srv/releases")).as("the place").isFalse();
        assertThat(secret.contains("BitTorrent protocol")).as("the protocol").isFalse();
    }
}
