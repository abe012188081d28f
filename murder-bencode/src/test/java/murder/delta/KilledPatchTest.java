package murder.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import murder.fuzz.CommitSeed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed while it applies a patch. The disk is copied before a change, as the kill
 * would leave it. The points follow from the seed of the commit, so a failure comes again.
 */
class KilledPatchTest {
    private static final int POINTS = 100;

    /** The process is gone. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @TempDir
    private Path folder;

    private Path disk;
    private Path old;
    private Path patch;
    private Manifest base;
    private Manifest target;

    @BeforeEach
    void makePatch() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        old = disk.resolve("old");
        patch = disk.resolve("patch");
        byte[] bytes = new byte[700_000];
        new Random(1).nextBytes(bytes);
        release(old, bytes, "rw-r--r--");
        for (int i = 0; i < bytes.length; i += 50_000) {
            bytes[i]++;
        }
        Path fresh = folder.resolve("fresh");
        release(fresh, bytes, "r-xr-xr-x");
        Files.createSymbolicLink(fresh.resolve("link"), Path.of("d/large"));
        Files.writeString(Files.createDirectory(fresh.resolve("new")).resolve("file"), "new");
        Files.setPosixFilePermissions(fresh.resolve("new"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Patch.make(old, fresh, patch);
        base = Manifest.of(old);
        target = Manifest.of(fresh);
    }

    private static void release(Path root, byte[] bytes, String mode) throws IOException {
        Files.createDirectories(root.resolve("d/e"));
        Files.write(root.resolve("d/large"), bytes);
        for (int i = 0; i < 8; i++) {
            Path file = Files.write(root.resolve("d/e/" + i), new byte[] {(byte) i, bytes[0]});
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        }
        Files.createFile(root.resolve("empty"));
    }

    @Test
    void leavesOldOrNewAndContinues() throws Exception {
        AtomicInteger changes = new AtomicInteger();
        Patch.apply(patch, old, base, folder.resolve("counted"), false, changes::incrementAndGet);
        assertThat(changes.get()).isGreaterThan(40);
        Random random = new Random(CommitSeed.base());
        for (int i = 0; i < POINTS; i++) {
            // The first and the last ones are always among them.
            int point = i < 5 ? i : i < 10 ? changes.get() - (i - 5) : random.nextInt(changes.get() + 1);
            killed(point, changes.get());
        }
    }

    /** @param point how many changes are on disk */
    private void killed(int point, int all) throws Exception {
        Path result = disk.resolve("result");
        Path left = folder.resolve("left");
        if (point == all) {
            Patch.apply(patch, old, base, result, false);
            copy(disk, left);
        } else {
            AtomicInteger changes = new AtomicInteger();
            assertThatThrownBy(() -> Patch.apply(patch, old, base, result, false, () -> {
                if (changes.getAndIncrement() == point) {
                    copy(disk, left);
                    throw new Killed();
                }
            })).isInstanceOf(Killed.class);
            assertThat(Files.exists(result)).as("%d of %d", point, all).isEqualTo(isRenamed(point, all));
        }
        String at = "killed after " + point + " of " + all + " changes";
        assertThat(Manifest.of(left.resolve("old"))).as(at).isEqualTo(base);
        if (Files.exists(left.resolve("result"))) {
            assertThat(isRenamed(point, all)).as(at).isTrue();
            assertThatThrownBy(() -> Patch.apply(left.resolve("patch"), left.resolve("old"), left.resolve("result"), false)).as(at)
                .isInstanceOf(FileAlreadyExistsException.class);
        } else {
            Patch.apply(left.resolve("patch"), left.resolve("old"), left.resolve("result"), false);
        }
        assertThat(Manifest.of(left.resolve("result"))).as(at).isEqualTo(target);
        try (Stream<Path> files = Files.list(left)) {
            assertThat(files).as(at).hasSize(3);
        }
        StagedRelease.delete(left);
        StagedRelease.delete(result);
    }

    /** The last change forces the rename to the disk. */
    private static boolean isRenamed(int point, int all) {
        return point >= all - 1;
    }

    /** With modes: a directory gets its own after what it holds. */
    private static void copy(Path from, Path to) {
        try {
            if (Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(to);
                try (Stream<Path> entries = Files.list(from)) {
                    entries.forEach(entry -> copy(entry, to.resolve(entry.getFileName())));
                }
                Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
            } else {
                Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
