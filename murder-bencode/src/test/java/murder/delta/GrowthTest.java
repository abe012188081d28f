package murder.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import murder.delta.PatchException.Reason;
import org.junit.jupiter.api.Test;

class GrowthTest extends ReleaseFixture {
    private static final Manifest.Selection ALL = file -> true;
    /** The first eight files. */
    private static final byte[] EACH_FILE = {-1};

    /** Three files are the same, one of them empty and one with another mode; one is changed and one is gone. */
    private void makeReleases() throws Exception {
        write(old.resolve("a/same"), random(1, 600_000), "rw-r--r--");
        write(old.resolve("b/changed"), random(2, 5000), "rw-r--r--");
        write(old.resolve("c/empty"), new byte[0], "rw-r--r--");
        write(old.resolve("c/mode"), random(3, 5000), "rw-r--r--");
        write(old.resolve("d/gone"), random(4, 5000), "rw-r--r--");
        write(fresh.resolve("a/same"), random(1, 600_000), "rw-r--r--");
        write(fresh.resolve("b/changed"), random(5, 5000), "rw-r--r--");
        write(fresh.resolve("c/empty"), new byte[0], "rw-r--r--");
        write(fresh.resolve("c/mode"), random(3, 5000), "rwxr-x---");
        write(fresh.resolve("d/new"), random(6, 5000), "rw-r--r--");
        Patch.make(old, fresh, patch);
    }

    private Growth growth() {
        return new Growth(old, ALL, result);
    }

    private void assertBecomesNewRelease(Growth growth) throws Exception {
        Manifest made = growth.make(patch, release -> { }, false, null);
        assertThat(Manifest.of(result)).isEqualTo(made).isEqualTo(Manifest.of(fresh));
    }

    @Test
    void copiedFilesAreNotMadeAgain() throws Exception {
        makeReleases();
        byte[] same = Manifest.of(old).same(Manifest.of(fresh));
        assertThat(same).containsExactly(0b01101);
        Growth growth = growth();
        growth.copy(same);
        assertThat(result.resolve("a/same")).hasSameBinaryContentAs(old.resolve("a/same"));
        assertThat(result.resolve("b")).doesNotExist();
        Object large = Files.getAttribute(result.resolve("a/same"), "unix:ino");
        Object small = Files.getAttribute(result.resolve("c/mode"), "unix:ino");
        assertBecomesNewRelease(growth);
        assertThat(Files.getAttribute(result.resolve("a/same"), "unix:ino")).isEqualTo(large);
        assertThat(Files.getAttribute(result.resolve("c/mode"), "unix:ino")).isEqualTo(small);
    }

    @Test
    void wrongCopiesAreReplaced() throws Exception {
        makeReleases();
        Growth growth = growth();
        growth.copy(EACH_FILE);
        assertThat(result.resolve("d/gone")).exists();
        assertBecomesNewRelease(growth);
    }

    @Test
    void interruptEndsCopying() throws Exception {
        makeReleases();
        Growth growth = growth();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> growth.copy(EACH_FILE)).isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.resolve("a/same")).doesNotExist();
        assertBecomesNewRelease(growth);
    }

    @Test
    void copyOfFileThatChangedMeanwhileIsOfNoUse() throws Exception {
        makeReleases();
        byte[] same = Manifest.of(old).same(Manifest.of(fresh));
        write(old.resolve("a/same"), random(7, 600_000), "rw-r--r--");
        Growth growth = growth();
        growth.copy(same);
        assertThatThrownBy(() -> growth.make(patch, release -> { }, false, null))
            .isInstanceOfSatisfying(PatchException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_OUTPUT));
        StagedRelease.delete(result);
        write(old.resolve("a/same"), random(1, 600_000), "rw-r--r--");
        assertBecomesNewRelease(growth());
    }

    @Test
    void refusedReleaseDoesNotGrow() throws Exception {
        makeReleases();
        assertThatThrownBy(() -> growth().make(patch, release -> {
            throw new IOException("has " + release.entries().size() + " entries");
        }, false, null)).hasMessage("has 10 entries");
        assertThat(result).doesNotExist();
    }

    /** The caller knows the old release by other means, so it is not read to be compared. */
    @Test
    void readsOnlyWhatIsCopied() throws Exception {
        write(old.resolve("a"), random(1, 100_000), "rw-r--r--");
        write(old.resolve("b"), random(2, 100_000), "rw-r--r--");
        write(fresh.resolve("a"), random(1, 100_000), "rwxr-xr-x");
        Patch.make(old, fresh, patch);
        write(old.resolve("b"), random(3, 100_000), "rwx------");
        write(old.resolve("a-left"), random(4, 10), "rw-r--r--");
        assertBecomesNewRelease(new Growth(old, file -> !file.endsWith("a-left"), result));
    }

    @Test
    void refusesOtherBase() throws Exception {
        write(old.resolve("a"), random(1, 100_000), "rw-r--r--");
        write(fresh.resolve("a"), random(1, 100_000), "rwxr-xr-x");
        Patch.make(old, fresh, patch);
        write(old.resolve("a-more"), random(2, 10), "rw-r--r--");
        write(old.resolve("A"), random(3, 10), "rw-r--r--");
        assertThatThrownBy(() -> growth().make(patch, release -> { }, false, null))
            .isInstanceOfSatisfying(PatchException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_OUTPUT));
        StagedRelease.delete(result);
        Files.write(old.resolve("a"), random(1, 50_000));
        assertThatThrownBy(() -> new Growth(old, file -> file.endsWith("a"), result).make(patch, release -> { }, false, null))
            .isInstanceOf(PatchException.class);
    }
}
