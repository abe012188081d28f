package murder.tools.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import murder.engine.Engine;
import murder.engine.Torrent;
import murder.engine.TorrentException;
import murder.engine.TorrentOptions;
import murder.engine.TorrentProgress;
import murder.engine.TorrentState;
import murder.engine.TorrentStatistics;
import murder.metainfo.InfoSha256;
import murder.metainfo.Metainfo;
import murder.order.Content;
import murder.order.Order;
import murder.order.Release;
import murder.order.Target;
import murder.tools.run.StallWatch;
import murder.trust.SwarmKey;

/**
 * Downloads and uploads of payloads: one torrent each, in swarms that the fleet's key closes. For
 * the agent's main thread.
 */
final class Transfers {
    /** A download fails if it makes no progress for this long and has a known hindrance. */
    private static final Duration STALL = Duration.ofSeconds(60);
    /** Bytes per second of a payload that gives way to another one: one block. */
    private static final long BESIDE_FIRST = 16 * 1024;

    private final Engine engine;
    private final List<SwarmKey> keys;
    private final List<List<String>> trackers;
    private final String zone;
    private final Consumer<Runnable> main;
    private final Consumer<String> log;
    private final Map<InfoSha256, Running> running = new HashMap<>();
    private final Map<InfoSha256, Running> unnamed = new HashMap<>();
    /** What the newest order names. */
    private final Set<InfoSha256> named = new HashSet<>();
    /** Closes what the order does not open. */
    private SwarmKey key;
    /** By the payload that waits. */
    private final Map<InfoSha256, Precedence> precedences = new HashMap<>();

    /** One torrent. */
    private static final class Running {
        /** But for the key. */
        private TorrentOptions.Builder options;
        /** Gets the torrent, or the failure; null if it was complete from the start. */
        private final BiConsumer<Metainfo, Throwable> done;
        private final StallWatch stall = new StallWatch("");
        private boolean open;
        /** Of the swarm that it is in; null for an open one. */
        private SwarmKey key;
        private Torrent torrent;
        /** Whether the torrent was removed, and comes back in another swarm. */
        private boolean moving;
        private boolean complete;
        private boolean heldBack;

        Running(TorrentOptions.Builder options, boolean open, BiConsumer<Metainfo, Throwable> done) {
            this.options = options;
            this.open = open;
            this.done = done;
            this.complete = done == null;
        }
    }

    /**
     * @param keys of the fleet; the order says which one counts
     * @param main runs a task in the agent's main thread
     * @param log for people
     */
    Transfers(Engine engine, List<SwarmKey> keys, List<List<String>> trackers, String zone, Consumer<Runnable> main, Consumer<String> log) {
        this.log = log;
        this.engine = engine;
        this.keys = keys;
        this.key = keys.get(0);
        this.trackers = trackers;
        this.zone = zone;
        this.main = main;
    }

    boolean isThere(InfoSha256 info) {
        return running.containsKey(info);
    }

    boolean isComplete(InfoSha256 info) {
        Running one = running.get(info);
        return one != null && one.complete;
    }

    /** The path of the payload; null if it is not here. */
    Path path(InfoSha256 info) {
        Running one = running.get(info);
        return one == null ? null : one.torrent.path();
    }

    /**
     * Gets a payload, then seeds it.
     *
     * @param known its torrent, or null to ask peers
     * @param resume which pieces are verified
     * @param own whether only this user may read it
     * @param open whether strangers may take part
     * @param done gets the torrent, or the failure
     */
    void fetch(Content content, Metainfo known, Path path, Path resume, boolean own, boolean open, BiConsumer<Metainfo, Throwable> done)
        throws TorrentException {
        TorrentOptions.Builder options = known != null ? TorrentOptions.download(known, path)
            : TorrentOptions.fetch(content.infoHash(), path).infoSha256(content.infoSha256());
        add(content.infoSha256(), new Running(options.followLink(false).ownerOnly(own).resumeFile(resume), open, done));
    }

    /** Seeds a payload that is known to be complete. @param open whether strangers may take part */
    void seed(Metainfo metainfo, Path path, boolean open) throws TorrentException {
        add(metainfo.infoSha256(), new Running(TorrentOptions.seed(metainfo, path), open, null));
    }

    private void add(InfoSha256 info, Running one) throws TorrentException {
        one.options.trackers(trackers).zone(zone);
        start(info, one);
        running.put(info, one);
    }

    private void start(InfoSha256 info, Running one) throws TorrentException {
        one.key = one.open ? null : key;
        Torrent torrent = engine.add(one.options.swarmKey(one.key).build());
        one.torrent = torrent;
        if (one.complete) {
            return;
        }
        torrent.completion().whenComplete((result, error) -> main.accept(() -> {
            // A torrent that was stopped meanwhile does not count.
            if (running.get(info) == one && one.torrent == torrent && !one.moving) {
                one.complete = error == null;
                one.done.accept(error == null ? torrent.metainfo().orElseThrow() : null, error);
            }
        }));
    }

    /** Moves the payloads whose swarms this order opens, or closes by another key. */
    void follow(Order order) {
        key = keys.get(0);
        for (SwarmKey each : keys) {
            key = each.fingerprint().equals(order.key()) ? each : key;
        }
        Set<Content> open = OpenSwarms.of(order);
        named.clear();
        for (Target target : order.targets()) {
            for (Release release : target.releases()) {
                contents(release).forEach(content -> named.add(content.infoSha256()));
                Running one = release.content() == null ? null : running.get(release.content().infoSha256());
                if (one != null) {
                    one.open = open.contains(release.content());
                }
            }
        }
        running.forEach((info, one) -> {
            if (!Objects.equals(one.key, one.open ? null : key)) {
                move(info, one);
            }
        });
    }

