package murder.engine;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.trust.SwarmKey;

/**
 * The options of a torrent in an engine. Immutable; made by a {@link Builder}, which
 * {@link #download}, {@link #seed} and {@link #fetch} return.
 *
 * <pre>{@code
 * engine.add(TorrentOptions.download(metainfo, Path.of("build")).resumeFile(Path.of("build.resume")).build());
 * }</pre>
 */
public final class TorrentOptions {
    /** How the existing data is checked. */
    public enum Start {
        /** Trust the resume file after a sample; without one, hash the existing files. */
        RESUME,
        /** Hash everything that is there. */
        CHECK,
        /** Trust that all of it is correct, and check only sizes. */
        SEED
    }

    /** Ignores all calls. */
    static final TorrentListener NO_LISTENER = new TorrentListener() { };

    private final Values values;

    private TorrentOptions(Values values) {
        this.values = values;
    }

    /**
     * Fetches the missing part of a payload, then seeds it. Announces to the torrent's own
     * trackers.
     *
     * @param metainfo the torrent
     * @param path the file itself for a torrent of one file, otherwise the directory that holds the
     *     files
     * @return a builder with every other option at its default
     */
    public static Builder download(Metainfo metainfo, Path path) {
        Builder builder = new Builder(metainfo.infoHash(), metainfo, path);
        // Not checked: a bad URL in a torrent counts as a tracker that fails, and the other
        // trackers work.
        builder.values.trackers = metainfo.trackers();
        return builder;
    }

    /**
     * Seeds a payload that is known to be complete, without hashing it again. Announces to the
     * torrent's own trackers.
     *
     * @param metainfo the torrent
     * @param path the file itself for a torrent of one file, otherwise the directory that holds the
     *     files
     * @return a builder with every other option at its default
     */
    public static Builder seed(Metainfo metainfo, Path path) {
        return download(metainfo, path).start(Start.SEED);
    }

    /**
     * Fetches the torrent itself from peers first (BEP 9), then its payload. Set trackers or peers:
     * there are none yet.
     *
     * @param infoHash of the torrent
     * @param path the file itself for a torrent of one file, otherwise the directory that holds the
     *     files
     * @return a builder with every other option at its default
     */
    public static Builder fetch(InfoHash infoHash, Path path) {
        return new Builder(infoHash, null, path);
    }

    /** {@return the info-hash of the torrent} */
    public InfoHash infoHash() {
        return values.infoHash;
    }

    /**
     * {@return the name of the swarm in handshakes and announces: the info-hash, or another one if
     * the swarm is closed}
     */
    InfoHash swarmName() {
        return values.swarmName;
    }

    /** {@return the key that closes the swarm, or null if it is open} */
    public SwarmKey swarmKey() {
        return values.swarmKey;
    }

    /** {@return the SHA-256 of the info dictionary, or null if only its SHA-1 is known} */
    public InfoSha256 infoSha256() {
        return values.infoSha256();
    }

    /**
     * Reads the info dictionary that peers sent.
     *
     * @throws TorrentException if it is invalid, or not the requested one
     */
    Metainfo metainfoOf(byte[] rawInfo) throws TorrentException {
        if (values.infoSha256 != null && !values.infoSha256.equals(InfoSha256.ofInfo(rawInfo))) {
            throw new TorrentException(TorrentException.Reason.INVALID_METAINFO,
                "the torrent that peers sent is another one with the same info-hash", null);
        }
        try {
            return Metainfo.ofInfo(rawInfo, values.trackers);
        } catch (MetainfoException e) {
            throw new TorrentException(TorrentException.Reason.INVALID_METAINFO,
                "the torrent that peers sent is invalid: " + e.getMessage(), e);
        }
    }

    /** {@return the torrent, or null to fetch it from peers} */
    public Metainfo metainfo() {
        return values.metainfo;
    }

