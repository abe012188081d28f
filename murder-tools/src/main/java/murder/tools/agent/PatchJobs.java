package murder.tools.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import murder.delta.Growth;
import murder.delta.Manifest;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.order.Content;
import murder.order.Maker;
import murder.order.Release;
import murder.order.Target;
import murder.tools.cli.CommandException;
import murder.tools.cli.Printable;
import murder.tools.cli.StateFolder;
import murder.tools.host.Durable;
import murder.tools.host.PlacedRelease;
import murder.tools.host.TreeRemoval;

/** The work of an agent on its disk for patches. */
final class PatchJobs {
    /** The entries of a release in its place: all but those that are staged inside of it. */
    static final Manifest.Selection RELEASE = file -> !PlacedRelease.isTemporary(file);

    private final Places places;
    private final Payloads payloads;
    private final List<List<String>> trackers;
    private final StateFolder state;

    PatchJobs(Places places, Payloads payloads, List<List<String>> trackers, StateFolder state) {
        this.state = state;
        this.places = places;
        this.payloads = payloads;
        this.trackers = trackers;
    }

    /**
     * A new patch.
     *
     * @param patch its name in orders
     * @param file its path
     * @param source fingerprint of the source
     */
    record Made(Metainfo metainfo, murder.order.Patch patch, Path file, String source) {
    }

    /** The name of a patch's file. */
    static String fileName(Release release) {
        return release.tag() + ".patch";
    }

    /** Whether a release in its place is unchanged since it was put there. Reads no content. */
    boolean isIntact(Path place, Content content) throws IOException {
        return new PlacedRelease(state, place).holds(content.infoSha256());
    }

    /**
     * Makes the patch from a release on this host to the release that hosts would unpack from the
     * source.
     *
     * @param old path of the release
     * @param from its content
     */
    Made make(ReleaseKey key, Release release, Path old, Content from) throws AgentException, InterruptedException {
        Maker maker = release.maker();
        Path source = places.resolve(maker.source());
        try {
            if (!isIntact(old, from)) {
                throw new AgentException(Cause.SOURCE, old + " was changed since it was put there, so it differs from that of other hosts",
                    null);
            }
            String fingerprint = SourceFingerprint.of(source, release);
            Path making = payloads.making("patch to " + key);
            try {
                Path growing = making.resolve(fileName(release));
                PatchMaker.make(old, source, maker.keepLinks(), growing);
                byte[] same = Files.readAllBytes(PatchMaker.same(growing));
                Files.delete(PatchMaker.same(growing));
                Metainfo metainfo = TorrentCreator.create(growing, TorrentCreator.Options.builder().trackers(trackers)
                    .hosts(maker.hosts()).name(fileName(release)).attachment(same).build(), HashProgress.NONE);
                if (!SourceFingerprint.of(source, release).equals(fingerprint)) {
                    throw new AgentException(Cause.SOURCE, source + " was changed while a patch was made", null);
                }
                payloads.keepMade(making, metainfo, fingerprint);
                Content content = new Content(metainfo.infoHash(), metainfo.infoSha256(), metainfo.layout().length());
                return new Made(metainfo, murder.order.Patch.of(from, content),
                    payloads.of(metainfo.infoSha256()).resolve(fileName(release)), fingerprint);
            } finally {
                TreeRemoval.delete(making);
            }
        } catch (IOException e) {
            throw AgentException.of(e, Cause.SOURCE);
        }
    }

    /**
     * Copies the files that a patch leaves as they are, until it is interrupted.
     *
     * @param same which files, from the torrent of the patch
     * @param old path of the release that it leads from
     * @param begun gets the new release before the first copy
     */
    void copy(ReleaseKey key, Target target, Release release, byte[] same, Path old, Ledger.Trace known, Jobs.Announced announced,
              AtomicReference<Growth> begun) throws AgentException, IOException {
        Ledger.Trace trace = places.trace(key, target, release, release.tag(), known);
        announced.onTrace(trace);
        TreeRemoval.delete(trace.part());
        Growth growth = new Growth(old, RELEASE, trace.part());
        begun.set(growth);
        growth.copy(same);
    }

    /**
     * Makes a staged release from a patch: exactly the same one as from the whole payload.
     *
     * @param patch its path
     * @param old path of the release that it leads from
     * @param begun the release with files that were copied already; null if none were
     * @param seconds since 1970, the time of all files and directories
     * @return the path of the staged release
     */
    Ledger.Trace apply(Step.Unpack step, Path patch, Path old, Growth begun, Ledger.Trace known, long seconds,
                       Jobs.Announced announced) throws AgentException, InterruptedException {
        try {
            Ledger.Trace trace = places.trace(step.key(), step.target(), step.release(), step.release().tag(), known);
            announced.onTrace(trace);
            if (begun == null) {
                TreeRemoval.delete(trace.part());
            }
            Growth growth = begun == null ? new Growth(old, RELEASE, trace.part()) : begun;
            FileTime modified = FileTime.from(seconds, TimeUnit.SECONDS);
            Manifest made = growth.make(patch, PatchJobs::checkNames, step.target().keepLinks(), modified);
            Durable.forceTree(trace.part(), made.contents(trace.part()));
            Places.finish(trace.part(), trace.staged());
            return trace.ready(Ledger.identity(trace.staged()));
        } catch (IOException | CommandException e) {
            throw AgentException.of(e, Cause.UNPACK);
        }
    }

    /** An archive with such names is refused, too. */
    private static void checkNames(Manifest manifest) throws IOException {
        for (Manifest.Entry entry : manifest.entries()) {
            if (!Printable.of(entry.path()).equals(entry.path())) {
                throw new IOException("the patch has a file '" + Printable.of(entry.path())
                    + "' with control characters or marks of text direction in its name");
            }
        }
    }
}
