package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import murder.metainfo.InfoHash;
import murder.tools.cli.StateFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacedReleaseTest {
    private static final InfoHash ONE = InfoHash.parse("1".repeat(40));
    private static final InfoHash TWO = InfoHash.parse("2".repeat(40));

    @TempDir
    private Path temporary;
    private Path target;
    private PlacedRelease placed;

    @BeforeEach
    void release() throws Exception {
        target = Files.createDirectory(temporary.resolve("v1"));
        Files.writeString(target.resolve("file"), "x");
        placed = new PlacedRelease(StateFolder.open(Map.of("MURDER_STATE", temporary.resolve("state").toString())), target);
    }

    @Test
    void knowsOnlyTheReleaseThatWasPut() throws Exception {
        assertThat(placed.holds(ONE)).isFalse();
        assertThat(placed.isKnown()).isFalse();
        placed.record(ONE);
        assertThat(placed.holds(ONE)).isTrue();
        assertThat(placed.holds(TWO)).isFalse();
        assertThat(placed.isKnown()).isTrue();
    }

    @Test
    void forgetsChangedReleases() throws Exception {
        placed.record(ONE);
        Files.writeString(target.resolve("other"), "y");
        Files.setLastModifiedTime(target, FileTime.fromMillis(12345));
        assertThat(placed.holds(ONE)).isFalse();
        assertThat(placed.isKnown()).isFalse();
    }

    @Test
    void forgetsRemovedReleases() throws Exception {
        placed.record(ONE);
        Files.delete(target.resolve("file"));
        Files.delete(target);
        assertThat(placed.holds(ONE)).isFalse();
        assertThat(placed.isKnown()).isFalse();
    }
}
