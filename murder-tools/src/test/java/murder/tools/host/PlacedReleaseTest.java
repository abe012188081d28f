package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import java.util.Set;
import murder.metainfo.InfoSha256;
import murder.tools.cli.StateFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlacedReleaseTest {
    private static final InfoSha256 ONE = InfoSha256.parse("1".repeat(64));
    private static final InfoSha256 TWO = InfoSha256.parse("2".repeat(64));

    @TempDir
    private Path temporary;
    private Path target;
    private Path deep;
    private StateFolder folder;
    private PlacedRelease placed;

    @BeforeEach
    void release() throws Exception {
        target = Files.createDirectory(temporary.resolve("v1"));
        Files.writeString(target.resolve("file"), "x");
        deep = Files.createDirectories(target.resolve("lib/deep"));
        Files.writeString(deep.resolve("code"), "x = 1");
        Files.createSymbolicLink(deep.resolve("link"), Path.of("code"));
        folder = StateFolder.open(Map.of("MURDER_STATE", temporary.resolve("state").toString()));
        placed = new PlacedRelease(folder, target);
    }

    @Test
    void damagedNoteIsNotBelieved() throws Exception {
        placed.record(ONE);
        try (Stream<Path> files = Files.list(temporary.resolve("state"))) {
            Files.write(files.findFirst().orElseThrow(), new byte[] {(byte) 0xeb, ' '});
        }
        assertThat(placed.holds(ONE)).isFalse();
        assertThat(placed.isKnown()).isFalse();
    }

    @Test
    void recognisesOnlyPlacedRelease() throws Exception {
        assertThat(placed.holds(ONE)).isFalse();
        assertThat(placed.isKnown()).isFalse();
        placed.record(ONE);
        assertThat(placed.holds(ONE)).isTrue();
        assertThat(placed.holds(TWO)).isFalse();
        assertThat(placed.isKnown()).isTrue();
    }

    /** Each leaves the release's own directory as it was. */
    private enum Change {
        CONTENT {
            @Override
            void make(Path deep) throws IOException {
                Files.writeString(deep.resolve("code"), "x = 2");
                Files.setLastModifiedTime(deep.resolve("code"), FileTime.fromMillis(12345));
            }
        },
        LENGTH {
            @Override
            void make(Path deep) throws IOException {
                FileTime before = Files.getLastModifiedTime(deep.resolve("code"));
                Files.writeString(deep.resolve("code"), "x = 22");
                Files.setLastModifiedTime(deep.resolve("code"), before);
            }
        },
        /** Length and time are the old ones. */
        OTHER_FILE {
            @Override
            void make(Path deep) throws IOException {
                Path other = Files.writeString(deep.resolve("other"), "x = 2");
                Files.setLastModifiedTime(other, Files.getLastModifiedTime(deep.resolve("code")));
                Files.move(other, deep.resolve("code"), StandardCopyOption.REPLACE_EXISTING);
            }
        },
        MODE {
            @Override
            void make(Path deep) throws IOException {
                Files.setPosixFilePermissions(deep.resolve("code"), PosixFilePermissions.fromString("rwxrwxrwx"));
            }
        },
        MODE_OF_DIRECTORY {
            @Override
            void make(Path deep) throws IOException {
                Files.setPosixFilePermissions(deep, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
        },
        ADDED {
            @Override
            void make(Path deep) throws IOException {
                Files.writeString(deep.resolve("more"), "");
            }
        },
        REMOVED {
            @Override
            void make(Path deep) throws IOException {
                Files.delete(deep.resolve("code"));
            }
        },
        RENAMED {
            @Override
            void make(Path deep) throws IOException {
                Files.move(deep, deep.resolveSibling("renamed"));
            }
        },
        LINK {
            @Override
            void make(Path deep) throws IOException {
                Files.delete(deep.resolve("link"));
                Files.createSymbolicLink(deep.resolve("link"), Path.of("/etc/passwd"));
            }
        };

        abstract void make(Path deep) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void forgetsReleasesChangedInside(Change change) throws Exception {
        placed.record(ONE);
        FileTime before = Files.getLastModifiedTime(target);
        change.make(deep);
        assertThat(Files.getLastModifiedTime(target)).isEqualTo(before);
        assertThat(placed.holds(ONE)).isFalse();
        assertThat(placed.isKnown()).isFalse();
    }

    @Test
    void forgetsAddedFileAtTheTop() throws Exception {
        placed.record(ONE);
        Files.writeString(target.resolve("other"), "y");
        assertThat(placed.holds(ONE)).isFalse();
    }

    /** As a release that grew inside its place leaves one until its seeder ends. */
    @Test
    void ignoresScratchInside() throws Exception {
        Path scratch = Files.createSymbolicLink(target.resolve(Scratch.mine(Scratch.Kind.TREE, "x").name()), Path.of("."));
        placed.record(ONE);
        Files.delete(scratch);
        Files.setLastModifiedTime(target, FileTime.fromMillis(12345));
        assertThat(placed.holds(ONE)).isTrue();
    }

    @Test
    void knowsReleaseWithLockedDirectory() throws Exception {
        Files.setPosixFilePermissions(deep, Set.of());
        placed.record(ONE);
        assertThat(placed.holds(ONE)).isTrue();
        Files.setPosixFilePermissions(deep, PosixFilePermissions.fromString("rwx------"));
        assertThat(placed.holds(ONE)).isFalse();
    }

    @Test
    void knowsReleaseOfOneFile() throws Exception {
        Path file = target.resolve("file");
        PlacedRelease one = new PlacedRelease(folder, file);
        one.record(TWO);
        assertThat(one.holds(TWO)).isTrue();
        Files.writeString(file, "other");
        assertThat(one.holds(TWO)).isFalse();
    }

    @Test
    void forgetsRemovedReleases() throws Exception {
        placed.record(ONE);
        TreeRemoval.delete(target);
        assertThat(placed.holds(ONE)).isFalse();
        assertThat(placed.isKnown()).isFalse();
    }
}
