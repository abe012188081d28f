package murder.tools.fleetit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import murder.tools.e2e.Bed;
import murder.tools.e2e.Program;

/**
 * A fleet of hosts for real ssh: each is a set of namespaces (network, mounts, processes) with an
 * address of its own on one switch, its own sshd with its own key, its own {@code /tmp},
 * {@code /srv} and homes. Another set is the control machine, from where the tasks are run.
 *
 * <p>Needs Linux and root. Nothing can be left behind: all of it lives in the namespaces of one
 * process, which ends when its standard input does, and that is held by this JVM, however it may
 * end. Only the folder of a JVM that was killed stays, until the next bed.
 *
 * <pre>
 *   control ── switch ─┬─ h1 (10.99.0.1)
 *                      ├─ h2 (10.99.0.2)   …
 * </pre>
 */
final class FleetBed implements AutoCloseable {
    private static final Path ROOT = Path.of("/var/tmp");
    private static final String PREFIX = "murder-bed-";

    private final Path folder;
    private final Bed bed;
    private final Process control;
    private final long controlPid;
    private final Map<String, FleetHost> hosts = new LinkedHashMap<>();

    /** Makes the hosts, but starts none. */
    FleetBed(String... names) throws IOException {
        if (!"0".equals(firstLine(new ProcessBuilder("id", "-u").start()))) {
            throw new IllegalStateException("namespaces with an sshd of their own need root; run this suite as root");
        }
        removeStale();
        folder = Files.createTempDirectory(ROOT, PREFIX + ProcessHandle.current().pid() + "-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        bed = new Bed(folder);
        for (String script : List.of("control.sh", "host.sh")) {
            try (InputStream in = FleetBed.class.getResourceAsStream(script)) {
                Files.copy(in, folder.resolve(script));
            }
        }
        // The build's folder may be below one that the control machine has of its own.
        Files.copy(Path.of(System.getProperty("murder.jar")), folder.resolve("murder-tools.jar"));
        List<String> command = new ArrayList<>(List.of("unshare", "--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child",
            "--mount-proc", "bash", folder.resolve("control.sh").toString(), folder.toString(), System.getProperty("java.home")));
        command.addAll(Arrays.asList(names));
        control = new ProcessBuilder(command).redirectError(folder.resolve("control.err").toFile()).start();
        String ready = firstLine(control);
        if (!"ready".equals(ready)) {
            String why = Files.readString(folder.resolve("control.err"));
            close();
            throw new IllegalStateException("the control machine did not come up: " + why);
        }
        controlPid = control.children().findFirst().orElseThrow().pid();
        for (String name : names) {
            hosts.put(name, new FleetHost(this, name));
        }
    }

    private static String firstLine(Process process) throws IOException {
        // Not closed, because that would close the pipe of a running process.
        BufferedReader reader = process.inputReader();
        return reader.readLine();
    }

    /** Starts all hosts that do not run, and waits until they can be logged in to. */
    FleetBed startAll() throws IOException, InterruptedException {
        List<FleetHost> starting = new ArrayList<>();
        for (FleetHost host : hosts.values()) {
            if (!host.isRunning()) {
                host.launch();
                starting.add(host);
            }
        }
        for (FleetHost host : starting) {
            host.awaitSshd();
        }
        return this;
    }

    /**
     * Turns every host off and on again, with these folders empty, on the control machine too.
     * Their other files stay.
     */
    void restart(String... emptied) throws IOException, InterruptedException {
        for (FleetHost host : hosts.values()) {
            if (host.isRunning()) {
                host.kill();
            }
            for (String path : emptied) {
                empty(host.path(path));
            }
        }
        for (String path : emptied) {
            empty(onControl(path));
        }
        startAll();
    }

    private static void empty(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    remove(entry);
                }
            }
        }
    }

    Path folder() {
        return folder;
    }

    FleetHost host(String name) {
        return hosts.get(name);
    }

    /** All of them, in the order of their names' giving. */
    List<FleetHost> hosts() {
        return List.copyOf(hosts.values());
    }

    // ---- the control machine ----

    /**
     * The local path of a path on the control machine; only for its own folders: /tmp, /srv, /root.
     */
    Path onControl(String path) {
        return folder.resolve("control").resolve(path.substring(1));
    }

    /** Writes murder.properties. */
    void configure(String... lines) throws IOException {
        Files.writeString(onControl("/srv/murder.properties"), "remote_murder_path = /srv/murder\n" + String.join("\n", lines) + "\n");
    }

    /** Starts {@code murder fleet} on the control machine. */
    Program fleet(String... words) throws IOException {
        return fleet(List.of(), words);
    }

    /** @param options of the JVM */
    Program fleet(List<String> options, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(folder.resolve("jdk/bin/java").toString(), "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-jar", folder.resolve("murder-tools.jar").toString(), "fleet"));
        command.addAll(Arrays.asList(words));
        command.addAll(List.of("--config", "/srv/murder.properties"));
        return onControl(command.toArray(String[]::new));
    }

    /** Starts a program on the control machine, in /srv. */
    Program onControl(String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("env", "-u", "MURDER_STATE", "HOME=/root"));
        all.addAll(enter(controlPid));
        all.addAll(List.of("sh", "-c", "cd /srv && exec \"$@\"", "sh"));
        all.addAll(Arrays.asList(command));
        return bed.start(command[command.length > 1 && command[0].equals("env") ? 1 : 0], all.toArray(String[]::new));
    }

    /**
     * Sends a signal to a program of the control machine or a host; the one that was started here
     * is nsenter, which passes none on.
     */
    void signal(Program program, String signal) throws IOException, InterruptedException {
        Optional<ProcessHandle> process = ProcessHandle.of(program.pid()).flatMap(nsenter -> nsenter.children().findFirst());
        if (process.isPresent()) { // Otherwise it has ended.
            bed.run("kill", "-" + signal, Long.toString(process.get().pid()));
        }
    }

    /** The beginning of a command line that runs in the namespaces of a process. */
    static List<String> enter(long pid) {
        return List.of("nsenter", "--target", Long.toString(pid), "--mount", "--net", "--pid", "--uts", "--ipc");
    }

    Program start(String name, List<String> command) throws IOException {
        return bed.start(name, command.toArray(String[]::new));
    }

    long controlPid() {
        return controlPid;
    }

    /** Narrows the way to a host, so that what goes there takes a while. */
    void limitRate(FleetHost host, String rate) throws IOException, InterruptedException {
        onControl("tc", "qdisc", "replace", "dev", host.name(), "root", "tbf", "rate", rate, "burst", "32kb", "latency", "100ms")
            .awaitSuccess();
    }

    /** Takes that away. */
    void unlimitRate(FleetHost host) throws IOException, InterruptedException {
        onControl("tc", "qdisc", "del", "dev", host.name(), "root").awaitSuccess();
    }

    /** Pulls a host's cable, or plugs it in again. */
    void setLink(FleetHost host, boolean up) throws IOException, InterruptedException {
        onControl("ip", "link", "set", host.name(), up ? "up" : "down").awaitSuccess();
    }

    // ---- the end ----

    @Override
    public void close() throws IOException {
        try {
            control.getOutputStream().close();
            if (!control.waitFor(Program.PATIENCE_S, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the control machine does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            control.destroyForcibly();
            bed.close();
        }
        remove(folder);
    }

    /** Removes the folders of beds whose JVM is gone. */
    private static void removeStale() throws IOException {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(ROOT, PREFIX + "*")) {
            for (Path path : old) {
                String pid = path.getFileName().toString().substring(PREFIX.length()).replaceAll("-.*", "");
                if (ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    remove(path);
                }
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
