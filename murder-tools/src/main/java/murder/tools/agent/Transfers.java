package murder.tools.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import murder.engine.Engine;
import murder.engine.Torrent;
import murder.engine.TorrentException;
import murder.engine.TorrentOptions;
import murder.engine.TorrentProgress;
import murder.engine.TorrentState;
import murder.engine.TorrentStatistics;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.order.Content;
import murder.tools.run.StallWatch;
import murder.trust.SwarmKey;

/**
 * Downloads and uploads of payloads: one torrent each, in swarms that the fleet's key closes. For
 * the agent's main thread.
 */
final class Transfers {
    /** A download fails if it makes no progress for this long and has a known hindrance. */
    private static final Duration STALL = Duration.ofSeconds(60);

    private final Engine engine;
    private final SwarmKey key;
    private final List<List<String>> trackers;
    private final String zone;
    private final Consumer<Runnable> main;
    private final Map<InfoHash, Running> running = new HashMap<>();
    private final Map<InfoHash, TorrentOptions.Builder> unnamed = new HashMap<>();

    /** One torrent. */
    private static final class Running {
        private final Torrent torrent;
        private final StallWatch stall = new StallWatch("");
        private boolean complete;

        Running(Torrent torrent) {
            this.torrent = torrent;
        }
    }

    /** @param main runs a task in the agent's main thread */
    Transfers(Engine engine, SwarmKey key, List<List<String>> trackers, String zone, Consumer<Runnable> main) {
        this.engine = engine;
        this.key = key;
        this.trackers = trackers;
        this.zone = zone;
        this.main = main;
    }

    boolean isThere(InfoHash infoHash) {
        return running.containsKey(infoHash);
    }

    boolean isComplete(InfoHash infoHash) {
        Running one = running.get(infoHash);
        return one != null && one.complete;
    }

    /** The path of the payload; null if it is not here. */
    Path path(InfoHash infoHash) {
        Running one = running.get(infoHash);
        return one == null ? null : one.torrent.path();
    }

    /**
     * Gets a payload, then seeds it.
     *
     * @param known its torrent, or null to ask peers
     * @param resume which pieces are verified
     * @param own whether only this user may read it
     * @param done gets the torrent, or the failure
     */
    void fetch(Content content, Metainfo known, Path path, Path resume, boolean own, BiConsumer<Metainfo, Throwable> done)
        throws TorrentException {
        TorrentOptions.Builder options = known != null ? TorrentOptions.download(known, path)
            : TorrentOptions.fetch(content.infoHash(), path).infoSha256(content.infoSha256());
        Running one = add(content.infoHash(), options.followLink(false).ownerOnly(own).resumeFile(resume));
        one.torrent.completion().whenComplete((result, error) -> main.accept(() -> {
            // A torrent that was stopped meanwhile does not count.
            if (running.get(content.infoHash()) == one) {
                one.complete = error == null;
                done.accept(error == null ? one.torrent.metainfo().orElseThrow() : null, error);
            }
        }));
    }

    /** Seeds a payload that is known to be complete. */
    void seed(Metainfo metainfo, Path path) throws TorrentException {
        add(metainfo.infoHash(), TorrentOptions.seed(metainfo, path)).complete = true;
    }

    /**
     * Seeds a payload that was made here, once an order names it. The tracker serves the swarms of
     * the newest order: it would refuse an announce before that, and the next one would come too
     * late.
     */
    void seedOnceNamed(Metainfo metainfo, Path path) {
        unnamed.put(metainfo.infoHash(), TorrentOptions.seed(metainfo, path));
    }

    /** An order names this payload. @param content null if it is not known yet */
    void onNamed(Content content) throws TorrentException {
        TorrentOptions.Builder made = content == null ? null : unnamed.remove(content.infoHash());
        if (made != null && !isThere(content.infoHash())) {
            add(content.infoHash(), made).complete = true;
        }
    }

    private Running add(InfoHash infoHash, TorrentOptions.Builder options) throws TorrentException {
        Running one = new Running(engine.add(options.trackers(trackers).zone(zone).swarmKey(key).build()));
        running.put(infoHash, one);
        return one;
    }

    /** Ends a torrent; its files stay. */
    void stop(InfoHash infoHash) {
        unnamed.remove(infoHash);
        Running one = running.remove(infoHash);
        if (one != null) {
            one.torrent.remove();
        }
    }

    /** The progress of a payload; null if it is not here. It takes no turn of the engine. */
    TorrentProgress progress(InfoHash infoHash) {
        Running one = running.get(infoHash);
        return one == null ? null : one.torrent.progress();
    }

    /** The state of a torrent; null if it is not here. */
    TorrentStatistics statistics(InfoHash infoHash) {
        Running one = running.get(infoHash);
        return one == null ? null : one.torrent.statistics();
    }

    /** The hindrance of a download, or an empty text. */
    String trouble(InfoHash infoHash, TorrentStatistics now, long nowNs) {
        Running one = running.get(infoHash);
        one.stall.update(now, "", nowNs);
        return one.stall.trouble();
    }

    /** Whether a download has stalled. */
    boolean isStalled(InfoHash infoHash, long nowNs) {
        Running one = running.get(infoHash);
        return one != null && !one.complete && one.torrent.state() != TorrentState.SEEDING && one.stall.exceeds(STALL, nowNs);
    }

    /** How many peers are connected. */
    int peers() {
        return engine.statistics().peers();
    }

    long uploadedBytes() {
        return engine.statistics().uploadedBytes();
    }
}
