package murder.tools.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import murder.engine.Engine;
import murder.engine.Torrent;
import murder.engine.TorrentListener;
import murder.engine.TorrentOptions;
import murder.engine.TorrentState;
import murder.engine.TorrentStatistics;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Lifetime;
import murder.tools.cli.ProcessFile;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.ProgressLine.Progress;
import murder.tools.cli.Quantities;
import murder.tools.cli.StateFolder;

/**
 * Fetches a torrent and then seeds it for a while: the common part of {@code peer} and
 * {@code host peer}. A command calls, in this order:
 *
 * <pre>
 *   checkAlone   nobody else fetches to this place
 *   listen       process file, engine
 *   start        torrent
 *   fetch        until every byte is in place
 *   result       the members of the report that both commands have
 *   seed         the caller is told that all is done, and this process goes on
 * </pre>
 *
 * A command does other work, such as unpacking, between these calls. Whole fleets start peers at
 * once, so this class uses no lambda and no method reference: the first one in a process delays its
 * start. For one thread.
 */
public final class PeerRun {
    private static final long SECOND_NS = 1_000_000_000L;
    /** The interval of updates on a terminal. */
    private static final long TERMINAL_TICK_NS = SECOND_NS / 5;

    private final TransferFlags flags;
    private final Lifetime lifetime;
    private final Context context;
    private final long startNs = System.nanoTime();
    private final StateFolder folder;
    private ProcessFile processFile;
    private InetAddress address;
    private Engine engine;
    private RunningTorrent running;
    /** The last peer that sent bad data, as text; empty if there is none. */
    private volatile String banned = "";

    public PeerRun(TransferFlags flags, Lifetime lifetime, Context context) throws CommandException, IOException {
        this.flags = flags;
        this.lifetime = lifetime;
        this.context = context;
        this.folder = StateFolder.open(context.env());
    }

    public StateFolder folder() {
        return folder;
    }

    /** Since the command began. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNs);
    }

    /** @throws CommandException if another process fetches to this path */
    public void checkAlone(Path path) throws CommandException, IOException {
        for (ProcessStatus other : folder.processes()) {
            if (other.role().equals("peer") && other.path().equals(path.toString()) && !other.state().equals("seeding")) {
                throw CommandException.failed(path + " is being fetched by another peer (pid " + other.pid()
                    + "); wait for it, or end it with 'murder stop peer'");
            }
        }
    }

    /**
     * Opens the port. Contacts nobody, and writes nothing but the process file.
     *
     * @param status for the process file
     * @param contact whose route decides which address this host announces; or null
     */
    public void listen(ProcessStatus status, InetSocketAddress contact) throws CommandException, IOException {
        processFile = ProcessFile.create(folder, status.logging(context.logPath()), lifetime);
        address = flags.address(contact);
        engine = RunningTorrent.engine(lifetime, address, flags);
    }

    /**
     * Begins to fetch.
     *
     * @param options of the torrent; the zone and the limits are added
     */
    public void start(TorrentOptions.Builder options) throws CommandException, IOException {
        running = RunningTorrent.start(engine, processFile, address, options.zone(flags.zone())
            .uploadBytesPerSecond(flags.uploadLimit()).downloadBytesPerSecond(flags.downloadLimit())
            .swarmKey(flags.key()).listener(new Bans()).build());
    }

    public RunningTorrent running() {
        return running;
    }

    /**
     * Waits until every byte is in place, and shows the progress.
     *
     * @param seederHosts names of the seeders' hosts for messages, separated by commas; empty if
     *     unknown
     * @throws CommandException if it fails, or after the timeout
     */
    public TorrentStatistics fetch(String seederHosts) throws CommandException, IOException, InterruptedException {
        ProgressLine line = ProgressLine.of(context, flags.json());
        long tickNs = context.terminal() && !flags.json() ? TERMINAL_TICK_NS : SECOND_NS;
        long deadlineNs = flags.timeout() == null ? Long.MAX_VALUE : flags.timeout().toNanos();
        long nextRecordNs = startNs;
        StallWatch stall = new StallWatch(seederHosts);
        while (true) {
            long nowNs = System.nanoTime();
            long leftNs = deadlineNs - (nowNs - startNs);
            TorrentStatistics now = running.torrent().statistics();
            if (leftNs <= 0 && !running.torrent().completion().isDone()) {
                line.clear();
                throw CommandException.timedOut("not complete after " + Quantities.time(flags.timeout()) + ": " + missing(now, banned)
                    + "; verified pieces stay on disk, run it again to continue");
            }
            stall.update(now, banned, nowNs);
            if (stall.exceeds(flags.stall(), nowNs) && !running.torrent().completion().isDone()) {
                line.clear();
                throw CommandException.timedOut("gave up without progress: " + stall.trouble()
                    + "; verified pieces stay on disk, run it again to continue");
            }
            try {
                if (nowNs - nextRecordNs >= 0) {
                    running.record(now);
                    nextRecordNs = nowNs + SECOND_NS;
                }
                line.update(progress(now, stall.trouble()), nowNs);
                long waitNs = Math.min(tickNs, Math.max(1, leftNs));
                TorrentStatistics result = running.torrent().completion().get(waitNs, TimeUnit.NANOSECONDS);
                line.clear();
                return result;
            } catch (TimeoutException e) {
                continue; // The tick: not complete yet.
            } catch (ExecutionException e) {
                line.clear();
                throw lifetime.isEnding()
                    ? CommandException.failed("stopped before every byte was in place; run it again to continue", e)
                    : CommandException.failed(e.getCause().getMessage(), e.getCause());
            }
        }
    }