    /**
     * {@return the file itself for a torrent of one file, otherwise the directory that holds the
     * files}
     */
    public Path path() {
        return values.path;
    }

    /** {@return the file that lists the verified pieces; null for none} */
    public Path resumeFile() {
        return values.resumeFile;
    }

    /** {@return how the existing data is checked} */
    public Start start() {
        return values.start;
    }

    /** {@return announce URLs by tiers (BEP 12)} */
    public List<List<String>> trackers() {
        return values.trackers;
    }

    /** {@return resolved addresses to dial besides those that trackers return} */
    public List<InetSocketAddress> peers() {
        return values.peers;
    }

    /** {@return the name of the rack or site; empty for none} */
    public String zone() {
        return values.zone;
    }

    /** {@return the upload limit of this torrent, in bytes per second; 0 for none} */
    public long uploadBytesPerSecond() {
        return values.uploadBytesPerSecond;
    }

    /** {@return the download limit of this torrent, in bytes per second; 0 for none} */
    public long downloadBytesPerSecond() {
        return values.downloadBytesPerSecond;
    }

    /** {@return the listener of the torrent's events} */
    public TorrentListener listener() {
        return values.listener;
    }

    /** {@return whether a symbolic link at {@link #path()} is followed} */
    public boolean followLink() {
        return values.followLink;
    }

    /** {@return whether only the owner may read new files} */
    public boolean ownerOnly() {
        return values.ownerOnly;
    }

    /** Not changed once a torrent has them. */
    private static final class Values extends OptionValues {
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
        private TorrentListener listener = NO_LISTENER;
        private boolean followLink = true;
        private boolean ownerOnly;
        private InfoSha256 infoSha256;
        private SwarmKey swarmKey;
        private InfoHash swarmName;

        private Values(InfoHash infoHash, Metainfo metainfo, Path path) {
            this.infoHash = infoHash;
            this.metainfo = metainfo;
            this.path = path;
        }

        /** Hashed at the first use: an open swarm starts without it. */
        private InfoSha256 infoSha256() {
            return infoSha256 != null || metainfo == null ? infoSha256 : metainfo.infoSha256();
        }
    }

    /**
     * Collects options. Each setter checks its value at once and returns this builder. Not for
     * several threads.
     */
    public static final class Builder {
        private final Values values;

        private Builder(InfoHash infoHash, Metainfo metainfo, Path path) {
            values = new Values(Objects.requireNonNull(infoHash, "infoHash"), metainfo, Objects.requireNonNull(path, "path"));
        }

        /**
         * Sets the file that lists the verified pieces, so that a killed transfer continues where
         * it was. The engine creates and updates it. Default: none, because only the embedding
         * program knows a place for it. Without one, the engine hashes the existing files.
         *
         * @param value a file, there or not; null for none
         * @return this builder
         */
        public Builder resumeFile(Path value) {
            values.resumeFile = value;
            return this;
        }

        /**
         * Sets how the existing data is checked. Default: {@link Start#RESUME}, and
         * {@link Start#SEED} after {@link #seed}.
         *
         * @param value not null
         * @return this builder
         */
        public Builder start(Start value) {
            values.start = Objects.requireNonNull(value, "start");
            return this;
        }

        /**
         * Sets the announce URLs, in place of the torrent's own. Default: the torrent's own, and
         * none after {@link #fetch}. A torrent announces to one tracker of each tier (BEP 12), at
         * the same time. Inside a tier it tries the next tracker if one does not answer. So hosts
         * that reach different trackers find each other if each tracker has its own tier. Tiers
         * from the eighth on count as one tier.
         *
         * @param value tiers of URLs; an empty list announces nowhere
         * @return this builder
         * @throws IllegalArgumentException if a URL is malformed, or neither http, https nor udp
         */
        public Builder trackers(List<List<String>> value) {
            values.trackers = OptionValues.checkTrackers(value);
            return this;
        }

