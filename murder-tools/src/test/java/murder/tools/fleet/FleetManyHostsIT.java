package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The cost of two hundred hosts on the machine that runs the tasks. */
@Tag("slow")
class FleetManyHostsIT {
    private static final int HOSTS = 200;
    private static final int PARALLEL = 64;
    private static final long MAX_RESIDENT_KIB = 256 << 10;

    @TempDir
    private Path temporary;

    @Test
    @EnabledOnOs(OS.LINUX)
    void twoHundredHostsNeedLittleMemory() throws Exception {
        List<String> hosts = IntStream.range(0, HOSTS).mapToObj(i -> "host" + i).toList();
        FakeFleet fleet = new FakeFleet(temporary, hosts);
        fleet.fetchTorrent("host0", "v1");
        fleet.with("host7", "refuse", "").with("host99", "fail-peer", "disk full");
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-jar",
            System.getProperty("murder.jar"), "fleet", "peer", "tag=v1", "--config", fleet.config().toString(), "--json",
            "--tolerate", "1%", "--parallel", Integer.toString(PARALLEL)).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("MURDER_STATE", temporary.resolve("control/state").toString());
        Process process = builder.start();
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        int done = 0;
        long residentKib = 0;
        long threads = 0;
        String last = "";
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                done += line.contains("\"state\":\"done\"") ? 1 : 0;
                residentKib = Math.max(residentKib, figure(status, "VmHWM:"));
                threads = Math.max(threads, figure(status, "Threads:"));
                last = line;
            }
        }
        assertThat(process.waitFor()).isZero();
        assertThat(done).isEqualTo(HOSTS - 2);
        assertThat(last).startsWith("{\"result\":\"tolerated\",\"ok\":true,\"task\":\"peer\",\"hosts\":200,\"failed\":2,")
            .contains("{\"host\":\"host99\",\"task\":\"peer\",\"error\":\"disk full\"}");
        assertThat(residentKib).isBetween(1L, MAX_RESIDENT_KIB);
        // For each ssh one of ours, and one in which the JDK waits for its end; the rest is the JVM
        // itself.
        assertThat(threads).isBetween(1L, 2L * PARALLEL + 50);
    }

    /** A line of the file, or 0 when the process is gone. */
    private static long figure(Path status, String name) {
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith(name)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException e) {
            return 0; // It ends by itself, at any moment.
        }
        return 0;
    }
}
