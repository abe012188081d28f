package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import murder.tools.cli.CommandException;
import murder.tools.cli.ProcessIdentity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacementTest {
    private static final DeletionGuard FREE = new DeletionGuard(List.of(), List.of(), List.of());

    @TempDir
    private Path temporary;

    private Path destination;
    private Path target;

    @BeforeEach
    void name() throws IOException {
        destination = temporary.toRealPath().resolve("releases");
        target = destination.resolve("r1");
    }

    private Placement placement() throws Exception {
        return Placement.of(destination, "r1", false, FREE);
    }

    private Placement replacing() throws Exception {
        return Placement.of(destination, "r1", true, FREE);
    }

    private static Path grow(Placement placement) throws Exception {
        Path staging = placement.stage(Scratch.Kind.NEW, "key");
        Files.writeString(staging.resolve("file"), "new");
        return staging;
    }

    private void old() throws IOException {
        Files.createDirectories(target.resolve("sub"));
        Files.writeString(target.resolve("sub/file"), "old");
    }

    private void assertOnlyTheNewRelease() {
        assertThat(target.resolve("file")).hasContent("new");
        assertThat(target).isDirectoryNotContaining("glob:**/sub");
        assertThat(destination.toFile().list()).containsExactly("r1");
    }

    @Test
    void aReleaseAppearsAtOnce() throws Exception {
        try (Placement placement = placement()) {
            placement.check();
            Path staging = grow(placement);
            assertThat(staging.getParent()).isEqualTo(destination);
            assertThat(Files.getPosixFilePermissions(staging)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(target).doesNotExist();
            placement.publish(staging);
            assertOnlyTheNewRelease();
        }
        assertOnlyTheNewRelease();
    }

    @Test
    void anEmptyDirectoryIsReplaced() throws Exception {
        Files.createDirectories(target);
        try (Placement placement = placement()) {
            placement.check();
            placement.publish(grow(placement));
        }
        assertOnlyTheNewRelease();
    }

    @Test
    void refusesOccupiedPlace() throws Exception {
        old();
        assertThatThrownBy(() -> placement().check()).isInstanceOf(CommandException.class)
            .hasMessage("destination " + target + " is not empty; choose another tag, or replace it with unsafe_please_delete=1");
        TreeRemoval.delete(target);
        Files.writeString(target, "a file");
        assertThatThrownBy(() -> placement().check()).hasMessageContaining(target + " is there already");
        Files.delete(target);
        Files.createSymbolicLink(target, Files.createDirectory(temporary.resolve("empty")));
        assertThatThrownBy(() -> placement().check()).hasMessageContaining(target + " is a symbolic link");
    }

    @Test
    void refusesEntryCreatedMeanwhile() throws Exception {
        try (Placement placement = placement()) {
            Path staging = grow(placement);
            old();
            assertThatThrownBy(() -> placement.publish(staging)).hasMessageContaining("is not empty");
        }
        assertThat(target.resolve("sub/file")).hasContent("old");
        assertThat(destination.toFile().list()).containsExactly("r1");
    }

    @Test
    void replacesOldReleaseWhenAsked() throws Exception {
        old();
        try (Placement placement = replacing()) {
            placement.check();
            placement.publish(grow(placement));
            assertThat(placement.warnings()).isEmpty();
        }
        assertOnlyTheNewRelease();
    }

    @Test
    void replacesLinkAndKeepsItsTarget() throws Exception {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("kept"), "kept");
        Files.createDirectories(destination);
        Files.createSymbolicLink(target, elsewhere);
        try (Placement placement = replacing()) {
            placement.check();
            placement.publish(grow(placement));
        }
        assertThat(Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertOnlyTheNewRelease();
        assertThat(elsewhere.resolve("kept")).hasContent("kept");
    }

    @Test
    void asksGuardBeforeDeleting() throws Exception {
        old();
        DeletionGuard home = new DeletionGuard(List.of(target.resolve("sub")), List.of(), List.of());
        assertThatThrownBy(() -> Placement.of(destination, "r1", true, home).check()).hasMessageContaining("the home directory");
        DeletionGuard mount = new DeletionGuard(List.of(), List.of(), List.of(target.resolve("sub")));
        assertThatThrownBy(() -> Placement.of(destination, "r1", true, mount).check()).hasMessageContaining("sub is in it");
        assertThat(target.resolve("sub/file")).hasContent("old");
    }

    private Placement mounted(boolean replace) throws Exception {
        Files.createDirectories(target);
        return Placement.of(destination, "r1", replace, new DeletionGuard(List.of(), List.of(), List.of(target)));
    }

    private void assertOnlyTheNewEntries() {
        assertThat(target.toFile().list()).containsExactlyInAnyOrder("file", "closed");
        assertThat(target.resolve("file")).hasContent("new");
        assertThat(destination.toFile().list()).containsExactly("r1");
    }

    private static Path growInside(Placement placement) throws Exception {
        Path staging = grow(placement);
        Path closed = Files.createDirectory(staging.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        return staging;
    }

    /** It cannot make room for another directory of its name. */
    @Test
    void mountPointIsFilledFromInside() throws Exception {
        try (Placement placement = mounted(false)) {
            placement.check();
            Path staging = growInside(placement);
            assertThat(staging.getParent()).isEqualTo(target);
            placement.publish(staging);
        }
        assertOnlyTheNewEntries();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve("closed")))).isEqualTo("r-xr-xr-x");
        try (Placement placement = mounted(false)) {
            assertThatThrownBy(placement::check).hasMessageContaining("is not empty");
        }
    }

    @Test
    void entriesOfMountPointAreReplaced() throws Exception {
        old();
        try (Placement placement = mounted(true)) {
            placement.check();
            placement.publish(growInside(placement));
        }
        assertOnlyTheNewEntries();
    }

    /** A kill between any two renames: the next run finishes the work. */
    @Test
    void finishesKilledExchange() throws Exception {
        int kills = 0;
        for (boolean finished = false; !finished; kills++) {
            Files.createDirectories(target);
            TreeRemoval.delete(target);
            old();
            Files.writeString(target.resolve("file"), "old");
            Path staging;
            try (Placement placement = mounted(true)) {
                staging = Files.move(growInside(placement), target.resolve(placement.beside("r1", true).getFileName()));
            }
            finished = exchangesUntilKilled(staging, kills);
            try (Placement placement = mounted(true)) {
                placement.sweep(null);
            }
            if (kills == 0) {
                assertThat(staging.resolve("file")).as("nothing has changed").hasContent("new");
                assertThat(target.resolve("file")).hasContent("old");
            } else {
                assertOnlyTheNewEntries();
            }
        }
        assertThat(kills).isGreaterThan(5);
    }

    private boolean exchangesUntilKilled(Path staging, int renames) throws IOException {
        int[] left = {renames};
        try {
            new Refill(target, (from, to) -> {
                if (left[0]-- == 0) {
                    throw new InterruptedIOException("killed");
                }
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            }).run(staging);
            return true;
        } catch (InterruptedIOException e) {
            return false;
        }
    }

    @Test
    void refusesRootDirectory() {
        assertThatThrownBy(() -> Placement.of(Path.of("/"), null, true, FREE)).isInstanceOf(CommandException.class)
            .hasMessageContaining("root directory");
    }

    @Test
    void destinationIsPlaceWithoutTagDirectory() throws Exception {
        try (Placement placement = Placement.of(destination, null, false, FREE)) {
            placement.publish(grow(placement));
        }
        assertThat(destination.resolve("file")).hasContent("new");
        assertThat(temporary.toFile().list()).containsExactly("releases");
    }

    @Test
    void followsLinkNamedByUser() throws Exception {
        Path real = Files.createDirectory(temporary.resolve("real"));
        Files.createSymbolicLink(destination, real);
        try (Placement placement = placement()) {
            placement.publish(grow(placement));
        }
        assertThat(real.resolve("r1/file")).hasContent("new");
        assertThat(Files.isSymbolicLink(destination)).isTrue();
    }

    @Test
    void removesUnpublishedRelease() throws Exception {
        Placement placement = placement();
        Path staging = grow(placement);
        placement.close();
        assertThat(staging).doesNotExist();
        assertThatThrownBy(() -> placement.publish(staging)).isInstanceOf(CommandException.class).hasMessageContaining("stopped before");
        assertThat(destination).isEmptyDirectory();
    }

    @Test
    void oldReturnsWhenSwapFails() throws Exception {
        old();
        try (Placement placement = replacing()) {
            Path staging = placement.stage(Scratch.Kind.NEW, "key");
            assertThatThrownBy(() -> placement.publish(staging.resolve("none"))).isInstanceOf(FileSystemException.class);
        }
        assertThat(target.resolve("sub/file")).hasContent("old");
        assertThat(destination.toFile().list()).containsExactly("r1");
    }

    /** As a process that was killed leaves it behind. */
    private Path abandoned(Scratch.Kind kind, String key) throws IOException {
        Scratch mine = Scratch.mine(kind, key);
        Path path = destination.resolve(new Scratch(kind, mine.key(), mine.host(), new ProcessIdentity(1L << 30, "1")).name());
        Files.createDirectories(path);
        Files.writeString(path.resolve("half"), "half");
        return path;
    }

    @Test
    void removesLeftoversOfKilledRuns() throws Exception {
        Path half = abandoned(Scratch.Kind.NEW, "any");
        Path tree = abandoned(Scratch.Kind.TREE, "any");
        Path foreign = Files.createDirectory(destination.resolve(".murder-notes"));
        try (Placement running = Placement.of(destination, "r2", false, FREE); Placement placement = placement()) {
            Path growing = grow(running);
            placement.sweep(null);
            assertThat(half).doesNotExist();
            assertThat(tree).doesNotExist();
            assertThat(growing.resolve("file")).exists();
            assertThat(foreign).exists();
        }
    }

    /**
     * In a place where everybody may write. Only root can make files of another user; continuous
     * integration runs as root.
     */
    @Test
    void ignoresLeftoversOfOtherUsers() throws Exception {
        assumeTrue(Files.getAttribute(temporary, "unix:uid").equals(0));
        List<Path> others = List.of(abandoned(Scratch.Kind.NEW, "any"), abandoned(Scratch.Kind.TREE, "hash r1"),
            abandoned(Scratch.Kind.OLD, target.toString()));
        for (Path other : others) {
            Files.setAttribute(other, "unix:uid", 12345);
        }
        try (Placement placement = placement()) {
            placement.sweep("hash r1");
            assertThat(placement.stage(Scratch.Kind.TREE, "hash r1")).isEmptyDirectory();
            assertThat(others).allSatisfy(other -> assertThat(other.resolve("half")).exists());
            assertThat(target).doesNotExist();
        }
    }

    @Test
    void sweepRestoresOldWithoutSuccessor() throws Exception {
        abandoned(Scratch.Kind.OLD, target.toString());
        Path other = abandoned(Scratch.Kind.OLD, destination.resolve("r2").toString());
        placement().sweep(null);
        assertThat(target.resolve("half")).exists();
        assertThat(other).exists();
    }

    @Test
    void sweepRemovesOldWithSuccessor() throws Exception {
        Path old = abandoned(Scratch.Kind.OLD, target.toString());
        old();
        placement().sweep(null);
        assertThat(old).doesNotExist();
        assertThat(target.resolve("sub/file")).hasContent("old");
    }

    @Test
    void reusesTreeOfKilledRun() throws Exception {
        Path left = abandoned(Scratch.Kind.TREE, "hash r1");
        try (Placement placement = placement()) {
            placement.sweep("hash r1");
            Path staging = placement.stage(Scratch.Kind.TREE, "hash r1");
            assertThat(left).doesNotExist();
            assertThat(staging.resolve("half")).hasContent("half");
        }
        assertThat(destination).isEmptyDirectory();
    }

    @Test
    void reportsImpossibleDestination() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "");
        assertThatThrownBy(() -> Placement.of(file.resolve("below"), "r1", false, FREE)).isInstanceOf(CommandException.class)
            .hasMessageContaining("cannot make the destination " + file.resolve("below"));
        // Nobody may write there, root included.
        assertThatThrownBy(() -> Placement.of(Path.of("/proc"), "r1", false, FREE).stage(Scratch.Kind.NEW, "key"))
            .isInstanceOf(CommandException.class).hasMessageContaining("cannot write to the destination /proc");
    }
}
