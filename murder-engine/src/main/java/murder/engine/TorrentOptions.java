package murder.engine;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.tracker.AnnounceRequest;

/**
 * What to add to an engine. Immutable; made by a {@link Builder}, which {@link #download}, {@link #seed} and {@link #fetch} return.
 *
 * <pre>{@code
 * engine.add(TorrentOptions.download(metainfo, Path.of("build")).resumeFile(Path.of("build.resume")).build());
 * }</pre>
 */
public final class TorrentOptions {
    /** What is believed of the data that is already there. */
    public enum Start {
        /** Trust the resume file after a sample; without one, hash what is there. */
        RESUME,
        /** Hash everything that is there. */
        CHECK,
        /** All of it is there and right; only sizes are looked at. */
        SEED
    }

    private final InfoHash infoHash;
    private final Metainfo metainfo;
    private final Path path;
    private final Path resumeFile;
    private final Start start;
    private final List<List<String>> trackers;
    private final List<InetSocketAddress> peers;
    private final String zone;
    private final long uploadBytesPerSecond;
    private final long downloadBytesPerSecond;
    private final TorrentListener listener;

    private TorrentOptions(Builder from) {
        infoHash = from.infoHash;
        metainfo = from.metainfo;
        path = from.path;
        resumeFile = from.resumeFile;
        start = from.start;
        trackers = from.trackers;
        peers = from.peers;
        zone = from.zone;
        uploadBytesPerSecond = from.uploadBytesPerSecond;
        downloadBytesPerSecond = from.downloadBytesPerSecond;
        listener = from.listener;
    }

    /**
     * Fetches what is missing of a payload, then seeds it. Announces to the torrent's own trackers.
     *
     * @param path the file itself for a torrent of one file, otherwise the directory that holds the files
     */
    public static Builder download(Metainfo metainfo, Path path) {
        return new Builder(metainfo.infoHash(), metainfo, path).trackers(metainfo.trackers());
    }

    /**
     * Seeds a payload that is known to be complete, without hashing it again. Announces to the torrent's own trackers.
     *
     * @param path the file itself for a torrent of one file, otherwise the directory that holds the files
     */
    public static Builder seed(Metainfo metainfo, Path path) {
        return download(metainfo, path).start(Start.SEED);
    }

    /**
     * Fetches the torrent itself from peers first (BEP 9), then its payload. Set trackers or peers: there are none yet.
     *
     * @param path the file itself for a torrent of one file, otherwise the directory that holds the files
     */
    public static Builder fetch(InfoHash infoHash, Path path) {
        return new Builder(infoHash, null, path);
    }

    /** A builder with these options, to change some of them. */
    public Builder toBuilder() {
        Builder builder = new Builder(infoHash, metainfo, path);
        builder.resumeFile = resumeFile;
        builder.start = start;
        builder.trackers = trackers;
        builder.peers = peers;
        builder.zone = zone;
        builder.uploadBytesPerSecond = uploadBytesPerSecond;
        builder.downloadBytesPerSecond = downloadBytesPerSecond;
        builder.listener = listener;
        return builder;
    }

    /** Info-hash of the torrent. */
    public InfoHash infoHash() {
        return infoHash;
    }

    /** The torrent, or null to fetch it from peers. */
    public Metainfo metainfo() {
        return metainfo;
    }

    /** The file itself for a torrent of one file, otherwise the directory that holds the files. */
    public Path path() {
        return path;
    }

    /** File that lists the verified pieces; null for none. */
    public Path resumeFile() {
        return resumeFile;
    }

    /** What is believed of the data that is already there. */
    public Start start() {
        return start;
    }

    /** Announce URLs by tiers (BEP 12). */
    public List<List<String>> trackers() {
        return trackers;
    }

    /** Resolved addresses to dial besides those that trackers return. */
    public List<InetSocketAddress> peers() {
        return peers;
    }

    /** Name of the rack or site; empty for none. */
    public String zone() {
        return zone;
    }

    /** Upload limit of this torrent, in bytes per second; 0 for none. */
    public long uploadBytesPerSecond() {
        return uploadBytesPerSecond;
    }

