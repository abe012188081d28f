package murder.tools.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.order.Maker;
import murder.order.Order;
import murder.order.Release;
import murder.order.Target;
import murder.tools.cli.CommandException;
import murder.tools.cli.Lifetime;
import murder.tools.cli.OwnFolder;
import murder.tools.cli.ProgressLine;
import murder.tools.host.Durable;
import murder.tools.host.NewFile;
import murder.tools.host.Packing;
import murder.tools.host.PlacedRelease;
import murder.tools.host.Placement;
import murder.tools.host.SymbolicLinks;
import murder.tools.host.TreeRemoval;
import murder.tools.host.Unpacking;
import murder.tools.host.VerifiedInput;
import murder.tools.run.HashingProgress;

/**
 * The work of an agent on its disk. Each method is one step. It may take long, and a later run can
 * continue after it at any point.
 */
final class Jobs {
    private final AgentFolder folder;
    private final Places places;
    private final Payloads payloads;
    private final List<List<String>> trackers;

    Jobs(AgentFolder folder, Places places, Payloads payloads, List<List<String>> trackers) {
        this.folder = folder;
        this.places = places;
        this.payloads = payloads;
        this.trackers = trackers;
    }

    /**
     * The result of packing.
     *
     * @param payload the archive or the source
     * @param again whether it existed already
     */
    record Made(Metainfo metainfo, Path payload, boolean again) {
        Content content() {
            return new Content(metainfo.infoHash(), metainfo.infoSha256(), metainfo.layout().length());
        }
    }

    /** @param known content that was made of this release before, or null */
    Made make(ReleaseKey key, Release release, Content known) throws AgentException, InterruptedException {
        Maker maker = release.maker();
        Path source = places.resolve(maker.source());
        Packing packing = new Packing(source, release.archive(), maker.isFile(), maker.keepLinks());
        try {
            packing.check();
            if (Files.isDirectory(source) && payloads.path().startsWith(source.toRealPath())) {
                throw new AgentException(Cause.SOURCE, "the agent's temporary folder " + payloads.path() + " is inside " + source
                    + " and would travel with it; choose another temp_path", null);
            }
            String fingerprint = SourceFingerprint.of(source, release);
            boolean same = known != null && payloads.fingerprint(known.infoSha256()).equals(fingerprint);
            Made before = same ? before(release, known, source) : null;
            return before != null ? before : pack(key, release, packing, fingerprint);
        } catch (IOException | CommandException e) {
            throw AgentException.of(e, Cause.SOURCE);
        }
    }

    private Made before(Release release, Content known, Path source) throws IOException {
        Metainfo metainfo = payloads.info(known.infoSha256());
        Path payload = payload(release, known, source);
        return metainfo != null && Files.exists(payload) && (release.archive() == Archive.TREE
            || Files.size(payload) == metainfo.layout().length()) ? new Made(metainfo, payload, true) : null;
    }

    /** The place of an earlier process's payload, if it can be seeded unchanged; else null. */
    Path payload(Order order, Holding holding, Ledger.Trace trace) throws IOException {
        for (Target target : order.targets()) {
            Release release = target.destination().equals(holding.key().destination()) ? target.release(holding.key().tag()) : null;
            if (release == null) {
                continue;
            }
            Path payload = release.archive() != Archive.TREE ? payload(release, holding.payload(), null)
                : holding.isMade() && release.maker() != null ? places.resolve(release.maker().source())
                : holding.payload().equals(holding.placed()) ? trace.place()
                : holding.payload().equals(holding.staged()) ? trace.staged() : trace.part();
            boolean isThere = payload != null && Files.exists(payload);
            boolean isWhole = isThere && (release.archive() == Archive.TREE || Files.size(payload) == holding.payload().length());
            return isWhole ? payload : null;
        }
        return null;
    }

    /** The place of a release that is there. */
    Placement placement(Target target, String tag, Ledger.Trace trace) throws AgentException {
        return places.placement(target, tag, trace.place().getFileName().toString());
    }

    private Path payload(Release release, Content content, Path source) throws IOException {
        return release.archive() == Archive.TREE ? source : payloads.of(content.infoSha256()).resolve(Places.fileName(release));
    }

    private Made pack(ReleaseKey key, Release release, Packing packing, String fingerprint)
        throws AgentException, CommandException, IOException, InterruptedException {
        boolean tree = release.archive() == Archive.TREE;
        Path making = payloads.making(key);
        Path growing = tree ? packing.files() : making.resolve(Places.fileName(release));
        ProgressLine line = quiet();
        if (!tree) {
            packing.makeArchive(growing, line);
        }
        Metainfo metainfo = torrent(growing, release, trackers, line);
        if (!SourceFingerprint.of(packing.files(), release).equals(fingerprint)) {
            throw new AgentException(Cause.SOURCE, packing.files() + " was changed while it was packed; deploy it when nobody writes there",
                null);
        }
        payloads.keepMade(making, metainfo, fingerprint);
        Made made = new Made(metainfo, null, false);
        return new Made(metainfo, payload(release, made.content(), packing.files()), false);
    }

