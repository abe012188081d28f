package murder.tools.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.order.Archive;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.Quantities;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.HashingProgress;
import murder.tools.run.TrackerUrls;

/**
 * {@code host pack}: makes the archive and its torrent.
 *
 * @param payload to make
 * @param files the source: a directory or a file
 * @param pathIsFile whether it is a file, which travels unchanged
 * @param trackers announce URLs by tiers
 * @param hosts how many will receive it, 0 if unknown
 * @param keepLinks whether symbolic links travel as they are, wherever they lead
 */
record PackCommand(DeployPayload payload, Path files, boolean pathIsFile, List<List<String>> trackers, int hosts, boolean keepLinks,
                   boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("host pack", "make the archive and its torrent", """
            murder host pack --tag=TAG --files=PATH --temp=DIR --tracker=HOST:PORT
                             [--archive=tgz|tar|tree] [--path-is-file] [--hosts=N] [--links=keep] [--json]

        Makes the archive TEMP/TAG.tgz of the directory PATH, and its torrent TEMP/TAG.tgz.torrent. It
        leaves out names that begin with '.git'. The same tree gives the same archive and info-hash: owners
        and times have no effect.

            --tag=TAG           the name of the release
            --files=PATH        the directory; with --path-is-file the file
            --temp=DIR          the folder for archive and torrent. If others may write there, it uses a
                                folder murder-files-USER in it
            --tracker=HOST:PORT the tracker. Separate several by commas: peers announce to all of them
            --archive=KIND      tgz: compressed; tar: not compressed; tree: no archive. With tree the seeder
                                serves PATH itself, so PATH must not change. The torrent is
                                TEMP/TAG.torrent. tree keeps executable bits and symbolic links, but no
                                other modes and no empty directories
            --path-is-file      PATH is one file. It travels unchanged as TAG.tgz (or TAG.tar)
            --links=keep        keep all symbolic links, absolute ones too. Use it only if their targets
                                exist on all hosts. Without it links that lead out of PATH are an error
            --hosts=N           the number of hosts that will receive it
            --json              progress and result as JSON, one object a line, the last one the result
        """, List.of(), 0, List.of("--tag", "--temp", "--archive", "--files", "--tracker", "--hosts", "--links"),
        List.of("--path-is-file", "--json"));

    static PackCommand parse(Arguments arguments) throws UsageException {
        if (!arguments.has("--tracker")) {
            throw new UsageException("--tracker is missing");
        }
        return new PackCommand(DeployPayload.parse(arguments), DeployPayload.path(arguments, "--files"), arguments.has("--path-is-file"),
            TrackerUrls.parse(arguments.text("--tracker", "")), arguments.number("--hosts", 0, 0, Integer.MAX_VALUE),
            DeployPayload.keepLinks(arguments), arguments.has("--json"));
    }

    private Packing packing() {
        return new Packing(files, payload.archive(), pathIsFile, keepLinks);
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        long startNs = System.nanoTime();
        checkSource();
        return new PackCommand(payload.makeOwn(), files, pathIsFile, trackers, hosts, keepLinks, json).pack(startNs, context);
    }

    private int pack(long startNs, Context context) throws CommandException, IOException, InterruptedException {
        sweep();
        ProgressLine line = ProgressLine.of(context, json);
        Metainfo metainfo = make(seeder(context), line);
        line.clear();
        List<String> warnings = pathIsFile ? List.of() : Oddities.warnings(files, Packing.EXCLUDED, payload.archive() != Archive.TREE);
        report(metainfo, warnings, startNs, context);
        return ExitStatus.DONE;
    }

    /**
     * A running seeder of the torrent to make; null if there is none. A seeder from another folder
     * does no harm.
     */
    private ProcessStatus seeder(Context context) throws CommandException, IOException {
        for (ProcessStatus process : StateFolder.open(context.env()).processes()) {
            if (process.role().equals("seeder") && process.tag().equals(payload.tag())
                && process.torrent().equals(payload.torrent().toString())) {
                return process;
            }
        }
        return null;
    }

    /** The payload of a running seeder must not change: another deploy of this tag may use it. */
    private Metainfo make(ProcessStatus seeder, ProgressLine line) throws CommandException, IOException, InterruptedException {
        boolean tree = payload.archive() == Archive.TREE;
        Path growing = payload.temp().resolve(Scratch.mine(Scratch.Kind.PACK, payload.name()).name());
        try {
            if (seeder == null) {
                // An older torrent of this tag would belong to another archive from now on.
                Files.deleteIfExists(payload.torrent());
            }
            if (!tree) {
                packing().makeArchive(growing, line);
            }
            Metainfo metainfo = TorrentCreator.create(tree ? files : growing, TorrentCreator.Options.builder().trackers(trackers)
                .hosts(hosts).name(tree && pathIsFile ? "" : payload.name()).excluded(Packing.EXCLUDED)
                .creationDate(Instant.now().truncatedTo(ChronoUnit.SECONDS)).build(), new HashingProgress(line, "hashing"));
            if (seeder != null && seeder.infoHash().equals(metainfo.infoHash().toString())) {
                if (Files.exists(payload.torrent())) {
                    return payload.readTorrent();
                }
                NewFile.write(payload.torrent(), metainfo.toBytes());
                return metainfo;
            }
            if (seeder != null) {
                throw CommandException.failed("a seeder of " + payload.tag() + " runs already (pid " + seeder.pid()
                    + "), but with other files; another deploy may use it; choose another tag, or end it by stop_seeding");
            }
            if (!tree) {
                Files.move(growing, payload.file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            NewFile.write(payload.torrent(), metainfo.toBytes());
            return metainfo;
        } finally {
            Files.deleteIfExists(growing);
        }
    }

    private void checkSource() throws CommandException, IOException {
        packing().check();
        if (!pathIsFile && Files.exists(payload.temp()) && payload.temp().toRealPath().startsWith(files.toRealPath())) {
            throw CommandException.failed("the temporary folder " + payload.temp() + " is inside files_path " + files
                + " and would travel with it; choose another temp_path");
        }
    }

    /** Removes the leftovers of killed runs. */
    private void sweep() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(payload.temp(), Scratch.PREFIX + "*")) {
            for (Path entry : entries) {
                Scratch scratch = Scratch.parse(entry.getFileName().toString());
                if (scratch != null && scratch.kind() == Scratch.Kind.PACK && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)
                    && scratch.isAbandoned(Files.getLastModifiedTime(entry).toMillis())) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }

    private void report(Metainfo metainfo, List<String> warnings, long startNs, Context context) {
        long millis = (System.nanoTime() - startNs) / 1_000_000;
        String archive = payload.archive() == Archive.TREE ? "" : payload.file().toString();
        if (json) {
            HostReport result = HostReport.result("packed").with(Member.TAG, payload.tag()).with(Member.ARCHIVE, archive)
                .with(Member.TORRENT, payload.torrent().toString()).with(Member.INFO_HASH, metainfo.infoHash().toString())
                .with(Member.BYTES, metainfo.layout().length()).with(Member.PIECES, metainfo.layout().pieceCount())
                .with(Member.PIECE_LENGTH, metainfo.layout().pieceLength()).with(Member.FILES, metainfo.files().size())
                .with(Member.SECONDS, millis / 1000.0);
            context.out().println(warnings.isEmpty() ? result : result.with(Member.WARNING, String.join("; ", warnings)));
        } else {
            for (String warning : warnings) {
                context.out().println("warning: " + warning);
            }
            context.out().println(payload.torrent() + ": " + Quantities.bytes(metainfo.layout().length()) + " in "
                + metainfo.layout().pieceCount() + " pieces, info-hash " + metainfo.infoHash());
        }
    }
}
