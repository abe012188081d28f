package murder.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import murder.benchmarks.Plot.Axis;
import murder.benchmarks.Plot.Point;
import murder.benchmarks.Plot.Style;
import murder.engine.Engine;
import murder.engine.Torrent;
import murder.engine.TorrentOptions;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;

/**
 * The cost of growth: more connections, pieces, torrents. Each size runs three times in this JVM,
 * after a warm-up, and the median counts. Engines are up before the clock starts. It stops when the
 * last torrent is verified and in place.
 */
final class Growth {
    private static final int PATIENCE_S = 120;
    private static final int PIECE = 16 * 1024;
    private static final int CONNECTIONS_PAYLOAD = 64 << 20;
    /** The random error of an exactly linear step. */
    private static final double TOLERANCE = 1.25;
    /** The unit of the system for CPU time. */
    private static final double CPU_UNIT_S = 0.01;

    /** Seconds, by the clock and of CPU, at a size. */
    record Cost(int size, double wallS, double cpuS) {}

    /**
     * One growing quantity.
     *
     * @param name of the quantity
     * @param work on this number of them
     */
    record Series(String name, String work, List<Cost> costs) {
        /** Steps between two sizes that cost more than their proportion. */
        List<String> worseThanLinear() {
            List<String> worse = new ArrayList<>();
            for (int i = 1; i < costs.size(); i++) {
                Cost from = costs.get(i - 1);
                Cost to = costs.get(i);
                double allowed = TOLERANCE * to.size / from.size;
                if (to.wallS / from.wallS > allowed || to.cpuS > allowed * (from.cpuS + CPU_UNIT_S)) {
                    worse.add(String.format(Locale.ROOT, "from %d to %d %s: %.1f times the time, %.1f times the CPU time", from.size,
                        to.size, name, to.wallS / from.wallS, to.cpuS / from.cpuS));
                }
            }
            return worse;
        }

        Plot plot() {
            Cost last = costs.get(costs.size() - 1);
            List<Point> proportion = costs.stream().map(c -> new Point(c.size, last.wallS * c.size / last.size)).toList();
            return new Plot(work, Axis.log(name), Axis.log("seconds"))
                .line("by the clock", costs.stream().map(c -> new Point(c.size, c.wallS)).toList(), Style.MARKED)
                .line("of CPU, all engines together", costs.stream().map(c -> new Point(c.size, c.cpuS)).toList(), Style.MARKED)
                .line("linear, through the last point", proportion, Style.REFERENCE);
        }
    }

    private interface Experiment {
        Cost run(int size) throws Exception;
    }

    private final int runs;

    /** @param isSmoke once, and little of everything */
    Growth(boolean isSmoke) {
        runs = isSmoke ? 1 : 3;
    }

    List<Series> run() throws Exception {
        boolean isSmoke = runs == 1;
        return List.of(
            series("connections", "64 MiB from so many seeders to one host", Growth::connections, isSmoke ? new int[] {1, 4}
                : new int[] {1, 4, 16, 64}),
            series("pieces", "a payload of so many pieces of 16 KiB", Growth::pieces, isSmoke ? new int[] {1, 10}
                : new int[] {1, 10, 100, 1000, 10_000}),
            series("torrents", "so many torrents of 16 KiB, two engines", Growth::torrents, isSmoke ? new int[] {1, 10}
                : new int[] {1, 10, 100, 1000}));
    }

    private Series series(String name, String work, Experiment experiment, int[] sizes) throws Exception {
        List<Cost> costs = new ArrayList<>();
        for (int i = 1; i < runs; i++) {
            experiment.run(sizes[sizes.length - 2]);
        }
        for (int size : sizes) {
            List<Cost> found = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                found.add(experiment.run(size));
            }
            found.sort(Comparator.comparingDouble(Cost::wallS));
            costs.add(found.get(runs / 2));
        }
        return new Series(name, work, costs);
    }

    private static Cost connections(int size) throws Exception {
        try (Folder folder = new Folder(); Fleet fleet = new Fleet(size)) {
            Path source = folder.file("source", CONNECTIONS_PAYLOAD);
            Metainfo metainfo = TorrentCreator.create(source, TorrentCreator.Options.defaults(), HashProgress.NONE);
            List<Engine> seeders = IntStream.range(0, size).mapToObj(fleet::receiver).toList();
            List<Torrent> seeded = new ArrayList<>();
            for (Engine seeder : seeders) {
                seeded.add(seeder.add(TorrentOptions.seed(metainfo, source).build()));
            }
            await(seeded);
            return measure(size, List.of(TorrentOptions.download(metainfo, folder.path("copy"))
                .peers(seeders.stream().map(Fleet::address).toList()).build()), fleet.seeder());
        }
    }

    private static Cost pieces(int size) throws Exception {
        return oneToOne(size, 1, size);
    }

    private static Cost torrents(int size) throws Exception {
        return oneToOne(size, size, 1);
    }

    private static Cost oneToOne(int size, int torrents, int pieces) throws Exception {
        try (Folder folder = new Folder(); Fleet fleet = new Fleet(1)) {
            Files.createDirectory(folder.path("copies"));
            List<TorrentOptions> downloads = new ArrayList<>();
            List<Torrent> seeded = new ArrayList<>();
            for (int i = 0; i < torrents; i++) {
                Path source = folder.file("source" + i, (long) pieces * PIECE);
                Metainfo metainfo = TorrentCreator.create(source, TorrentCreator.Options.builder().pieceLength(PIECE).build(),
                    HashProgress.NONE);
                seeded.add(fleet.seeder().add(TorrentOptions.seed(metainfo, source).build()));
                downloads.add(TorrentOptions.download(metainfo, folder.path("copies/" + i)).peers(fleet.before(0)).build());
            }
            await(seeded);
            return measure(size, downloads, fleet.receiver(0));
        }
    }

    private static Cost measure(int size, List<TorrentOptions> downloads, Engine receiver) throws Exception {
        long fromNs = System.nanoTime();
        long cpuFromNs = CpuProfiler.usedNs();
        List<Torrent> copies = new ArrayList<>();
        for (TorrentOptions download : downloads) {
            copies.add(receiver.add(download));
        }
        await(copies);
        return new Cost(size, (System.nanoTime() - fromNs) / 1e9, (CpuProfiler.usedNs() - cpuFromNs) / 1e9);
    }

    private static void await(List<Torrent> torrents) throws Exception {
        for (Torrent torrent : torrents) {
            torrent.completion().get(PATIENCE_S, TimeUnit.SECONDS);
        }
    }
}