    /** The same payload and release give the same one, apart from the trackers. */
    static Metainfo torrent(Path payload, Release release, List<List<String>> trackers, ProgressLine line)
        throws IOException, InterruptedException {
        Maker maker = release.maker();
        boolean tree = release.archive() == Archive.TREE;
        return TorrentCreator.create(payload, TorrentCreator.Options.builder().trackers(trackers).hosts(maker.hosts())
            .pieceLength(maker.pieceLength()).name(tree && maker.isFile() ? "" : tree ? release.tag() : Places.fileName(release))
            .excluded(Packing.EXCLUDED).modes(tree).build(), new HashingProgress(line, "hashing"));
    }

    static ProgressLine quiet() {
        return new ProgressLine(new PrintStream(OutputStream.nullOutputStream()), ProgressLine.Mode.PLAIN, System.nanoTime());
    }

    /**
     * The result of the checks before a download.
     *
     * @param inPlace whether exactly this release is in its place already
     * @param trace its paths; null if they depend on the torrent
     * @param payload the path of the download
     */
    record Prepared(boolean inPlace, Ledger.Trace trace, Path payload) {
    }

    Prepared prepare(Step.Fetch step, Ledger.Trace known) throws AgentException {
        ReleaseKey key = step.key();
        Target target = step.target();
        Release release = step.release();
        Content content = release.content();
        boolean tree = release.archive() == Archive.TREE;
        try {
            boolean told = Places.isKnown(target, release);
            // If the name of a single file is unknown yet, its directory gives the place.
            Placement placement = places.placement(target, release.tag(), told ? Places.fileName(release) : release.tag());
            placement.sweep(null);
            Ledger.Trace trace = known.withPlace(Places.beside(placement, key, content, false),
                Places.beside(placement, key, content, true), placement.target());
            if (told && new PlacedRelease(folder.state(), placement.target()).holds(content.infoSha256())) {
                return new Prepared(true, trace.inPlace(Ledger.identity(placement.target())), null);
            }
            if (told) {
                Places.checkFree(placement);
            }
            Path payload = step.patch() != null ? payloads.of(step.content().infoSha256()).resolve(PatchJobs.fileName(release))
                : tree ? trace.part() : payloads.of(content.infoSha256()).resolve(Places.fileName(release));
            if (tree && Files.isSymbolicLink(payload)) {
                Files.delete(payload); // An earlier run seeded by this name.
            }
            checkSpace(step.content(), payload);
            return new Prepared(false, trace, payload);
        } catch (IOException e) {
            throw AgentException.of(e, Cause.SYSTEM);
        }
    }

    /** Refuses only what certainly does not fit: an earlier download counts as free room. */
    private static void checkSpace(Content content, Path payload) throws AgentException, IOException {
        long there = Files.isRegularFile(payload, LinkOption.NOFOLLOW_LINKS) ? Files.size(payload) : 0;
        long usable = Places.usable(payload.getParent());
        if (there == 0 && !Files.exists(payload) && usable < content.length()) {
            throw new AgentException(Cause.SPACE, "no space left: the payload has " + content.length() + " bytes, and " + usable
                + " are free in " + payload.getParent(), null);
        }
    }

    /**
     * Makes a staged release from a payload.
     *
     * @param payload its path
     * @param seconds since 1970, the time of all files from an archive
     * @return the path of the staged release
     */
    Ledger.Trace unpack(Step.Unpack step, Metainfo metainfo, Path payload, Ledger.Trace known, long seconds, Announced announced)
        throws AgentException, InterruptedException {
        Target target = step.target();
        Archive archive = step.release().archive();
        boolean file = target.layout() == Layout.FILE;
        try {
            if (metainfo.isSingleFile() != (file || archive != Archive.TREE)) {
                throw new AgentException(Cause.ORDER, "the payload is " + (metainfo.isSingleFile() ? "one file" : "a directory")
                    + ", and the order wants it to become " + (file ? "one" : "a directory"), null);
            }
            Ledger.Trace trace = places.trace(step.key(), target, step.release(), metainfo.name(), known);
            announced.onTrace(trace);
            Path part = trace.part();
            boolean grewHere = archive == Archive.TREE && payload.equals(part) && !Files.isSymbolicLink(part);
            if (!grewHere) {
                TreeRemoval.delete(part);
                fill(step, metainfo, payload, part, seconds);
                Durable.forceTree(part); // The engine has done so with what grew here.
            }
            if (archive == Archive.TREE) {
                Modes.apply(metainfo, part);
            }
            Places.finish(part, trace.staged());
            if (grewHere) {
                // The engine continues to seed under the staging name.
                Files.createSymbolicLink(part, trace.staged().getFileName());
            }
            return trace.ready(Ledger.identity(trace.staged()));
        } catch (IOException | CommandException e) {
            throw AgentException.of(e, Cause.UNPACK);
        }
    }

