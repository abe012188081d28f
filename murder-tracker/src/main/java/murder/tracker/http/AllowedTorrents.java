package murder.tracker.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.trust.SwarmKey;

/**
 * The torrents in a directory. The tracker searches it at short intervals. It reads a file only
 * when its size or time has changed, so a search is cheap. This also works on network file systems,
 * which send no notice of changes. One thread at a time searches; any thread may read.
 */
final class AllowedTorrents {
    private static final System.Logger LOG = System.getLogger(AllowedTorrents.class.getName());
    private static final String SUFFIX = ".torrent";
    /** An empty file of that name allows an info-hash whose torrent is not here. */
    private static final String HASH_SUFFIX = ".hash";
    private static final int MAX_FILES = 10_000;
    /**
     * The longest file that is served, a torrent of 100,000 files. Two of them fit into the
     * server's memory for answers.
     */
    private static final int MAX_SERVED = 15 << 20;

    /**
     * A file at its last reading. If it never was a torrent, hash and name are null and there are
     * no swarms.
     */
    private record Seen(FileTime modified, long size, InfoHash infoHash, String name, List<InfoHash> swarms) {}

    private final Path directory;
    private List<SwarmKey> keys;
    private volatile Map<Path, Seen> seen = Map.of();

    /** @param keys of the closed swarms that the torrents have; none if the swarms are open */
    AllowedTorrents(Path directory, List<SwarmKey> keys) {
        this.directory = directory;
        this.keys = keys;
    }

    /**
     * From the next search on torrents have the names that these keys give them. For the searching
     * thread.
     */
    void useKeys(List<SwarmKey> newKeys) {
        keys = newKeys;
        seen = Map.of();
    }

    /**
     * Searches the directory.
     *
     * @return names of torrents by the names of their swarms: the info-hash, or one for each key
     * @throws IOException if the directory cannot be read; then the earlier result stays valid
     */
    Map<InfoHash, String> scan() throws IOException {
        Map<Path, Seen> now = new HashMap<>();
        Map<InfoHash, String> names = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*{" + SUFFIX + "," + HASH_SUFFIX + "}")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.endsWith(HASH_SUFFIX)) {
                    allow(name.substring(0, name.length() - HASH_SUFFIX.length()), names);
                    continue;
                }
                Seen torrent = look(file);
                if (torrent == null) {
                    continue;
                }
                if (now.size() == MAX_FILES) {
                    throw new IOException(directory + " holds more than " + MAX_FILES + " torrents");
                }
                now.put(file, torrent);
                torrent.swarms.forEach(swarm -> names.put(swarm, torrent.name));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        seen = now;
        return names;
    }

    private static void allow(String hash, Map<InfoHash, String> names) {
        try {
            if (names.size() < MAX_FILES) {
                names.putIfAbsent(InfoHash.parse(hash), "");
            }
        } catch (IllegalArgumentException e) {
            LOG.log(System.Logger.Level.WARNING, "not served, since it is no info-hash: {0}", hash);
        }
    }

    /**
     * The content of a file that is served.
     *
     * @param name of the file
     * @return null if there is no such torrent, or it has changed since the last search
     * @throws IOException if it cannot be read
     */
    byte[] read(String name) throws IOException {
        for (Map.Entry<Path, Seen> file : seen.entrySet()) {
            if (!file.getKey().getFileName().toString().equals(name)) {
                continue;
            }
            Seen torrent = file.getValue();
            if (torrent.infoHash == null || torrent.size > MAX_SERVED) {
                return null;
            }
            try (InputStream in = Files.newInputStream(file.getKey())) {
                byte[] bytes = in.readNBytes((int) torrent.size + 1);
                return bytes.length == torrent.size && Metainfo.parse(bytes).infoHash().equals(torrent.infoHash) ? bytes : null;
            } catch (NoSuchFileException | MetainfoException e) {
                return null; // It is being replaced: the next search finds the new file.
            }
        }
        return null;
    }

    /** Null if it is not a file, or no longer one. */
    private Seen look(Path file) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return null;
        }
        if (!attributes.isRegularFile()) {
            return null;
        }
        Seen before = seen.get(file);
        if (before != null && before.modified.equals(attributes.lastModifiedTime()) && before.size == attributes.size()) {
            return before;
        }
        try {
            Metainfo torrent = Metainfo.read(file);
            return new Seen(attributes.lastModifiedTime(), attributes.size(), torrent.infoHash(), torrent.name(), swarms(torrent));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | MetainfoException e) {
            // It may be half written. It is read again after its next change. Until then its swarm
            // stays.
            boolean isKnown = before != null && before.infoHash != null;
            LOG.log(System.Logger.Level.WARNING, isKnown ? "{0} cannot be read, so what it was before is served: {1}"
                : "{0} is not served, since it cannot be read: {1}", file, e.getMessage());
            return new Seen(attributes.lastModifiedTime(), attributes.size(), isKnown ? before.infoHash : null,
                isKnown ? before.name : null, isKnown ? before.swarms : List.of());
        }
    }

    private List<InfoHash> swarms(Metainfo torrent) {
        if (keys.isEmpty()) {
            return List.of(torrent.infoHash());
        }
        InfoSha256 info = torrent.infoSha256();
        return keys.stream().map(key -> key.nameOf(info)).toList();
    }
}
