package murder.tools.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import murder.tools.ToolProcess;

/**
 * Where real processes play the hosts of a fleet on one machine: each host is a
 * {@code MURDER_STATE} of its own and an address out of 127.0.0.0/8, so that nothing is shared and
 * no privilege is needed. Whatever was started is dead after {@link #close()}: all processes carry
 * a mark in their environment by which also those are found that went to the background.
 */
public final class Bed implements AutoCloseable {
    private static final String MARK = "MURDER_TEST_BED";

    private final Path folder;
    private final String mark = UUID.randomUUID().toString();
    /** The last resort when this JVM must end in the middle of a test. */
    private final Thread reaper = new Thread(this::killAll, "reaper");
    private int addresses = 1;

    /** @param folder holds everything; empty, removed by whoever made it */
    public Bed(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    public Path folder() {
        return folder;
    }

    public Path path(String name) {
        return folder.resolve(name);
    }

    /** The MURDER_STATE of a host. */
    public Path state(String host) {
        return folder.resolve("state-" + host);
    }

    /** An address that no other host of this bed has. */
    public String newAddress() {
        return "127.0.0." + ++addresses;
    }

    // ---- programs ----

    /** Starts a program that must exist: a missing one fails the test. */
    public Program start(String name, String... command) throws IOException {
        return start(name, folder, List.of(command));
    }

    private Program start(String name, Path state, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
            .redirectInput(new File("/dev/null"));
        builder.environment().put(MARK, mark);
        builder.environment().put("MURDER_STATE", state.toString());
        // Some clients look for their settings at home; a test has none but its own.
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        return new Program(name, builder.start());
    }

    /** Runs a program to its good end and returns what it printed. */
    public String run(String... command) throws IOException, InterruptedException {
        return start(command[0], command).awaitSuccess().awaitOutput();
    }

    /** Starts one command of the jar on a host. */
    public Program murder(String host, Object... args) throws IOException {
        return start(args[0] + " on " + host, state(host), murderCommand(args));
    }

    /** Starts a program on a host, with the host's folder for process files. */
    public Program startOn(String host, List<String> command) throws IOException {
        return start(command.get(0) + " on " + host, state(host), command);
    }

    /** The command line of the jar. */
    public static List<String> murderCommand(Object... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Many of these start at once on few cores, and each lives for seconds.
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:+UseSerialGC");
        command.add("-jar");
        command.add(System.getProperty("murder.jar"));
        for (Object arg : args) {
            command.add(arg.toString());
        }
        return command;
    }

    /** Starts a tracker that asks for announces every second and returns its announce URL. */
    public String startTracker() throws IOException, InterruptedException {
        return urlOf(murder("tracker", "tracker", "--port", 0, "--bind", "127.0.0.1", "--interval", "1s"));
    }

    /** The announce URL that a tracker printed. */
    public static String urlOf(Program tracker) throws InterruptedException {
        return ToolProcess.address(tracker.awaitLine("tracker listens on "), "http");
    }

    /** Starts a seeder on an address of its own and waits until it serves. */
    public Program startSeeder(Path torrent, Path payload, Object... options) throws IOException, InterruptedException {
        List<Object> args = new ArrayList<>(List.of("seed", torrent, payload, newAddress()));
        args.addAll(List.of(options));
        Program seeder = murder("seeder", args.toArray());
        seeder.awaitLine("seeding ");
        return seeder;
    }

    /** Starts a peer on an address of its own. */
    public Program startPeer(String host, Object torrent, Path target, Object... options) throws IOException {
        List<Object> args = new ArrayList<>(List.of("peer", torrent, target, newAddress(), "--json"));
        args.addAll(List.of(options));
        return murder(host, args.toArray());
    }

    // ---- what processes tell of themselves ----

    /**
     * Waits until the process file of a host's only process says what is wanted, and returns it.
     */
    public String awaitStatus(String host, Predicate<String> wanted) throws IOException, InterruptedException, TimeoutException {
        Path state = state(host);
        try (WatchService watch = state.getFileSystem().newWatchService()) {
            // The folder may not be there yet, so its parent is watched as well.
            folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            boolean registered = false;
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(Program.PATIENCE_S);
            String last = "no process file";
            while (true) {
                if (!registered && Files.isDirectory(state)) {
                    state.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
                    registered = true;
                }
                String status = registered ? status(state) : null;
                if (status != null && wanted.test(status)) {
                    return status;
                }
                last = status == null ? last : status;
                WatchKey key = watch.poll(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (key == null) {
                    throw new TimeoutException("the process on " + host + " never told what was waited for; at last: " + last);
                }
                key.pollEvents();
                key.reset();
            }
        }
    }

    private static String status(Path state) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(state, "*.process.json")) {
            for (Path file : files) {
                return Files.readString(file);
            }
        } catch (NoSuchFileException e) {
            return null; // It went away between the listing and the reading.
        }
        return null;
    }

    /** A member of a flat JSON object, unchanged; strings without their quotes. */
    public static String member(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":(\"([^\"]*)\"|[-0-9.eE]+|true|false)").matcher(json);
        if (!matcher.find()) {
            throw new AssertionError("no member " + name + " in: " + json);
        }
        return matcher.group(2) == null ? matcher.group(1) : matcher.group(2);
    }

    public static double number(String json, String name) {
        return Double.parseDouble(member(json, name));
    }

    // ---- the end ----

    @Override
    public void close() {
        killAll();
        Runtime.getRuntime().removeShutdownHook(reaper);
    }

    private void killAll() {
        // Until none is left: one that is killed may have started another a moment before.
        for (List<ProcessHandle> marked = marked(); !marked.isEmpty(); marked = marked()) {
            marked.forEach(ProcessHandle::destroyForcibly);
            Thread.onSpinWait();
        }
    }

    private List<ProcessHandle> marked() {
        byte[] wanted = (MARK + "=" + mark).getBytes(StandardCharsets.US_ASCII);
        return ProcessHandle.allProcesses().filter(process -> hasMark(process.pid(), wanted)).toList();
    }

    private static boolean hasMark(long pid, byte[] wanted) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc/" + pid + "/environ"));
            return new String(environment, StandardCharsets.ISO_8859_1).contains(new String(wanted, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return false; // Gone, or somebody else's.
        }
    }
}