    /** Gets the path of a new release before anything is created. */
    interface Announced {
        void onTrace(Ledger.Trace trace) throws IOException;
    }

    private static void fill(Step.Unpack step, Metainfo metainfo, Path payload, Path part, long seconds)
        throws CommandException, IOException, InterruptedException {
        if (step.release().archive() == Archive.TREE) {
            TreeCopy.copy(metainfo, payload, part);
        } else if (step.target().layout() == Layout.FILE) {
            try (VerifiedInput in = VerifiedInput.open(payload, metainfo);
                 OutputStream out = NewFile.createReadable(part, metainfo.files().get(0).executable())) {
                in.transferTo(out);
            }
        } else {
            OwnFolder.make(part);
            try (Lifetime lifetime = new Lifetime()) {
                Unpacking.unpack(payload, metainfo, step.release().archive(), part, seconds,
                    step.target().keepLinks() ? SymbolicLinks.KEPT : SymbolicLinks.INSIDE, lifetime, quiet());
            }
        }
    }

    /**
     * The result of an activation.
     *
     * @param trace of the activated release
     * @param replaced the release that was in its place and is staged now, or null
     * @param warnings for the log
     */
    record Activated(Ledger.Trace trace, Path replaced, List<String> warnings) {
    }

    /**
     * Puts a release in its place and points the link to it.
     *
     * @param inPlace whether it is in its place already
     * @param old the path for the release that is in the place now, or null to delete it
     */
    Activated activate(Step.Activate step, boolean inPlace, Ledger.Trace trace, Path old) throws AgentException {
        Target target = step.target();
        try {
            Path link = places.link(target);
            Placement placement = places.placement(target, step.release().tag(), trace.place().getFileName().toString());
            Ledger.Trace now = trace;
            Path replaced = null;
            if (!inPlace) {
                placement.sweep(null);
                boolean swaps = old != null && !placement.isInside() && Files.exists(placement.target(), LinkOption.NOFOLLOW_LINKS);
                try {
                    placement.publish(trace.staged(), swaps ? old : null);
                } catch (CommandException e) {
                    throw new AgentException(Cause.OCCUPIED, e.getMessage(), e);
                }
                replaced = swaps ? old : null;
                now = trace.inPlace(Ledger.identity(placement.target()));
            }
            if (link != null) {
                Places.lead(link, placement.target());
            }
            return new Activated(now, replaced, List.copyOf(placement.warnings()));
        } catch (IOException e) {
            throw AgentException.of(e, Cause.SYSTEM);
        }
    }

    /** After an activation: slow work that nobody waits for. */
    void settle(Content content, Ledger.Trace trace, boolean tree) throws IOException {
        if (tree && trace.part() != null && Files.isSymbolicLink(trace.part())) {
            Path beside = trace.part().resolveSibling(trace.part().getFileName() + "-link");
            Files.deleteIfExists(beside);
            Files.createSymbolicLink(beside, trace.place());
            Files.move(beside, trace.part(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        Placement.tidy(trace.place());
        new PlacedRelease(folder.state(), trace.place()).record(content.infoSha256());
    }

    /** Removes a staged or an incomplete release. */
    void withdraw(Ledger.Trace trace) throws IOException {
        for (Path each : new Path[] {trace.part(), trace.staged()}) {
            if (each != null && Files.exists(each.getParent())) {
                TreeRemoval.delete(each);
            }
        }
    }

    /**
     * Removes an old release from its place. It renames the release first, so that nobody sees half
     * of it.
     */
    void remove(Step.Remove step, Ledger.Trace trace) throws AgentException {
        try {
            Placement placement = places.placement(step.target(), step.key().tag(), trace.place().getFileName().toString());
            if (!Objects.equals(placement.target(), trace.place()) || !Ledger.identity(trace.place()).equals(trace.placeIs())) {
                return; // Another entry is there now.
            }
            Path rubbish = placement.rubbish(step.key().tag());
            Files.move(trace.place(), rubbish, StandardCopyOption.ATOMIC_MOVE);
            TreeRemoval.delete(rubbish);
        } catch (IOException e) {
            throw AgentException.of(e, Cause.SYSTEM);
        }
    }
}
