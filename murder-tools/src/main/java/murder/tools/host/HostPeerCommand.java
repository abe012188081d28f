package murder.tools.host;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import murder.engine.TorrentOptions;
import murder.engine.TorrentStatistics;
import murder.metainfo.FileEntry;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.order.Archive;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.DeployUses;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Failures;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Lifetime;
import murder.tools.cli.Printable;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.Quantities;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.PeerRun;
import murder.tools.run.TrackerUrls;
import murder.tools.run.TransferFlags;

/**
 * {@code host peer}: reads the torrent from standard input, fetches its payload, puts the release
 * in its place, and seeds for a while.
 *
 * @param payload its name and its files
 * @param destination the directory of releases
 * @param noTagDirectory whether the destination itself is the release's place
 * @param pathIsFile whether the payload is a file that arrives unchanged
 * @param replace whether an existing release may be deleted
 * @param keepLinks whether symbolic links may lead anywhere
 * @param seederHosts names of the seeders' hosts for messages; empty if nobody knows
 * @param deploy that uses this peer; empty for none
 */
record HostPeerCommand(DeployPayload payload, Path destination, boolean noTagDirectory, boolean pathIsFile, boolean replace,
                       boolean keepLinks, TransferFlags flags, String seederHosts, String deploy) implements Command {
    static final Syntax SYNTAX = new Syntax("host peer", "fetch a payload and put the release in its place", """
            murder host peer --tag=TAG --temp=DIR --dest=DIR [--archive=tgz|tar|tree] [--no-tag-directory]
                             [--path-is-file] [--unsafe-please-delete] [--links=keep] [--ip=ADDR]
                             [--port=N] [--seed-for=30s] [--timeout=TIME] [--upload-limit=RATE]
                             [--download-limit=RATE] [--zone=NAME] [--seeders=NAMES] [--deploy=ID]
                             [--json] < TORRENT

        Reads the torrent from standard input and fetches the payload to TEMP. If others may write to TEMP,
        it uses a folder murder-files-USER in it. It unpacks the payload beside its place, renames it to
        DEST/TAG and returns. The same engine continues to seed in the background. If DEST/TAG is exactly
        this release already, it succeeds at once. If DEST/TAG is something else, it fails before it fetches
        a byte. DEST/TAG never holds half a release, even after a kill. The next run removes the leftovers
        of a killed run.

            --no-tag-directory   DEST itself becomes the release. If DEST is a mount point, or if this user
                                 may not write to its parent, it renames the entries one by one
            --path-is-file       the payload is one file and keeps its name in DEST
            --links=keep         symbolic links may lead out of the release, as in 'host pack'. It never
                                 writes through them
            --unsafe-please-delete
                                 replaces an existing release: moves it away, puts the new one in place,
                                 then deletes the old one
            --ip ADDR            the address that the peer binds and announces; by default the address that
                                 routes to the tracker
            --seeders=NAMES      names of the seeders' hosts for error messages
            --deploy=ID          this deploy uses the peer; 'murder stop peer --deploy=ID' ends it
        """ + TransferFlags.PEER_HELP, List.of(), 0, TransferFlags.peerOptions("--tag", "--temp", "--archive", "--dest", "--ip",
            "--links", "--seeders", "--deploy"),
        List.of("--no-tag-directory", "--path-is-file", "--unsafe-please-delete", "--json"));

    static HostPeerCommand parse(Arguments arguments) throws UsageException {
        return new HostPeerCommand(DeployPayload.parse(arguments), DeployPayload.path(arguments, "--dest"),
            arguments.has("--no-tag-directory"), arguments.has("--path-is-file"), arguments.has("--unsafe-please-delete"),
            DeployPayload.keepLinks(arguments),
            TransferFlags.parse(arguments, arguments.text("--ip", null)), arguments.text("--seeders", ""),
            DeployUses.id(arguments));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        byte[] torrent = context.isLaunched() ? context.caller().input() : System.in.readNBytes(Metainfo.MAX_BYTES + 1);
        Metainfo metainfo = parse(torrent);
        HostPeerCommand own = new HostPeerCommand(payload.makeOwn(), destination, noTagDirectory, pathIsFile, replace, keepLinks,
            flags, seederHosts, deploy);
        try (Lifetime lifetime = new Lifetime()) {
            return own.deploy(metainfo, lifetime, context);
        }
    }

    private Metainfo parse(byte[] torrent) throws CommandException {
        if (torrent.length == 0) {
            throw CommandException.failed("there is no torrent on standard input");
        }
        Metainfo metainfo;
        try {
            metainfo = Metainfo.parse(torrent);
        } catch (MetainfoException e) {
            throw CommandException.failed("standard input is no valid torrent: " + e.getMessage(), e);
        }
        boolean ownName = payload.archive() == Archive.TREE && pathIsFile;
        if (!ownName && !metainfo.name().equals(payload.name())) {
            throw CommandException.failed("the torrent on standard input is of '" + metainfo.name() + "', not of '" + payload.name()
                + "'; give the tag and archive with which it was made");
        }
        if (payload.archive() == Archive.TREE) {
            checkNames(metainfo);
        }
        boolean file = payload.archive() != Archive.TREE || pathIsFile;
        if (metainfo.isSingleFile() != file) {
            throw CommandException.failed("the torrent on standard input is of " + (file ? "many files" : "one file") + ", but "
                + (file ? "this archive is one file" : "archive=tree needs a directory; path_is_file=1 takes a single file"));
        }
        return metainfo;
    }

    /** Names of an archive are checked when it is unpacked. */
    private static void checkNames(Metainfo metainfo) throws CommandException {
        for (FileEntry entry : metainfo.files()) {
            String name = String.join("/", entry.path());
            if (!Printable.of(name).equals(name)) {
                throw CommandException.failed("the torrent on standard input has a file '" + Printable.of(name)
                    + "' with control characters or marks of text direction in its name");
            }
        }
    }

    private int deploy(Metainfo metainfo, Lifetime lifetime, Context context) throws CommandException, IOException, InterruptedException {
        PeerRun run = new PeerRun(flags, lifetime, context);
        DeletionGuard guard = DeletionGuard.ofSystem(context.env(), List.of(payload.temp(), run.folder().path()));
        String name = pathIsFile ? metainfo.name() : noTagDirectory ? null : payload.tag();
        Placement placement = Placement.of(destination, name, replace, guard);
        lifetime.onEnd(placement);
        boolean tree = payload.archive() == Archive.TREE;
        Path at = tree ? placement.target() : payload.file();
        run.checkAlone(at);
        String treeKey = tree ? metainfo.infoHash() + " " + placement.target() : null;
        placement.sweep(treeKey);
        PlacedRelease placed = new PlacedRelease(run.folder(), placement.target());
        if (!replace && placed.holds(metainfo.infoSha256())) {
            return already(run, placement, metainfo, context);
        }
        placement.check();
        Path staging = placement.stage(tree ? Scratch.Kind.TREE : Scratch.Kind.NEW, tree ? treeKey : placement.target().toString());
        keepTorrent(metainfo.toBytes());
        Path fetched = !tree ? payload.file() : pathIsFile ? staging.resolve(metainfo.name()) : staging;
        context.log("fetching " + payload.name() + " (" + metainfo.infoHash() + ") for " + placement.target() + ", pid "
            + StateFolder.ownPid());
        DeployUses.addOwn(run.folder(), "peer", deploy);
        run.listen(ProcessStatus.starting("peer", payload.tag(), payload.torrent().toString(), at.toString()).of(metainfo.infoHash()),
            TrackerUrls.first(metainfo.trackers()));
        run.start(TorrentOptions.download(metainfo, fetched).followLink(false)
            .ownerOnly(!tree).resumeFile(tree ? null : run.folder().resumeFile(metainfo.infoHash(), fetched)));
        TorrentStatistics result = run.fetch(seederHosts);
        final Duration download = run.elapsed();
        run.doing("unpacking", result);
        Path whole = tree ? fetched : unpack(metainfo, staging, lifetime, context);
        Durable.forceTree(staging);
        placement.publish(whole);
        if (tree && !pathIsFile) {
            leaveLink(staging, placement.target(), lifetime);
        } else {
            placement.removeStaging();
        }
        placed.record(metainfo.infoSha256());
        report(run, placement, download, context);
        int status = run.seed();
        context.log("ends after sending " + Quantities.bytes(run.running().torrent().statistics().uploadedBytes()));
        return status;
    }

    private int already(PeerRun run, Placement placement, Metainfo metainfo, Context context) {
        if (flags.json()) {
            context.out().println(HostReport.result("complete").with(Member.ALREADY, true).with(Member.TAG, payload.tag())
                .with(Member.PATH, placement.target().toString()).with(Member.INFO_HASH, metainfo.infoHash().toString())
                .with(Member.BYTES, metainfo.layout().length()).with(Member.SECONDS, PeerRun.seconds(run.elapsed())));
        } else {
            context.out().println(payload.tag() + " is in " + placement.target() + " already");
        }
        return ExitStatus.DONE;
    }

    /** The torrent lies beside the payload, as in the original. */
    private void keepTorrent(byte[] bytes) throws CommandException, IOException {
        try {
            boolean isThere = Files.exists(payload.torrent()) && Files.size(payload.torrent()) == bytes.length
                && Arrays.equals(Files.readAllBytes(payload.torrent()), bytes);
            if (!isThere) {
                NewFile.write(payload.torrent(), bytes);
            }
        } catch (IOException e) {
            throw CommandException.failed("cannot write to the temporary folder " + payload.temp() + ": " + Failures.describe(e), e);
        }
    }

    private Path unpack(Metainfo metainfo, Path staging, Lifetime lifetime, Context context)
        throws CommandException, IOException, InterruptedException {
        if (pathIsFile) {
            Path copy = staging.resolve(metainfo.name());
            try (VerifiedInput in = VerifiedInput.open(payload.file(), metainfo);
                 OutputStream out = NewFile.createReadable(copy, metainfo.files().get(0).executable())) {
                in.transferTo(out);
            } catch (IOException e) {
                throw CommandException.failed("cannot copy " + payload.file() + " to the destination: " + Failures.describe(e), e);
            }
            return copy;
        }
        // The archive's own times are all the same, so that it is reproducible. But a new release
        // must not look as old as the previous one.
        long mtime = metainfo.creationDate().isPresent() ? metainfo.creationDate().get().getEpochSecond() : -1;
        Unpacking.unpack(payload.file(), metainfo, payload.archive(), staging, mtime,
            keepLinks ? SymbolicLinks.KEPT : SymbolicLinks.INSIDE, lifetime, ProgressLine.of(context, flags.json()));
        return staging;
    }

    /**
     * The engine continues to seed under the staging name while the process lives. If it opens a
     * file between the rename and this call, it loses one connection, which comes back.
     */
    private static void leaveLink(Path staging, Path target, Lifetime lifetime) throws IOException {
        // The release may have been written inside its place.
        Files.createSymbolicLink(staging, staging.getParent().equals(target) ? Path.of(".") : target.getFileName());
        lifetime.onEnd(new Closeable() {
            @Override
            public void close() throws IOException {
                Files.deleteIfExists(staging);
            }
        });
    }

    private void report(PeerRun run, Placement placement, Duration download, Context context) {
        Duration all = run.elapsed();
        TorrentStatistics now = run.running().torrent().statistics();
        context.log(payload.tag() + " is in " + placement.target() + " after " + Quantities.time(all));
        for (String warning : placement.warnings()) {
            context.log(warning);
        }
        if (flags.json()) {
            HostReport result = run.result(placement.target(), all, now).with(Member.TAG, payload.tag())
                .with(Member.DOWNLOAD_SECONDS, PeerRun.seconds(download))
                .with(Member.UNPACK_SECONDS, PeerRun.seconds(all.minus(download))).with(Member.LOG, context.logPath());
            String warnings = String.join("; ", placement.warnings());
            context.out().println(warnings.isEmpty() ? result : result.with(Member.WARNING, warnings));
        } else {
            for (String warning : placement.warnings()) {
                context.out().println("warning: " + warning);
            }
            context.out().println(payload.tag() + ", " + Quantities.bytes(now.length()) + ", is in " + placement.target() + " after "
                + Quantities.time(all) + "; " + run.seeding());
        }
        context.out().flush();
    }
}
