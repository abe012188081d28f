package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeployUsesTest {
    private final ProcessStatus tracker = ProcessStatus.starting("tracker", "", "", "");

    @TempDir
    private Path temporary;
    private StateFolder folder;

    @BeforeEach
    void folder() throws Exception {
        folder = StateFolder.open(Map.of("MURDER_STATE", temporary.resolve("state").toString()));
    }

    @Test
    void lastDeployMayEndProcess() throws Exception {
        DeployUses.addOwn(folder, "tracker", "a");
        try (DeployUses uses = DeployUses.open(folder)) {
            uses.add(tracker, "b");
            assertThat(uses.release(tracker, "a")).isFalse();
            assertThat(uses.release(tracker, "a")).isFalse();
            assertThat(uses.release(tracker, "c")).isFalse();
            assertThat(uses.release(tracker, "b")).isTrue();
        }
    }

    @Test
    void handStartedProcessIsNeverCounted() throws Exception {
        DeployUses.addOwn(folder, "tracker", "");
        try (DeployUses uses = DeployUses.open(folder)) {
            uses.add(tracker, "b");
            assertThat(uses.release(tracker, "b")).isFalse();
        }
    }

    @Test
    void usesGoWithTheirProcess() throws Exception {
        Path gone = folder.processFile("tracker", Long.MAX_VALUE);
        Files.writeString(gone, "{}");
        Path use = Files.createFile(folder.path().resolve("tracker-" + Long.MAX_VALUE + ".deploy-a"));
        assertThat(folder.processes()).isEmpty();
        assertThat(use).doesNotExist();
    }
}