    private static String missing(TorrentStatistics now, String banned) {
        String done = now.pieceCount() == 0 ? "no metadata" : Quantities.percent(now.verifiedBytes(), now.length()) + " % verified";
        return done + ", " + now.peers() + (now.peers() == 1 ? " peer" : " peers")
            + (now.lastTrackerError().isEmpty() ? "" : ", last tracker error: " + now.lastTrackerError())
            + (banned.isEmpty() ? "" : ", " + banned);
    }

    /**
     * Stores the peers that sent bad data: usually a seeder whose files were changed. Called by
     * another thread.
     */
    private final class Bans implements TorrentListener {
        @Override
        public void onPeerBanned(Torrent torrent, InetSocketAddress peer) {
            banned = peer.getAddress().getHostAddress() + ":" + peer.getPort()
                + " sent bad data and is banned: if it is the seeder, its files were changed since the torrent was made";
            context.log(banned);
        }
    }

    private static Progress progress(TorrentStatistics now, String trouble) {
        boolean checking = now.state() == TorrentState.CHECKING;
        return new Progress(RunningTorrent.state(now), checking ? now.checkedBytes() : now.verifiedBytes(), now.length(),
            now.downloadBytesPerSecond(), now.peers(), trouble);
    }

    /** Shows in {@code status} that this host does other work than fetching. */
    public void doing(String state, TorrentStatistics now) throws IOException {
        processFile.write(processFile.status().doing(state, 100, 0, 0, now.peers(), ""));
    }

    /** A report with the members that every peer reports. */
    public HostReport result(Path path, Duration took, TorrentStatistics now) {
        return HostReport.result("complete").with(Member.INFO_HASH, running.torrent().infoHash().toString())
            .with(Member.PATH, path.toString()).with(Member.BYTES, now.length()).with(Member.SECONDS, seconds(took))
            .with(Member.DOWNLOADED_BYTES, now.downloadedBytes()).with(Member.UPLOADED_BYTES, now.uploadedBytes())
            .with(Member.WASTED_BYTES, now.wastedBytes()).with(Member.PEERS, now.peers()).with(Member.PORT, running.port())
            .with(Member.PID, processFile.status().pid())
            .with(Member.SEED_FOR_S, flags.seedFor() == null ? -1.0 : seconds(flags.seedFor()));
    }

    /** The form for reports and texts. */
    public static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    /** The duration and the process of the seeding, as text. */
    public String seeding() {
        return "seeding " + (flags.seedFor() == null ? "until it is stopped" : "for " + Quantities.time(flags.seedFor())) + " (pid "
            + processFile.status().pid() + ")";
    }

    /**
     * Lets the caller exit, and seeds until the process or the time ends.
     *
     * @return the exit status
     */
    public int seed() throws CommandException, IOException, InterruptedException {
        running.record(running.torrent().statistics());
        context.handOver();
        folder.prune(System.currentTimeMillis());
        long sinceNs = System.nanoTime();
        while (true) {
            long leftNs = flags.seedFor() == null ? Long.MAX_VALUE : flags.seedFor().toNanos() - (System.nanoTime() - sinceNs);
            if (leftNs <= 0 || lifetime.awaitEnd(Math.min(leftNs, RunningTorrent.TICK_NS))) {
                return lifetime.isEnding() ? ExitStatus.TERMINATED : ExitStatus.DONE;
            }
            TorrentStatistics now = running.torrent().statistics();
            running.onSeedingTick(now);
            if (now.state() == TorrentState.FAILED) {
                throw CommandException.failed("seeding failed: " + now.error());
            }
        }
    }
}
