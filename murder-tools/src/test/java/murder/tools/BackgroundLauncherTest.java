package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackgroundLauncherTest {
    @Test
    void findsItsProcessId() {
        assertThat(BackgroundLauncher.pid()).isEqualTo(ProcessHandle.current().pid());
    }
}
