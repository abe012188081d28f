package murder.tools.run;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import murder.engine.Engine;
import murder.engine.EngineOptions;
import murder.engine.SlowCause;
import murder.engine.Torrent;
import murder.engine.TorrentException;
import murder.engine.TorrentOptions;
import murder.engine.TorrentStatistics;
import murder.tools.cli.CommandException;
import murder.tools.cli.Failures;
import murder.tools.cli.Lifetime;
import murder.tools.cli.ProcessFile;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.Quantities;

/**
 * An engine with one torrent, and its process file: the common part of {@code seed} and
 * {@code peer}.
 */
public final class RunningTorrent {
    /** Leaves time for the rest of the two seconds in which a process ends. */
    private static final Duration CLOSE_WITHIN = Duration.ofMillis(1500);

    /**
     * The interval in which a seeding process records its sent bytes. A deploy asks for them right
     * after its last host. The question takes longer than this, because it needs ssh and a new JVM.
     */
    static final long TICK_NS = 200_000_000L;
    private static final long TICKS_PER_RECORD = 1_000_000_000L / TICK_NS;

    private final Engine engine;
    private final Torrent torrent;
    private final ProcessFile processFile;
    /** Whether the process file has its tag from the start, not from later metadata. */
    private final boolean tagged;
    private final PageFaults faults = new PageFaults();
    private long recordedUpload = -1;
    private long ticks;

    private RunningTorrent(Engine engine, Torrent torrent, ProcessFile processFile, boolean tagged) {
        this.engine = engine;
        this.torrent = torrent;
        this.processFile = processFile;
        this.tagged = tagged;
    }

    /**
     * Binds.
     *
     * @param address bound, or null for all
     * @return an engine without a torrent, which closes at the end of the process
     */
    static Engine engine(Lifetime lifetime, InetAddress address, TransferFlags flags) throws CommandException {
        Engine engine;
        try {
            engine = Engine.start(EngineOptions.builder().bindAddress(address).announcedAddress(flags.announced()).port(flags.port())
                .tls(flags.swarmTls()).build());
        } catch (IOException e) {
            throw CommandException.failed(Failures.describe(e) + "; choose another --port, or an IP that this host has", e);
        }
        lifetime.onEnd(new Closeable() {
            @Override
            public void close() {
                engine.close(CLOSE_WITHIN);
            }
        });
        return engine;
    }

    /**
     * Begins.
     *
     * @param address of the engine, or null for all
     */
    static RunningTorrent start(Engine engine, ProcessFile processFile, InetAddress address, TorrentOptions options)
        throws CommandException, IOException {
        Torrent torrent;
        try {
            torrent = engine.add(options);
        } catch (TorrentException e) {
            throw CommandException.failed(e.getMessage(), e);
        }
        processFile.write(processFile.status().listening(address == null ? "*" : address.getHostAddress(), engine.port()));
        return new RunningTorrent(engine, torrent, processFile, options.metainfo() != null);
    }

    public Torrent torrent() {
        return torrent;
    }

    public int port() {
        return engine.port();
    }

    /** Writes the state of the torrent to the process file. */
    public void record(TorrentStatistics now) throws IOException {
        String trouble = now.error().isEmpty() ? now.lastTrackerError() : now.error();
        double percent = now.length() == 0 && now.pieceCount() == 0 && !torrent.completion().isDone() ? 0
            : Quantities.percent(now.verifiedBytes(), now.length());
        SlowCause slow = faults.slowCause(now, System.nanoTime());
        ProcessStatus status = processFile.status();
        if (!tagged && torrent.metainfo().isPresent()) {
            status = status.tagged(torrent.metainfo().get().name());
        }
        processFile.write(status.doing(state(now), percent, now.downloadBytesPerSecond(), now.uploadBytesPerSecond(), now.peers(),
            trouble).uploaded(now.uploadedBytes()).slow(slow == null ? "" : slow.word()));
    }

    /** Call it at each {@link #TICK_NS} while it seeds. */
    void onSeedingTick(TorrentStatistics now) throws IOException {
        if (ticks++ % TICKS_PER_RECORD == 0 || now.uploadedBytes() != recordedUpload) {
            recordedUpload = now.uploadedBytes();
            record(now);
        }
    }

    /** The state in words, such as {@code fetching metadata}. */
    public static String state(TorrentStatistics now) {
        return now.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
