package murder.tools.fleetit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import murder.tools.e2e.Program;

/** One host of a {@link FleetBed}. Its disk stays while it is off. */
final class FleetHost {
    /** Where archives and torrents lie, since everybody may write to {@code /tmp}. */
    static final String ARCHIVES = "/tmp/murder-files-root";

    private final FleetBed bed;
    private final String name;
    private Program program;
    private ProcessHandle sshd;

    FleetHost(FleetBed bed, String name) {
        this.bed = bed;
        this.name = name;
    }

    String name() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }

    // ---- its life ----

    boolean isRunning() {
        return program != null && program.isAlive();
    }

    void launch() throws IOException {
        List<String> command = new ArrayList<>(FleetBed.enter(bed.controlPid()));
        command.addAll(List.of("ip", "netns", "exec", name, "unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child",
            "--mount-proc", "bash", bed.folder().resolve("host.sh").toString(), bed.folder().toString(), name));
        program = bed.start(name, command);
    }

    void awaitSshd() throws InterruptedException {
        program.awaitLine("Server listening on");
        // nsenter waits for unshare, and that for the first process of the host's own namespace.
        sshd = ProcessHandle.of(program.pid()).orElseThrow().children().findFirst().orElseThrow().children().findFirst().orElseThrow();
    }

    void start() throws IOException, InterruptedException {
        launch();
        awaitSshd();
    }

    /**
     * SIGKILL for every process of the host at once. Its network still works, so its peers notice.
     */
    void kill() throws InterruptedException {
        sshd.destroyForcibly();
        program.awaitExit();
    }

    // ---- its disk ----

    /** The local path of a path on the host; only for its own folders: /tmp, /srv, /home, /root. */
    Path path(String path) {
        return bed.folder().resolve("hosts").resolve(name).resolve(path.substring(1));
    }

    /** As {@link #path}, but through the mounts of the running host. */
    Path mounted(String path) {
        return Path.of("/proc/" + sshd.pid() + "/root" + path);
    }

    /** A file that tells host.sh what is wrong with the host. */
    void fault(String fault, String content) throws IOException {
        Files.writeString(bed.folder().resolve("hosts").resolve(name).resolve(fault), content + "\n");
    }

    /** The names in a folder, hidden ones too, sorted; none if there is no such folder. */
    List<String> names(String folder) throws IOException {
        return namesIn(mounted(folder));
    }

    static List<String> namesIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /** The entries of /tmp, without the tools' own folder and the files of every JVM. */
    List<String> temp() throws IOException {
        return Stream.concat(names("/tmp").stream().filter(entry -> !entry.startsWith("hsperfdata_") && !entry.startsWith("murder-")),
            names(ARCHIVES).stream()).sorted().toList();
    }

    // ---- its processes ----

    /** Every process of the host but sshd and its sessions, as their command lines. */
    List<String> processes() {
        return others().map(process -> process.info().commandLine().orElse("(ending)")).toList();
    }

    /** SIGKILL for each process of the host whose command line has this word. */
    void kill(String word) {
        others().filter(process -> process.info().commandLine().orElse("").contains(word)).forEach(ProcessHandle::destroyForcibly);
    }

    private Stream<ProcessHandle> others() {
        return sshd.descendants().filter(process -> !isSshd(process)).filter(ProcessHandle::isAlive);
    }

    private static boolean isSshd(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/comm")).startsWith("sshd");
        } catch (IOException e) {
            return true; // It has ended in between.
        }
    }

    /**
     * Waits until only sshd is left. Sessions of ssh end a moment later there than here, agents
     * seconds later.
     */
    void awaitIdle() throws InterruptedException, ExecutionException {
        for (ProcessHandle process : others().toList()) {
            try {
                process.onExit().get(30, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError("still runs on " + name + ": " + process.info().commandLine().orElse("?"), e);
            }
        }
    }

    /** Runs a program on the host. */
    Program run(String... command) throws IOException {
        List<String> all = new ArrayList<>(FleetBed.enter(sshd.pid()));
        all.addAll(Arrays.asList(command));
        return bed.start(command[0] + " on " + name, all);
    }
}
