package murder.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
    private static final String BOOT = "8f3a2c1d-27a6-4a8e-9d0c-5b1f0c6f7e11\n";
    /** As proc(5) has it: pid, name, state, and the start as field 22. */
    private static final String STAT = "4711 (%s) %s 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 152345 9 10";

    private static String start(String name, String state, String boot) {
        return ProcessIdentity.start(new ProcStat(String.format(STAT, name, state)), boot);
    }

    @Test
    void startIsTicksAndBoot() {
        assertThat(start("java", "S", BOOT)).isEqualTo("152345.8f3a2c1d");
    }

    @Test
    void nameMayHoldBlanksAndBrackets() {
        assertThat(start("a) Z 1 (b", "R", BOOT)).isEqualTo("152345.8f3a2c1d");
    }

    @Test
    void anotherBootIsAnotherProcess() {
        assertThat(start("java", "S", BOOT.replace('8', '9'))).isNotEqualTo("152345.8f3a2c1d");
    }

    @Test
    void thisProcessRuns() {
        ProcessIdentity self = ProcessIdentity.current();
        assertThat(self.isRunning()).isTrue();
        assertThat(self.handle()).contains(ProcessHandle.current());
        assertThat(new ProcessIdentity(self.pid(), self.start())).isEqualTo(self);
        assertThat(new ProcessIdentity(self.pid(), "1.00000000").isRunning()).isFalse();
    }

    /**
     * Where the system tells no starts, any process could have got the pid meanwhile: none is
     * stopped.
     */
    @Test
    void unknownStartNamesNoProcess() {
        ProcessIdentity unknown = new ProcessIdentity(ProcessHandle.current().pid(), "");
        assertThat(unknown.isRunning()).isFalse();
        assertThat(unknown.handle()).isEmpty();
    }

    @Test
    void startIsChecked() {
        assertThatThrownBy(() -> new ProcessIdentity(1, "../x")).isInstanceOf(IllegalArgumentException.class);
    }

    /** A container whose first process never waits for its children is full of such. */
    @Test
    void zombieDoesNotRun() throws Exception {
        // The second shell ends at the end of its input. By then its parent is `sleep`, which does
        // not wait for children.
        Process parent = new ProcessBuilder("sh", "-c", "exec 3<&0; sh -c 'echo $$; read x' <&3 & exec sleep 600 <&-").start();
        try (BufferedReader output = parent.inputReader()) {
            long pid = Long.parseLong(output.readLine());
            Path stat = Path.of("/proc/" + pid + "/stat");
            ProcessIdentity child = new ProcessIdentity(pid,
                ProcessIdentity.start(new ProcStat(Files.readString(stat)), Files.readString(Path.of("/proc/sys/kernel/random/boot_id"))));
            assertThat(child.isRunning()).isTrue();
            parent.getOutputStream().close();
            while (child.isRunning()) {
                Thread.onSpinWait();
            }
            assertThat(Files.readString(stat)).contains(") Z ");
            assertThat(ProcessHandle.of(pid).orElseThrow().isAlive()).as("what the JDK says of a zombie").isTrue();
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }
}