    /** Download limit of this torrent, in bytes per second; 0 for none. */
    public long downloadBytesPerSecond() {
        return downloadBytesPerSecond;
    }

    /** Hears what happens to the torrent. */
    public TorrentListener listener() {
        return listener;
    }

    /** Collects options. Each setter checks its value at once and returns this builder. Not for several threads. */
    public static final class Builder {
        private final InfoHash infoHash;
        private final Metainfo metainfo;
        private final Path path;
        private Path resumeFile;
        private Start start = Start.RESUME;
        private List<List<String>> trackers = List.of();
        private List<InetSocketAddress> peers = List.of();
        private String zone = "";
        private long uploadBytesPerSecond;
        private long downloadBytesPerSecond;
        private TorrentListener listener = new TorrentListener() { };

        private Builder(InfoHash infoHash, Metainfo metainfo, Path path) {
            this.infoHash = Objects.requireNonNull(infoHash, "infoHash");
            this.metainfo = metainfo;
            this.path = Objects.requireNonNull(path, "path");
        }

        /**
         * File that lists the verified pieces, so that a killed transfer goes on where it was. The engine creates it and keeps it.
         * Default null: none, because only the embedder knows a place for it. Without one, the engine hashes what is there.
         */
        public Builder resumeFile(Path value) {
            resumeFile = value;
            return this;
        }

        /** What is believed of the data that is already there. Default {@link Start#RESUME}; {@link Start#SEED} after {@link #seed}. */
        public Builder start(Start value) {
            start = Objects.requireNonNull(value, "start");
            return this;
        }

        /**
         * Announce URLs by tiers (BEP 12). Replaces those of the torrent; an empty list announces nowhere. Default: the torrent's own,
         * none after {@link #fetch}.
         */
        public Builder trackers(List<List<String>> value) {
            trackers = value.stream().map(List::copyOf).toList();
            return this;
        }

        /**
         * Addresses to dial besides those that trackers return. Default: none. A torrent keeps up to 2000 addresses that it does not dial
         * yet, about 100 bytes each, and drops more.
         *
         * @throws IllegalArgumentException if an address is not resolved
         */
        public Builder peers(List<InetSocketAddress> value) {
            List<InetSocketAddress> addresses = List.copyOf(value);
            for (InetSocketAddress peer : addresses) {
                if (peer.isUnresolved()) {
                    throw new IllegalArgumentException("unresolved address " + peer);
                }
            }
            peers = addresses;
            return this;
        }

        /**
         * Name of the rack or site, at most 64 characters. A tracker that uses zones returns mostly peers of the same one. Default empty:
         * no zone, because only the embedder knows its racks.
         */
        public Builder zone(String value) {
            if (value.length() > AnnounceRequest.MAX_ZONE_LENGTH) {
                throw new IllegalArgumentException(
                    "zone has " + value.length() + " characters, at most " + AnnounceRequest.MAX_ZONE_LENGTH + " are allowed");
            }
            zone = value;
            return this;
        }

        /** Upload limit of this torrent, in bytes per second. Default 0: no limit. See {@link Torrent#uploadLimit}. */
        public Builder uploadBytesPerSecond(long value) {
            uploadBytesPerSecond = EngineOptions.checkRate("uploadBytesPerSecond", value);
            return this;
        }

        /** Download limit of this torrent, in bytes per second. Default 0: no limit. See {@link Torrent#downloadLimit}. */
        public Builder downloadBytesPerSecond(long value) {
            downloadBytesPerSecond = EngineOptions.checkRate("downloadBytesPerSecond", value);
            return this;
        }

        /** Hears what happens to the torrent; {@link EngineOptions.Builder#notifications} runs its calls. Default: ignores all calls. */
        public Builder listener(TorrentListener value) {
            listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        /**
         * The options as they are now. This builder can be used again.
         *
         * @throws IllegalArgumentException if a torrent without metainfo is to start as a seeder
         */
        public TorrentOptions build() {
            if (metainfo == null && start == Start.SEED) {
                throw new IllegalArgumentException("seeding needs the torrent, not only its info-hash");
            }
            return new TorrentOptions(this);
        }
    }
}
