package murder.tools.host;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
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
 * @param payload what to make
 * @param files the directory, or the file, that is to travel
 * @param pathIsFile whether it is a file, which travels as it is
 * @param trackers announce URLs by tiers
 * @param hosts how many will receive it, 0 if unknown
 * @param keepLinks whether symbolic links travel as they are, wherever they lead
 */
record PackCommand(DeployPayload payload, Path files, boolean pathIsFile, List<List<String>> trackers, int hosts, boolean keepLinks,
                   boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("host pack", "make the archive and its torrent", """
            murder host pack --tag=TAG --files=PATH --temp=DIR --tracker=HOST:PORT [--archive=tgz|tar|tree] [--path-is-file]
                             [--hosts=N] [--links=keep] [--json]

        Makes TEMP/TAG.tgz of the directory PATH and TEMP/TAG.tgz.torrent. Names that begin with '.git' are left out. The same tree gives
        the same archive and info-hash, whoever owns it and whenever it was touched.

            --tag=TAG           names the release
            --files=PATH        the directory; with --path-is-file the file
            --temp=DIR          where archive and torrent go; if others may write there, into a folder murder-files-USER in it
            --tracker=HOST:PORT what peers ask for other peers; several separated by commas are tiers: peers announce to all
            --archive=KIND      tgz: compressed; tar: not compressed; tree: no archive, PATH is seeded as it is (and must stay as it is),
                                its torrent is TEMP/TAG.torrent; keeps executable bits and symbolic links, but no other modes and no
                                empty directories
            --path-is-file      PATH is one file, and travels as it is under the name TAG.tgz (or TAG.tar)
            --links=keep        symbolic links travel as they are, also absolute ones; only where all hosts have what they name.
                                Otherwise links that lead out of PATH are refused
            --hosts=N           how many hosts will receive it
            --json              progress and result as JSON, one object a line, the last one the result
        """, List.of(), 0, List.of("--tag", "--temp", "--archive", "--files", "--tracker", "--hosts", "--links"),
        List.of("--path-is-file", "--json"));

    static final List<String> EXCLUDED = List.of(".git");

    static PackCommand parse(Arguments arguments) throws UsageException {
        if (!arguments.has("--tracker")) {
            throw new UsageException("--tracker is missing");
        }
        return new PackCommand(DeployPayload.parse(arguments), DeployPayload.path(arguments, "--files"), arguments.has("--path-is-file"),
            TrackerUrls.parse(arguments.text("--tracker", "")), arguments.number("--hosts", 0, 0, Integer.MAX_VALUE),
            DeployPayload.keepLinks(arguments), arguments.has("--json"));
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
        List<String> warnings = pathIsFile ? List.of() : Oddities.warnings(files, EXCLUDED, payload.archive() != Archive.TREE);
        report(metainfo, warnings, startNs, context);
        return ExitStatus.DONE;
    }

    /** A seeder that runs by the torrent that is to be made; null if there is none. One from another folder is in nobody's way. */
    private ProcessStatus seeder(Context context) throws CommandException, IOException {
        for (ProcessStatus process : StateFolder.open(context.env()).processes()) {
            if (process.role().equals("seeder") && process.tag().equals(payload.tag())
                && process.torrent().equals(payload.torrent().toString())) {
                return process;
            }
        }
        return null;
    }

    /** What a seeder serves stays as it is: another deploy of this tag may use it. */
    private Metainfo make(ProcessStatus seeder, ProgressLine line) throws CommandException, IOException, InterruptedException {
        boolean tree = payload.archive() == Archive.TREE;
        Path growing = payload.temp().resolve(Scratch.mine(Scratch.Kind.PACK, payload.name()).name());
        try {
            if (seeder == null) {
                // An older torrent of this tag would be one of another archive from now on.
                Files.deleteIfExists(payload.torrent());
            }
            if (!tree) {
                makeArchive(growing, line);
            }
            Metainfo metainfo = TorrentCreator.create(tree ? files : growing, TorrentCreator.Options.builder().trackers(trackers)
                .hosts(hosts).name(tree && pathIsFile ? "" : payload.name()).excluded(EXCLUDED)
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
        if (!Files.exists(files)) {
            throw CommandException.failed("files_path " + files + " is not there");
        }
        if (pathIsFile != Files.isRegularFile(files)) {
            throw CommandException.failed("files_path " + files + (pathIsFile ? " is no file; leave out path_is_file"
                : " is no directory; path_is_file=1 sends a single file"));
        }
        if (!Files.isReadable(files)) {
            throw CommandException.failed("files_path " + files + " cannot be read by this user");
        }
        if (!pathIsFile && Files.exists(payload.temp()) && payload.temp().toRealPath().startsWith(files.toRealPath())) {
            throw CommandException.failed("the temporary folder " + payload.temp() + " is inside files_path " + files
                + " and would travel with it; choose another temp_path");
        }
    }

    /** Removes what killed runs left behind. */
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

    private void makeArchive(Path growing, ProgressLine line) throws CommandException, IOException, InterruptedException {
        if (pathIsFile) {
            Files.copy(files, growing, StandardCopyOption.COPY_ATTRIBUTES);
        } else if (payload.archive() == Archive.TAR) {
            try (OutputStream out = new BufferedOutputStream(NewFile.create(growing))) {
                tar(out, line);
            }
        } else {
            NewFile.create(growing).close();
            gzip(growing, line);
        }
    }

    private void gzip(Path target, ProgressLine line) throws CommandException, IOException, InterruptedException {
        // Without name and time, so that the same tree gives the same bytes.
        try (Subprocess gzip = Subprocess.start(ProcessBuilder.Redirect.to(target.toFile()), List.of("gzip", "-n", "-c"))) {
            try (OutputStream out = new BufferedOutputStream(gzip.input(), 1 << 16)) {
                tar(out, line);
            } catch (IOException e) {
                if (!gzip.brokeOff()) {
                    throw e;
                }
            }
            gzip.awaitSuccess("compress " + files);
        }
    }

    /** The archive, checked as it will be on the other hosts. */
    private void tar(OutputStream out, ProgressLine line) throws CommandException, IOException, InterruptedException {
        if (!SystemTar.complaint().isEmpty()) {
            try (CountedInput counted = new CountedInput(new TreeTar(files, EXCLUDED), "packing", 0, line)) {
                sieve(counted, out);
            }
            return;
        }
        List<String> command = SystemTar.create();
        for (String prefix : EXCLUDED) {
            command.add("--exclude=" + prefix + "*");
        }
        command.add("--directory=" + files);
        command.add(".");
        try (Subprocess tar = Subprocess.start(ProcessBuilder.Redirect.PIPE, command)) {
            CountedInput counted = new CountedInput(tar.output(), "packing", 0, line);
            try {
                sieve(counted, out);
            } catch (EOFException e) {
                int status = tar.await();
                throw CommandException.failed("cannot pack " + files + ": " + tar.why(status), e);
            }
            tar.awaitSuccess("pack " + files);
        }
    }

    private void sieve(CountedInput archive, OutputStream out) throws CommandException, IOException {
        try {
            new TarSieve(new TarReader(archive), out, -1, SymbolicLinks.of(files, keepLinks)).run();
            archive.drain();
        } catch (ArchiveException e) {
            throw CommandException.failed(files + " cannot be deployed: " + e.getMessage(), e);
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
