package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import murder.order.Archive;
import murder.order.Maker;
import murder.order.Release;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFingerprintTest {
    @TempDir
    Path source;

    private Path file;
    private Path link;
    private String before;

    @BeforeEach
    void makeSource() throws IOException {
        // Together their names are longer than what is hashed at once.
        for (int i = 0; i < 300; i++) {
            Files.writeString(Files.createDirectories(source.resolve("folder" + i % 10)).resolve("x".repeat(80) + i), "content");
        }
        file = Files.writeString(source.resolve("folder0/file"), "content");
        link = Files.createSymbolicLink(source.resolve("link"), Path.of("folder0"));
        before = fingerprint(8);
    }

    private String fingerprint(int hosts) throws IOException {
        Maker maker = new Maker(List.of("seeder"), source.toString(), false, false, hosts, 0, List.of());
        return SourceFingerprint.of(source, new Release("v1", Archive.TAR, null, maker, List.of()));
    }

    @Test
    void staysWithoutChange() throws IOException {
        assertThat(fingerprint(8)).isEqualTo(before);
    }

    @Test
    void otherPackingDiffers() throws IOException {
        assertThat(fingerprint(9)).isNotEqualTo(before);
    }

    @Test
    void eachChangeOfMetadataDiffers() throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(Files.getLastModifiedTime(file).toMillis() + 1));
        String later = fingerprint(8);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        String mode = fingerprint(8);
        Files.writeString(file, "longer content");
        String longer = fingerprint(8);
        Files.move(file, file.resolveSibling("other"));
        String moved = fingerprint(8);
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("folder1"));
        assertThat(List.of(before, later, mode, longer, moved, fingerprint(8))).doesNotHaveDuplicates();
    }

    /** A host that works on a checkout packs it without that folder. */
    @Test
    void ignoresWhatIsNotPacked() throws IOException {
        Path folder = source.resolve("folder1");
        Files.createDirectory(folder.resolve(".git"));
        String with = fingerprint(8);
        Files.writeString(folder.resolve(".git/HEAD"), "ref: refs/heads/main");
        assertThat(fingerprint(8)).isEqualTo(with);
    }
}
