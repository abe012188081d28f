package murder.tools.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hosts with odd processes: the clock was set, or zombies remain. */
@Tag("e2e")
@Timeout(180)
class OddProcessesIT {
    @TempDir
    Path folder;

    private Bed bed;

    @BeforeEach
    void makeBed() {
        bed = new Bed(folder);
    }

    @AfterEach
    void killAll() {
        bed.close();
    }

    private static String words(List<String> command) {
        return "'" + String.join("' '", command) + "'";
    }

    @Test
    void stopFindsTrackerAfterClockStep() throws Exception {
        bed.startTracker();
        // The kernel derives the time of boot from the wall clock, and the JDK a process's start
        // from that.
        String stat = Files.readString(Path.of("/proc/stat"));
        long boot = Long.parseLong(stat.replaceAll("(?s).*\\nbtime (\\d+)\\n.*", "$1"));
        Path stepped = Files.writeString(bed.path("stat"), stat.replace("\nbtime " + boot, "\nbtime " + (boot + 3600)));
        List<String> stop = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", "mount --bind '" + stepped + "' /proc/stat && exec "
            + words(Bed.murderCommand("stop", "tracker"))));
        Program stopped = bed.startOn("tracker", stop);
        assertThat(stopped.awaitSuccess().awaitOutput()).contains("stopped tracker (pid ");
    }

    @Test
    void stopSucceedsWithZombie() throws Exception {
        // As in a container whose first process is an application: it never asks for the status of
        // what has ended.
        Program parent = bed.startOn("tracker", List.of("sh", "-c", words(Bed.murderCommand("tracker", "--port", "0", "--bind",
            "127.0.0.1")) + " & exec sleep 600"));
        parent.awaitLine("tracker listens");
        Program stopped = bed.murder("tracker", "stop", "tracker");
        assertThat(stopped.awaitSuccess().awaitOutput()).contains("stopped tracker (pid ").doesNotContain("killing");
    }
}
