package murder.benchmarks.bed;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import murder.metainfo.Metainfo;
import murder.tools.cli.Trees;

/**
 * The common part of all runs of one command: the right to make namespaces, a folder for payload
 * and copies, and the clients. There is one bed on a machine at a time, because two would slow each
 * other down.
 */
final class Bed implements AutoCloseable {
    private static final Path LOCK = Path.of("/run/murder-bed.lock");
    private static final String FOLDER = "murder-bed";
    /** Tracker and seeder. */
    private static final int OTHERS = 2;

    private final CommonOptions options;
    private final PrintStream progress;
    private final Path folder;
    private final FileChannel lock;
    private final Map<Client, String> versions = new EnumMap<>(Client.class);
    private final Tools tools;
    private final Payload payload;

    private Bed(CommonOptions options, PrintStream progress, FileChannel lock, Tools tools, Path folder, Payload payload) {
        this.options = options;
        this.progress = progress;
        this.lock = lock;
        this.tools = tools;
        this.folder = folder;
        this.payload = payload;
    }

    /**
     * Checks that all is there, and makes the payload.
     *
     * @param hosts the most that will download at a time
     * @param progress gets messages
     */
    static Bed open(List<Client> clients, int hosts, long bytes, CommonOptions options, PrintStream progress)
        throws BedException, IOException, InterruptedException {
        requireLinuxAndRoot();
        List<Program> programs = new ArrayList<>(Program.FOR_THE_BED);
        clients.forEach(client -> programs.addAll(client.programs()));
        Program.require(programs);
        for (Client client : clients) {
            if (client.jars() != null) {
                client.jars().require(options.jars());
            }
        }
        if (clients.contains(Client.MURDER) && !Files.isRegularFile(options.jar())) {
            throw new BedException("no " + options.jar() + "; build it with 'mvn -q -DskipTests package', or name it with --jar");
        }
        if (!Files.isDirectory(options.work())) {
            throw new BedException("no directory " + options.work() + "; make it, or name another with --work");
        }
        String python = clients.stream().anyMatch(Client::needsLibtorrent) ? Program.pythonWithLibtorrent() : null;
        Tools tools = new Tools(Path.of(System.getProperty("java.home"), "bin", "java"), options.jar(), python, options.jars());
        FileChannel lock = lock();
        boolean open = false;
        try {
            Path folder = options.work().resolve(FOLDER);
            Trees.delete(folder);
            long needed = bytes * (hosts + 1);
            if (Files.getFileStore(options.work()).getUsableSpace() < needed) {
                throw new BedException(options.work() + " has no room for " + (needed >> 20) + " MiB: " + (hosts + 1)
                    + " copies of the payload");
            }
            Bed bed = new Bed(options, progress, lock, tools, folder, Payload.write(folder.resolve("seed"), bytes));
            for (Client client : clients) {
                bed.versions.put(client, client.version(tools));
            }
            open = true;
            return bed;
        } finally {
            if (!open) {
                Trees.delete(options.work().resolve(FOLDER));
                lock.close();
            }
        }
    }

    private static void requireLinuxAndRoot() throws BedException, IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            throw new BedException("the bed needs Linux, for its network namespaces");
        }
        if (effectiveUser(Files.readString(status)) != 0) {
            throw new BedException("making network namespaces needs root: run it with sudo");
        }
    }

    /** From the text of {@code /proc/self/status}, proc(5). */
    static int effectiveUser(String status) {
        for (String line : status.split("\n")) {
            if (line.startsWith("Uid:")) {
                return Integer.parseInt(line.split("\\s+")[2]);
            }
        }
        throw new IllegalArgumentException("no line 'Uid:' in '" + status + "'");
    }

    private static FileChannel lock() throws BedException, IOException {
        FileChannel channel = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new BedException("another bed runs in this process");
        } finally {
            if (held == null) {
                channel.close();
            }
        }
        if (held == null) {
            throw new BedException("another bed runs on this machine (it holds " + LOCK + ")");
        }
        return channel;
    }

    /** A swarm on links of their own. */
    RunResult runOnLinks(Client client, RunPlan plan, int run, int pieceLength) throws BedException, IOException, InterruptedException {
        Network network = Network.switched(plan.hosts() + OTHERS, plan.bitsPerSecond());
        try {
            return run(client, plan, run, pieceLength, network);
        } finally {
            network.remove();
        }
    }

    /** All processes on one loopback interface. */
    RunResult runOnLoopback(Client client, RunPlan plan, int run, int pieceLength) throws BedException, IOException, InterruptedException {
        Network network = Network.loopback(plan.hosts() + OTHERS);
        try {
            return run(client, plan, run, pieceLength, network);
        } finally {
            network.remove();
        }
    }

    private RunResult run(Client client, RunPlan plan, int run, int pieceLength, Network network)
        throws BedException, IOException, InterruptedException {
        Path place = folder.resolve("run");
        Trees.delete(place);
        Files.createDirectories(place);
        Metainfo metainfo = payload.torrent(Site.announce(network), pieceLength != 0 ? pieceLength : client.usualPieceLength());
        Path torrent = Files.write(place.resolve("payload.torrent"), metainfo.toBytes());
        Site site = new Site(place, network, payload, torrent, metainfo.infoHash(), tools);
        Run.Outcome outcome = Run.of(client, plan, site);
        int pieces = client == Client.HTTP ? 0 : metainfo.layout().pieceLength();
        RunResult result = new RunResult(client, versions.get(client), run, plan, payload.bytes(), pieces, outcome);
        if (!options.keep()) {
            Trees.delete(place);
        }
        return result;
    }

    /** A line for people. */
    void say(String line) {
        progress.println(line);
        progress.flush();
    }

    /** Takes payload and copies away, the last run's only if they are not to be kept. */
    @Override
    public void close() throws IOException {
        try {
            if (options.keep()) {
                say("kept: " + folder);
            } else {
                Trees.delete(folder);
            }
        } finally {
            lock.close();
        }
    }
}
