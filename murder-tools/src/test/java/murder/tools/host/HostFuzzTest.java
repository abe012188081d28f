package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import murder.fuzz.Fuzz;
import murder.fuzz.Mutator;
import murder.fuzz.SeededProperties;
import murder.metainfo.InfoSha256;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Trees;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;

/** Hostile archives, notes about releases, and names of what others left. */
@Tag(SeededProperties.FUZZ)
class HostFuzzTest {
    private static final InfoSha256 HASH = InfoSha256.parse("1".repeat(64));

    private final Path temporary = Files.createTempDirectory("murder-host");
    private final PlacedRelease placed = new PlacedRelease(
        StateFolder.open(Map.of("MURDER_STATE", temporary.resolve("state").toString())), Files.createDirectory(temporary.resolve("v1")));
    private final Fuzz archives = Fuzz.of(new Mutator(List.of(
        new TarBytes().directory("./").pax('x', "path=some/name", "size=3").file("f", "abc").symlink("l", "f").hardLink("h", "f").bytes(),
        new TarBytes().magic(TarBytes.GNU).member('L', "././@LongLink", "", "0000644", "n".repeat(130) + "\0").file("n", "x".repeat(600))
            .bytes()), "./\\0 7=ustar"), TarSievePropertyTest::checkSieved)
        .throwing(ArchiveException.class).throwing(EOFException.class).allocating(1 << 20, 60);
    private final Fuzz notes;
    private final Fuzz names = Fuzz.of(new Mutator(List.of(Scratch.mine(Scratch.Kind.NEW, "key").name().getBytes(StandardCharsets.UTF_8)),
        "-.0123456789"), bytes -> {
            Scratch read = Scratch.parse(new String(bytes, StandardCharsets.ISO_8859_1));
            assertThat(read == null || Scratch.parse(read.name()).equals(read)).isTrue();
        }).allocating(0, 100);

    HostFuzzTest() throws Exception {
        placed.record(HASH);
        byte[] note = Files.readAllBytes(note());
        notes = Fuzz.of(new Mutator(List.of(note), "0123456789abcdef "), this::readNote).allocating(64 * 1024, 60);
    }

    private Path note() throws IOException {
        try (var entries = Files.list(temporary.resolve("state"))) {
            return entries.filter(path -> path.getFileName().toString().startsWith("release-")).findFirst().orElseThrow();
        }
    }

    @Property(tries = 15_000, shrinking = ShrinkingMode.OFF)
    void archivesPassOrAreRefused(@ForAll long seed) throws Exception {
        archives.run(seed);
    }

    @Property(tries = 600, shrinking = ShrinkingMode.OFF)
    void damagedNotesAreNotBelieved(@ForAll long seed) throws Exception {
        notes.run(seed);
    }

    @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
    void namesAreReadOrPassedOver(@ForAll long seed) throws Exception {
        names.run(seed);
    }

    private void readNote(byte[] bytes) throws IOException {
        Path note = note();
        byte[] right = Files.readAllBytes(note);
        Files.write(note, bytes);
        boolean same = Arrays.equals(bytes, right);
        assertThat(placed.holds(HASH)).isEqualTo(same);
        placed.isKnown();
        Files.write(note, right);
    }

    @AfterProperty
    void removeFiles() throws IOException {
        Trees.delete(temporary);
    }
}
