package murder.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import murder.delta.PatchException.Reason;
import org.junit.jupiter.api.Test;

class PatchTest extends ReleaseFixture {
    private void assertNothingInPlace() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).doesNotContain(result).noneMatch(file -> file.getFileName().toString().endsWith(".murder-patch"));
        }
    }

    private void assertRefused(Reason reason, String text) throws IOException {
        assertThatThrownBy(() -> Patch.apply(patch, old, result, false)).isInstanceOfSatisfying(PatchException.class,
            e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason)).hasMessageContaining(text);
        assertNothingInPlace();
    }

    @Test
    void patchKeepsModesAndLinks() throws Exception {
        write(old.resolve("bin/run.sh"), "#!/bin/sh\n".getBytes(), "rwxr-xr-x");
        write(old.resolve("lib/a.jar"), random(1, 200_000), "rw-r--r--");
        byte[] changed = random(1, 200_000);
        changed[777] ^= 1;
        write(fresh.resolve("lib/a.jar"), changed, "rw-------");
        write(fresh.resolve("lib/deep/empty"), new byte[0], "r--r--r--");
        write(fresh.resolve("bin/run.sh"), "#!/bin/sh\n".getBytes(), "rwxr-x---");
        Files.createDirectories(fresh.resolve("logs"));
        Files.setPosixFilePermissions(fresh.resolve("logs"), PosixFilePermissions.fromString("rwxrwx---"));
        Files.createSymbolicLink(fresh.resolve("lib/latest.jar"), Path.of("../lib/a.jar"));
        Patch.make(old, fresh, patch);
        assertThat(Files.size(patch)).isLessThan(1000);
        Manifest made = Patch.apply(patch, old, result, false);
        assertThat(made).isEqualTo(Manifest.of(fresh)).isEqualTo(Manifest.of(result));
        assertThat(Files.readSymbolicLink(result.resolve("lib/latest.jar"))).isEqualTo(Path.of("../lib/a.jar"));
        assertThat(Patch.target(patch)).isEqualTo(made);
    }

    @Test
    void fileComesOut() throws Exception {
        byte[] bytes = random(2, 3_000_000);
        write(old, bytes, "rw-r--r--");
        byte[] moved = new byte[bytes.length + 10];
        System.arraycopy(bytes, 1_000_000, moved, 10, 2_000_000);
        System.arraycopy(bytes, 0, moved, 2_000_010, 1_000_000);
        write(fresh, moved, "rw-r--r--");
        assertThat(Patch.make(old, fresh, patch)).isLessThan(300);
        Patch.apply(patch, old, result, false);
        assertThat(result).hasBinaryContent(moved);
    }

    @Test
    void equalReleasesNeedFewBytes() throws Exception {
        write(old.resolve("a"), random(1, 100_000), "rw-r--r--");
        write(fresh.resolve("a"), random(1, 100_000), "rw-r--r--");
        assertThat(Patch.make(old, fresh, patch)).isLessThan(200);
        assertThat(Patch.apply(patch, old, result, false)).isEqualTo(Manifest.of(old));
    }

    @Test
    void emptyReleasesAreReleases() throws Exception {
        Files.createDirectory(old);
        write(fresh.resolve("a"), random(1, 1000), "rw-r--r--");
        Patch.make(old, fresh, patch);
        Patch.apply(patch, old, result, false);
        assertThat(result.resolve("a")).hasBinaryContent(random(1, 1000));
        Patch.make(fresh, old, patch);
        assertThat(Patch.apply(patch, fresh, folder.resolve("nothing"), false).entries()).hasSize(1);
    }

    @Test
    void refusesFlippedBitInOldRelease() throws Exception {
        write(old.resolve("a"), random(1, 100_000), "rw-r--r--");
        write(fresh.resolve("a"), random(2, 1000), "rw-r--r--");
        Patch.make(old, fresh, patch);
        byte[] flipped = random(1, 100_000);
        flipped[99_999] ^= 0x40;
        Files.write(old.resolve("a"), flipped);
        assertRefused(Reason.OTHER_BASE, "fetch the whole release");
    }

    @Test
    void refusesOtherModeOfOldRelease() throws Exception {
        write(old.resolve("a"), random(1, 1000), "rw-r--r--");
        write(fresh.resolve("a"), random(2, 1000), "rw-r--r--");
        Patch.make(old, fresh, patch);
        Files.setPosixFilePermissions(old.resolve("a"), PosixFilePermissions.fromString("rwxr--r--"));
        assertRefused(Reason.OTHER_BASE, "fetch the whole release");
    }

    @Test
    void keepsOccupiedPlace() throws Exception {
        write(old.resolve("a"), random(1, 1000), "rw-r--r--");
        write(fresh.resolve("a"), random(2, 1000), "rw-r--r--");
        Patch.make(old, fresh, patch);
        write(result.resolve("mine"), random(3, 10), "rw-r--r--");
        assertThatThrownBy(() -> Patch.apply(patch, old, result, false)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(result.resolve("mine")).hasBinaryContent(random(3, 10));
    }

    @Test
    void leftoverOfKilledRunIsReplaced() throws Exception {
        write(old.resolve("a"), random(1, 1000), "rw-r--r--");
        write(fresh.resolve("a"), random(2, 1000), "rw-r--r--");
        Patch.make(old, fresh, patch);
        write(folder.resolve(".result.murder-patch/b/c"), random(3, 10), "rw-r--r--");
        Files.setPosixFilePermissions(folder.resolve(".result.murder-patch/b"), PosixFilePermissions.fromString("r-xr-xr-x"));
        Patch.apply(patch, old, result, false);
        assertThat(result.resolve("b")).doesNotExist();
        assertThat(result.resolve("a")).hasBinaryContent(random(2, 1000));
    }

    @Test
    void linkOutOfReleaseNeedsLeave() throws Exception {
        write(old.resolve("a"), random(1, 10), "rw-r--r--");
        Files.createDirectories(fresh.resolve("d"));
        for (String target : new String[] {"/etc/passwd", "../../x", "x/../../../y", ".."}) {
            Path link = fresh.resolve("d/link");
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, Path.of(target));
            Patch.make(old, fresh, patch);
            if (target.equals("..")) {
                Patch.apply(patch, old, result, false);
                continue;
            }
            assertRefused(Reason.MALFORMED, "links=keep");
            Path kept = folder.resolve("kept" + target.hashCode());
            Patch.apply(patch, old, kept, true);
            assertThat(Files.readSymbolicLink(kept.resolve("d/link"))).isEqualTo(Path.of(target));
        }
    }

    // ---- hostile patches

    /** Parts of a section: numbers of insertions, copies and positions, then literals. */
    private void forge(Manifest target, long length, byte[]... parts) throws Exception {
        Files.write(patch, ForgedPatch.of(Manifest.of(old), target.toBytes(), length, parts));
    }

    private static byte[] numbers(long... values) {
        return ForgedPatch.numbers(values);
    }

    @Test
    void copyOutOfRangeIsRefused() throws Exception {
        write(old.resolve("a"), random(1, 1000), "rw-r--r--");
        write(fresh.resolve("a"), random(2, 500), "rw-r--r--");
        Manifest target = Manifest.of(fresh);
        for (long from : new long[] {-1, 501, 1000, 1001, Long.MAX_VALUE / 2, Long.MIN_VALUE / 2}) {
            forge(target, 500, numbers(0), numbers(500), numbers(Varints.zigzag(from) & Long.MAX_VALUE), new byte[0]);
            assertRefused(Reason.MALFORMED, "a copy of 500 bytes from ");
        }
    }

    @Test
    void copyBombIsRefused() throws Exception {
        write(old.resolve("a"), random(1, 1000), "rw-r--r--");
        write(fresh.resolve("a"), random(2, 500), "rw-r--r--");
        forge(Manifest.of(fresh), 1L << 40, numbers(0), numbers(1L << 40), numbers(0), new byte[0]);
        assertRefused(Reason.MALFORMED, "only 500 are missing");
        forge(Manifest.of(fresh), 500, numbers(0, 0), numbers(500, 500), numbers(0, 0), new byte[0]);
        assertRefused(Reason.WRONG_OUTPUT, "another 'a'");
    }

    @Test
    void wrongOutputIsRefused() throws Exception {
        write(old.resolve("a"), random(1, 1000), "rw-r--r--");
        write(fresh.resolve("a"), random(2, 500), "rw-r--r--");
        forge(Manifest.of(fresh), 500, numbers(0), numbers(500), numbers(0), new byte[0]);
        assertRefused(Reason.WRONG_OUTPUT, "another 'a'");
    }

    @Test
    void missingBytesAreRefused() throws Exception {
        write(old.resolve("a"), random(1, 1000), "rw-r--r--");
        write(fresh.resolve("a"), random(2, 500), "rw-r--r--");
        forge(Manifest.of(fresh), 499, numbers(499), numbers(0), numbers(), Arrays.copyOf(random(2, 500), 499));
        assertRefused(Reason.MALFORMED, "the last 1 bytes");
    }

    @Test
    void largeClaimsAllocateNothing() throws Exception {
        write(old.resolve("a"), random(1, 1000), "rw-r--r--");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(PatchFormat.MAGIC);
        out.writeBytes(Manifest.of(old).sha256());
        Varints.write(out, Manifest.MAX_BYTES);
        Varints.write(out, Manifest.MAX_BYTES);
        Files.write(patch, out.toByteArray());
        assertRefused(Reason.TRUNCATED, "too early");
        out.reset();
        out.writeBytes(PatchFormat.MAGIC);
        out.writeBytes(new byte[32]);
        Varints.write(out, Manifest.MAX_BYTES + 1L);
        Files.write(patch, out.toByteArray());
        assertRefused(Reason.TOO_LARGE, "at most");
    }

    @Test
    void otherFilesAreNoPatches() throws Exception {
        write(old.resolve("a"), random(1, 10), "rw-r--r--");
        Files.writeString(patch, "d8:announce0:e");
        assertRefused(Reason.TRUNCATED, "too early");
        Files.writeString(patch, "murder patch 2\n" + "x".repeat(100));
        assertRefused(Reason.VERSION, "no patch of version 1");
    }

    // ---- manifests

    private static Manifest.Entry entry(String path, Manifest.Kind kind) {
        return new Manifest.Entry(path, kind, kind == Manifest.Kind.SYMLINK ? 0777 : 0755, 0,
            kind == Manifest.Kind.FILE ? new byte[32] : new byte[0], kind == Manifest.Kind.SYMLINK ? "x" : "");
    }

    @Test
    void pathsThatLeadOutAreRefused() {
        Manifest.Entry root = entry("", Manifest.Kind.DIRECTORY);
        for (String path : new String[] {"..", "/a", "a//b", "a/../b", ".", "a/", "a\\b", "a\0b", "x".repeat(256)}) {
            assertThatThrownBy(() -> new Manifest(List.of(root, entry(path, Manifest.Kind.FILE)))).as(path)
                .isInstanceOf(PatchException.class);
        }
    }

    @Test
    void nothingLiesBelowFileOrLink() {
        Manifest.Entry root = entry("", Manifest.Kind.DIRECTORY);
        for (Manifest.Kind kind : new Manifest.Kind[] {Manifest.Kind.FILE, Manifest.Kind.SYMLINK}) {
            assertThatThrownBy(() -> new Manifest(List.of(root, entry("a", kind), entry("a/b", Manifest.Kind.FILE))))
                .isInstanceOf(PatchException.class).hasMessageContaining("does not lie in a directory");
        }
        assertThatThrownBy(() -> new Manifest(List.of(root, entry("a/b", Manifest.Kind.FILE)))).isInstanceOf(PatchException.class);
        assertThatThrownBy(() -> new Manifest(List.of(root, entry("b", Manifest.Kind.FILE), entry("a", Manifest.Kind.FILE))))
            .isInstanceOf(PatchException.class).hasMessageContaining("not in order");
    }

    @Test
    void manifestReadsWhatItWrites() throws Exception {
        write(old.resolve("b/c"), "x".getBytes(StandardCharsets.UTF_8), "rwx------");
        write(old.resolve("b/café"), new byte[0], "rw-r--r--");
        Files.createSymbolicLink(old.resolve("a"), Path.of("b"));
        Manifest manifest = Manifest.of(old);
        assertThat(manifest.entries()).extracting(Manifest.Entry::path).containsExactly("", "a", "b", "b/c", "b/café");
        assertThat(Manifest.read(manifest.toBytes())).isEqualTo(manifest).hasToString(manifest.toString());
    }

    @Test
    void contentsAreFilesAndDirectories() throws Exception {
        Path release = Files.createDirectory(folder.resolve("contents"));
        Path file = Files.writeString(Files.createDirectory(release.resolve("lib")).resolve("a"), "a");
        Files.createSymbolicLink(release.resolve("link"), Path.of("lib"));
        Path copy = folder.resolve("copy");
        assertThat(Manifest.of(release).contents(copy)).containsExactlyInAnyOrder(copy, copy.resolve("lib"), copy.resolve("lib/a"));
        assertThat(Manifest.of(file).contents(copy)).containsExactly(copy);
    }
}