        /**
         * Sets addresses to dial besides those that trackers return. Default: none. Memory: a
         * torrent keeps up to 2000 addresses that it does not dial yet, about 100 bytes each, and
         * drops more.
         *
         * @param value resolved addresses
         * @return this builder
         * @throws IllegalArgumentException if an address is not resolved
         */
        public Builder peers(List<InetSocketAddress> value) {
            values.peers = OptionValues.checkPeers(value);
            return this;
        }

        /**
         * Sets the name of the rack or site. A tracker that uses zones returns mostly peers of the
         * same one. Default: no zone, because only the embedding program knows its racks.
         *
         * @param value at most 64 characters; empty for none
         * @return this builder
         * @throws IllegalArgumentException if it is longer
         */
        public Builder zone(String value) {
            values.zone = OptionValues.checkZone(value);
            return this;
        }

        /**
         * Limits the upload of this torrent. Default: only the engine's limit.
         * {@link Torrent#limitUpload} can change it later.
         *
         * @param value bytes per second; 0 for no limit
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder uploadBytesPerSecond(long value) {
            values.uploadBytesPerSecond = EngineOptions.checkRate("uploadBytesPerSecond", value);
            return this;
        }

        /**
         * Limits the download of this torrent. Default: only the engine's limit.
         * {@link Torrent#limitDownload} can change it later.
         *
         * @param value bytes per second; 0 for no limit
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder downloadBytesPerSecond(long value) {
            values.downloadBytesPerSecond = EngineOptions.checkRate("downloadBytesPerSecond", value);
            return this;
        }

        /**
         * Sets the listener of the torrent's events. {@link EngineOptions.Builder#notifications}
         * runs its calls. Default: a listener that ignores all calls.
         *
         * @param value not null
         * @return this builder
         */
        public Builder listener(TorrentListener value) {
            values.listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        /**
         * Sets whether a symbolic link at the path is followed. Default: yes, because the user
         * named it. Choose no if other users could put a link there. The engine never follows links
         * below the path.
         *
         * @param value whether to follow it; if not, the torrent fails
         * @return this builder
         */
        public Builder followLink(boolean value) {
            values.followLink = value;
            return this;
        }

        /**
         * Sets whether only the owner may read new files and directories. Default: all may read
         * them, as far as the umask allows. Only owner and group may write to them.
         *
         * @param value whether nobody else may read them
         * @return this builder
         */
        public Builder ownerOnly(boolean value) {
            values.ownerOnly = value;
            return this;
        }

        /**
         * Closes the swarm: only peers with the same key get a connection or this peer's address.
         * Trackers and peers know the swarm by another name than the info-hash. Default: none, the
         * swarm is open.
         *
         * @param value null for none
         * @return this builder
         */
        public Builder swarmKey(SwarmKey value) {
            values.swarmKey = value;
            return this;
        }

        /**
         * Sets the SHA-256 of the info dictionary, for a torrent that is fetched from peers. The
         * engine refuses another dictionary. Default: the SHA-256 of the metainfo, if it is known.
         *
         * @param value null for none
         * @return this builder
         */
        public Builder infoSha256(InfoSha256 value) {
            values.infoSha256 = value;
            return this;
        }

        /**
         * {@return the options as they are now} This builder can be used again.
         *
         * @throws IllegalArgumentException if a torrent without metainfo is to start as a seeder,
         *     or a closed swarm has neither metainfo nor {@link #infoSha256}
         */
        public TorrentOptions build() {
            if (values.swarmKey != null && values.infoSha256() == null) {
                throw new IllegalArgumentException("a closed swarm needs the torrent or the SHA-256 of its info dictionary");
            }
            values.swarmName = values.swarmKey == null ? values.infoHash : values.swarmKey.nameOf(values.infoSha256());
            if (values.metainfo == null && values.start == Start.SEED) {
                throw new IllegalArgumentException("seeding needs the torrent, not only its info-hash");
            }
            return new TorrentOptions((Values) values.clone());
        }
    }
}
