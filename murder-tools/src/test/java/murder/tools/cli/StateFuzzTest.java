package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import murder.fuzz.Fuzz;
import murder.fuzz.Mutator;
import murder.fuzz.SeededProperties;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;

/**
 * Hostile process files and lines of hosts. A process file that cannot be read must not hide the
 * others.
 */
@Tag(SeededProperties.FUZZ)
class StateFuzzTest {
    private static final String TOKENS = "{}\":,\\-+.eEu0123456789";
    private static final ProcessStatus STATUS = ProcessStatus.starting("peer", "build \u20ac", "/t.torrent", "/srv/\"x\"")
        .listening("10.0.0.1", 6881).doing("downloading", 12.5, 1_000, 2_000, 3, "tracker: none").uploaded(5);
    private static final byte[] FILE = (STATUS.report() + "\n").getBytes(StandardCharsets.UTF_8);

    private final Fuzz statuses = Fuzz.of(new Mutator(List.of(FILE), TOKENS), bytes -> {
        ProcessStatus read = ProcessStatus.parse(new String(bytes, StandardCharsets.UTF_8));
        assertThat(ProcessStatus.parse(read.report().toString()).report()).isEqualTo(read.report());
    }).throwing(IllegalArgumentException.class).allocating(0, 60);
    private final Fuzz lines = Fuzz.of(new Mutator(Fuzz.samples(STATUS.report().toString(), HostReport.progress("a")
        .with(HostReport.Member.PERCENT, 3.5).with(HostReport.Member.BYTES_PER_SECOND, 7).toString(),
        HostReport.failure("failed", "no space").toString(), "Last login: {never}"), TOKENS), StateFuzzTest::readLine)
        .allocating(64 * 1024, 60);
    private final Fuzz folders;
    private final Path temporary = Files.createTempDirectory("murder-states");
    private final StateFolder folder = StateFolder.open(Map.of("MURDER_STATE", temporary.resolve("state").toString()));

    StateFuzzTest() throws Exception {
        // A folder with two files: one as it should be, and the input. Looking whether a process
        // runs costs the most.
        folders = Fuzz.of(new Mutator(List.of(FILE), TOKENS), this::readFolder).allocating(1 << 20, 60);
    }

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void statusesAreReadOrRefused(@ForAll long seed) throws Exception {
        statuses.run(seed);
    }

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void linesBecomeReports(@ForAll long seed) throws Exception {
        lines.run(seed);
    }

    @Property(tries = 600, shrinking = ShrinkingMode.OFF)
    void damagedFilesHideNoProcess(@ForAll long seed) throws Exception {
        folders.run(seed);
    }

    private static void readLine(byte[] bytes) {
        HostReport read = HostReport.read(new String(bytes, StandardCharsets.UTF_8));
        for (HostReport.Member member : HostReport.Member.values()) {
            assertThat(read.whole(member, 0)).isBetween(0L, (1L << 53) - 1);
        }
        assertThat(HostReport.read(read.toString()).type()).isEqualTo(read.type());
    }

    private void readFolder(byte[] bytes) throws IOException {
        Files.write(folder.processFile("peer", 1), bytes);
        Files.write(folder.processFile("tracker", 2), FILE);
        List<ProcessStatus> running = folder.processes();
        assertThat(running).as("what runs").contains(STATUS);
        for (ProcessStatus status : running) {
            assertThat(status.report().toString()).isNotEmpty();
        }
    }

    @AfterProperty
    void removeFolder() throws IOException {
        Trees.delete(temporary);
    }
}
