package murder.tools.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import murder.metainfo.Metainfo;
import murder.tools.cli.StateFolder;

/**
 * Files of one fleet on the machine that runs the tasks. They are in the state folder. In a folder
 * for temporary files other users could replace them, and so choose the files for the hosts.
 */
final class FleetFiles {
    private final StateFolder state;
    private final Path folder;
    private final Path config;

    /** @param config the file that names the fleet */
    FleetFiles(StateFolder folder, Path config) {
        this.state = folder;
        this.folder = folder.path();
        this.config = config;
    }

    StateFolder state() {
        return state;
    }

    /** A file whose name identifies these words. */
    Path named(String ending, String... words) {
        byte[] key = (config + "\0" + String.join("\0", words)).getBytes(StandardCharsets.UTF_8);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
            return folder.resolve("fleet-" + HexFormat.of().formatHex(hash, 0, 10) + ending);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private Path torrent(Release release) {
        return named(".torrent", release.torrentName());
    }

    /** Keeps a release's torrent for later tasks. */
    void keepTorrent(Release release, byte[] torrent) throws IOException {
        write(torrent(release), torrent);
    }

    /**
     * Null if it is not here. Reads only the beginning of a file that is longer than any torrent.
     */
    byte[] readTorrent(Release release) throws IOException {
        try (InputStream in = Files.newInputStream(torrent(release))) {
            return in.readNBytes(Metainfo.MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    void forgetTorrent(Release release) throws IOException {
        Files.deleteIfExists(torrent(release));
    }

    /**
     * A file with these bytes for this run alone, independent of other runs. The caller removes it.
     */
    Path copy(byte[] bytes) throws IOException {
        Path file = folder.resolve("fleet-" + StateFolder.ownPid() + "-" + System.nanoTime() + ".tmp");
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return file;
    }

    /** Replaces the file in one step. */
    void write(Path file, byte[] bytes) throws IOException {
        Files.move(copy(bytes), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
