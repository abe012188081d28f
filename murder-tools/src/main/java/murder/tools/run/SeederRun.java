package murder.tools.run;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import murder.engine.TorrentOptions;
import murder.engine.TorrentState;
import murder.engine.TorrentStatistics;
import murder.metainfo.Metainfo;
import murder.metainfo.PayloadVerifier;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Lifetime;
import murder.tools.cli.ProcessFile;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.StateFolder;

/**
 * Verifies a payload and then seeds it until the process ends: the common part of {@code seed} and
 * {@code host start-seeding}. For one thread.
 */
public final class SeederRun {
    /** Gets the state of the seeder several times a second. */
    public interface Watcher {
        /**
         * @param trouble of the tracker, if it has changed: empty if the tracker answers again;
         *     null without a change
         */
        void onTick(TorrentStatistics now, String trouble);
    }

    /** The files are checked each second. */
    private static final long TICKS_PER_LOOK = 1_000_000_000L / RunningTorrent.TICK_NS;

    private final TransferFlags flags;
    private final Metainfo metainfo;
    private final Path path;
    private final Lifetime lifetime;
    private final Context context;
    private final StateFolder folder;
    private final InetAddress address;
    private final ProgressLine line;
    private final SourceWatch watch;
    private ProcessFile processFile;
    private RunningTorrent running;

    /** @param path the payload: the file, or the directory that holds many */
    public SeederRun(TransferFlags flags, Metainfo metainfo, Path path, Lifetime lifetime, Context context)
        throws CommandException, IOException {
        this.flags = flags;
        this.metainfo = metainfo;
        this.path = path;
        this.lifetime = lifetime;
        this.context = context;
        this.address = flags.address(TrackerUrls.first(metainfo.trackers()));
        this.folder = StateFolder.open(context.env());
        folder.prune(System.currentTimeMillis());
        this.line = ProgressLine.of(context, flags.json());
        this.watch = new SourceWatch(metainfo, path);
    }

    public StateFolder folder() {
        return folder;
    }

    /** The address that it binds and announces; null for all. */
    public InetAddress address() {
        return address;
    }

    /** A terminal redraws it, so other output must clear it first. */
    public ProgressLine line() {
        return line;
    }

    /** Makes the process file: from now on {@code status} shows this process. */
    public void show(ProcessStatus status) throws IOException {
        processFile = ProcessFile.create(folder, status.logging(context.logPath()).doing("verifying", 0, 0, 0, 0, ""), lifetime);
    }

    public ProcessStatus status() {
        return processFile.status();
    }

    /** Compares the payload with the torrent's hashes on all cores. */
    public PayloadVerifier.Result verify() throws IOException, InterruptedException {
        PayloadVerifier.Result result = PayloadVerifier.verify(metainfo, path, 0, new HashingProgress(line, "verifying"));
        line.clear();
        return result;
    }

    /** Listens and announces. */
    public RunningTorrent start() throws CommandException, IOException {
        running = RunningTorrent.start(RunningTorrent.engine(lifetime, address, flags), processFile, address,
            TorrentOptions.seed(metainfo, path).uploadBytesPerSecond(flags.uploadLimit()).swarmKey(flags.key()).build());
        return running;
    }

    /**
     * Seeds until the end of the process's life.
     *
     * @return the exit status
     */
    public int serve(Watcher watcher) throws CommandException, IOException, InterruptedException {
        String known = "";
        for (long tick = 0; tick == 0 || !lifetime.awaitEnd(RunningTorrent.TICK_NS); tick++) {
            TorrentStatistics now = running.torrent().statistics();
            running.onSeedingTick(now);
            if (now.state() == TorrentState.FAILED) {
                line.clear();
                throw failed(now.error(), null);
            }
            String change = tick % TICKS_PER_LOOK == 0 ? watch.look() : null;
            if (change != null) {
                line.clear();
                throw failed(change, null);
            }
            boolean changed = !now.lastTrackerError().equals(known);
            known = now.lastTrackerError();
            watcher.onTick(now, changed ? known : null);
        }
        return ExitStatus.TERMINATED;
    }

    public CommandException failed(String why, Throwable cause) {
        return CommandException.failed("seeding of " + path + " failed: " + why, cause);
    }
}
