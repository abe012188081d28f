package murder.engine;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.tracker.AnnounceRequest;

/**
 * What to add to an engine. Start from {@link #download}, {@link #seed} or {@link #fetch}.
 *
 * @param infoHash of the torrent
 * @param metainfo the torrent, or null to fetch it from peers by the info-hash (BEP 9)
 * @param path the file itself for a torrent of one file, otherwise the directory that holds the files
 * @param resumeFile where verified pieces are noted, so that a killed transfer goes on; null for none
 * @param start what is believed of the data that is already there
 * @param trackers announce URLs by tiers (BEP 12); by default those of the torrent
 * @param peers addresses to try besides those that trackers tell; resolved
 * @param zone name of the rack or site, told to trackers that use it, at most 64 characters; empty for none
 * @param uploadBytesPerSecond limit of this torrent, 0 for none
 * @param downloadBytesPerSecond limit of this torrent, 0 for none
 * @param listener told what happens
 */
public record TorrentOptions(InfoHash infoHash, Metainfo metainfo, Path path, Path resumeFile, Start start,
                             List<List<String>> trackers, List<InetSocketAddress> peers, String zone, long uploadBytesPerSecond,
                             long downloadBytesPerSecond, TorrentListener listener) {
    /** What is believed of the data that is already there. */
    public enum Start {
        /** Trust the resume file after a sample; without one, hash what is there. */
        RESUME,
        /** Hash everything that is there. */
        CHECK,
        /** All of it is there and right; only sizes are looked at. */
        SEED
    }

    public TorrentOptions {
        Objects.requireNonNull(infoHash, "infoHash");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(listener, "listener");
        trackers = trackers.stream().map(List::copyOf).toList();
        peers = List.copyOf(peers);
        for (InetSocketAddress peer : peers) {
            if (peer.isUnresolved()) {
                throw new IllegalArgumentException("unresolved address " + peer);
            }
        }
        if (zone.length() > AnnounceRequest.MAX_ZONE_LENGTH) {
            throw new IllegalArgumentException(
                "zone has " + zone.length() + " characters, at most " + AnnounceRequest.MAX_ZONE_LENGTH + " are allowed");
        }
        if (uploadBytesPerSecond < 0 || downloadBytesPerSecond < 0) {
            throw new IllegalArgumentException("negative rate limit: " + uploadBytesPerSecond + ", " + downloadBytesPerSecond);
        }
        if (metainfo == null && start == Start.SEED) {
            throw new IllegalArgumentException("seeding needs the torrent, not only its info-hash");
        }
    }

    /** Fetches what is missing of a payload, then seeds it. */
    public static TorrentOptions download(Metainfo metainfo, Path path) {
        return of(metainfo.infoHash(), metainfo, path, Start.RESUME, metainfo.trackers());
    }

    /** Seeds a payload that is known to be whole, without hashing it again. */
    public static TorrentOptions seed(Metainfo metainfo, Path path) {
        return of(metainfo.infoHash(), metainfo, path, Start.SEED, metainfo.trackers());
    }

    /** Fetches the torrent itself from peers first (BEP 9). */
    public static TorrentOptions fetch(InfoHash infoHash, Path path, List<List<String>> trackers) {
        return of(infoHash, null, path, Start.RESUME, trackers);
    }

    private static TorrentOptions of(InfoHash infoHash, Metainfo metainfo, Path path, Start start, List<List<String>> trackers) {
        return new TorrentOptions(infoHash, metainfo, path, null, start, trackers, List.of(), "", 0, 0, new TorrentListener() { });
    }

    public TorrentOptions withResumeFile(Path file) {
        return new TorrentOptions(infoHash, metainfo, path, file, start, trackers, peers, zone, uploadBytesPerSecond,
            downloadBytesPerSecond, listener);
    }

    public TorrentOptions withStart(Start newStart) {
        return new TorrentOptions(infoHash, metainfo, path, resumeFile, newStart, trackers, peers, zone, uploadBytesPerSecond,
            downloadBytesPerSecond, listener);
    }

    public TorrentOptions withTrackers(List<List<String>> tiers) {
        return new TorrentOptions(infoHash, metainfo, path, resumeFile, start, tiers, peers, zone, uploadBytesPerSecond,
            downloadBytesPerSecond, listener);
    }

    public TorrentOptions withPeers(List<InetSocketAddress> addresses) {
        return new TorrentOptions(infoHash, metainfo, path, resumeFile, start, trackers, addresses, zone, uploadBytesPerSecond,
            downloadBytesPerSecond, listener);
    }

    public TorrentOptions withZone(String name) {
        return new TorrentOptions(infoHash, metainfo, path, resumeFile, start, trackers, peers, name, uploadBytesPerSecond,
            downloadBytesPerSecond, listener);
    }

    /** Bytes per second of this torrent; 0 for no limit. */
    public TorrentOptions withLimits(long upload, long download) {
        return new TorrentOptions(infoHash, metainfo, path, resumeFile, start, trackers, peers, zone, upload, download, listener);
    }

    public TorrentOptions withListener(TorrentListener newListener) {
        return new TorrentOptions(infoHash, metainfo, path, resumeFile, start, trackers, peers, zone, uploadBytesPerSecond,
            downloadBytesPerSecond, newListener);
    }
}