    /**
     * Seeds a payload or a patch that was made here, once an order names it. The tracker serves the
     * swarms of the newest order: it would refuse an announce before that, and the next one would
     * come too late.
     *
     * @param open whether strangers may take part
     */
    void seedOnceNamed(Metainfo metainfo, Path path, boolean open) throws TorrentException {
        unnamed.put(metainfo.infoSha256(), new Running(TorrentOptions.seed(metainfo, path), open, null));
        if (named.contains(metainfo.infoSha256())) {
            seedNamed(metainfo.infoSha256());
        }
    }

    /** The order that is followed names this release. */
    void onNamed(Release release) throws TorrentException {
        for (Content each : contents(release)) {
            seedNamed(each.infoSha256());
        }
    }

    private void seedNamed(InfoSha256 info) throws TorrentException {
        Running made = unnamed.remove(info);
        if (made != null && !isThere(info)) {
            add(info, made);
        }
    }

    /** The payload, if it is known, and the patches to it. */
    private static List<Content> contents(Release release) {
        List<Content> contents = new ArrayList<>();
        if (release.content() != null) {
            contents.add(release.content());
        }
        release.patches().forEach(patch -> contents.add(patch.content()));
        return contents;
    }

    private void move(InfoSha256 info, Running one) {
        Torrent before = one.torrent;
        one.moving = true;
        before.remove().whenComplete((nothing, ignored) -> main.accept(() -> {
            if (running.get(info) != one || one.torrent != before) {
                return; // Stopped meanwhile, or moved already.
            }
            one.moving = false;
            try {
                if (one.complete) {
                    one.options = TorrentOptions.seed(before.metainfo().orElseThrow(), before.path()).trackers(trackers).zone(zone);
                }
                start(info, one);
            } catch (TorrentException e) {
                running.remove(info);
                log.accept("the payload " + info + " is not in its new swarm: " + e.getMessage());
                if (!one.complete) {
                    one.done.accept(null, e);
                }
            }
        }));
    }

    /** Sends one copy of a small payload before a large one: see {@link Precedence}. */
    void sendFirst(InfoSha256 small, InfoSha256 large) {
        precedences.put(large, new Precedence(small));
    }

    boolean isSendingFirst() {
        return !precedences.isEmpty();
    }

    /** Takes some milliseconds; for an agent that has nothing to do. */
    void releaseMemory() {
        engine.releaseMemory();
    }

    /** Call it often while {@link #isSendingFirst}. */
    void onTick(long nowNs) {
        precedences.forEach((large, precedence) -> limit(large, precedence, nowNs));
        precedences.values().removeIf(Precedence::isOver);
    }

    private void limit(InfoSha256 info, Precedence precedence, long nowNs) {
        Running small = running.get(precedence.small());
        Running large = running.get(info);
        if (small == null && !unnamed.containsKey(precedence.small())) {
            precedence.end();
        } else if (small != null) {
            TorrentStatistics now = small.torrent.statistics();
            precedence.onSent(now.uploadedBytes(), now.length(), nowNs);
        }
        if (large != null) {
            large.torrent.limitUpload(precedence.holdsBack() ? BESIDE_FIRST : 0);
        }
    }

    /** Lets a download continue at full speed, or nearly stops it. */
    void holdBack(InfoSha256 info, boolean on) {
        Running one = running.get(info);
        if (one != null && one.heldBack != on) {
            one.heldBack = on;
            one.torrent.limitDownload(on ? BESIDE_FIRST : 0);
        }
    }

    /** Ends a torrent; its files stay. */
    void stop(InfoSha256 info) {
        unnamed.remove(info);
        Running one = running.remove(info);
        if (one != null) {
            one.torrent.remove();
        }
    }

    /** The torrent of a payload; null as long as it is not here. */
    Metainfo metainfo(InfoSha256 info) {
        Running one = running.get(info);
        return one == null ? null : one.torrent.metainfo().orElse(null);
    }

    /** The progress of a payload; null if it is not here. It takes no turn of the engine. */
    TorrentProgress progress(InfoSha256 info) {
        Running one = running.get(info);
        return one == null ? null : one.torrent.progress();
    }

    /** The state of a torrent; null if it is not here. */
    TorrentStatistics statistics(InfoSha256 info) {
        Running one = running.get(info);
        return one == null ? null : one.torrent.statistics();
    }

    /** The hindrance of a download, or an empty text. */
    String trouble(InfoSha256 info, TorrentStatistics now, long nowNs) {
        Running one = running.get(info);
        one.stall.update(now, "", nowNs);
        return one.stall.trouble();
    }

    /** Whether a download has stalled. */
    boolean isStalled(InfoSha256 info, long nowNs) {
        Running one = running.get(info);
        return one != null && !one.complete && one.torrent.state() != TorrentState.SEEDING && one.stall.exceeds(STALL, nowNs);
    }

    /** How many peers are connected. */
    int peers() {
        return engine.statistics().peers();
    }

    long downloadedBytes() {
        return engine.statistics().downloadedBytes();
    }

    long uploadedBytes() {
        return engine.statistics().uploadedBytes();
    }
}
