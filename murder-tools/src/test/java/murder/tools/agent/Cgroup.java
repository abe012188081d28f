package murder.tools.agent;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A control group of Linux, of either version, that limits what processes may use. Needs root. */
final class Cgroup implements Closeable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final Path folder;
    private final boolean isFirstVersion;

    private Cgroup(Path folder, boolean isFirstVersion) {
        this.folder = folder;
        this.isFirstVersion = isFirstVersion;
    }

    /** @param controller as the first version calls it, {@code blkio} or {@code memory} */
    static Cgroup make(String controller) throws IOException {
        Path first = ROOT.resolve(controller);
        boolean isFirst = Files.isDirectory(first);
        Path folder = (isFirst ? first : ROOT).resolve("murder-test-" + ProcessHandle.current().pid());
        Assumptions.assumeTrue(isFirst || Files.exists(ROOT.resolve("cgroup.subtree_control")), "this system has no control groups");
        try {
            if (!isFirst) {
                Files.writeString(ROOT.resolve("cgroup.subtree_control"), controller.equals("blkio") ? "+io" : "+" + controller);
            }
            Files.createDirectories(folder);
        } catch (IOException e) {
            Assumptions.abort("control groups cannot be made here: " + e);
        }
        return new Cgroup(folder, isFirst);
    }

    /** @param device as in {@code 7:0} */
    void limitWrites(String device, long bytesPerSecond) throws IOException {
        if (isFirstVersion) {
            Files.writeString(folder.resolve("blkio.throttle.write_bps_device"), device + " " + bytesPerSecond);
        } else {
            Files.writeString(folder.resolve("io.max"), device + " wbps=" + bytesPerSecond);
        }
    }

    /** The command, run in this group. */
    List<String> enter(List<String> command) {
        List<String> entering = new ArrayList<>(List.of("sh", "-c", "echo $$ > " + folder + "/cgroup.procs && exec \"$@\"", "sh"));
        entering.addAll(command);
        return entering;
    }

    /** Removes the group, once its processes are gone. */
    @Override
    public void close() throws IOException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.readString(folder.resolve("cgroup.procs")).isBlank() && System.nanoTime() - endNs < 0) {
            Thread.onSpinWait();
        }
        Files.delete(folder);
    }
}
