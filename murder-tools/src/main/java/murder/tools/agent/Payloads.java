package murder.tools.agent;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import murder.metainfo.InfoSha256;
import murder.metainfo.Metainfo;
import murder.metainfo.MetainfoException;
import murder.tools.cli.OwnFolder;
import murder.tools.host.TreeRemoval;

/**
 * Payloads that agents exchange, in a folder below the temporary folder. Only the agent's user can
 * write to it:
 *
 * <pre>
 *   TEMP/murder-files-USER/agent-FLEET/
 *     SHA-256/      TAG.tgz, or nothing for a tree, which is beside its place or is the source
 *                   info      the info dictionary
 *                   resume    which pieces are verified
 *     making/       an archive that is being packed
 * </pre>
 */
final class Payloads {
    private static final String INFO = "info";
    private static final String SOURCE = "source";
    private static final int MAX_FINGERPRINT = 4096;

    private final Path folder;
    private final List<List<String>> trackers;

    private Payloads(Path folder, List<List<String>> trackers) {
        this.folder = folder;
        this.trackers = trackers;
    }

    /** Finds or makes the folder. */
    static Payloads open(Path temp, String fleet, List<List<String>> trackers) throws IOException {
        Files.createDirectories(temp);
        String user = System.getProperty("user.name", "unknown").replace('/', '_');
        Path own = OwnFolder.isOurs(temp.toRealPath()) ? temp : OwnFolder.in(temp, "murder-files-" + user, true);
        Path folder = own.resolve("agent-" + AgentFolder.fileName(fleet));
        if (!Files.exists(folder)) {
            OwnFolder.make(folder);
        }
        return new Payloads(folder.toRealPath(), trackers);
    }

    Path path() {
        return folder;
    }

    /** The folder of one payload. */
    Path of(InfoSha256 info) throws IOException {
        Path own = folder.resolve(info.toString());
        if (!Files.exists(own)) {
            OwnFolder.make(own);
        }
        return own;
    }

    Path resume(InfoSha256 info) throws IOException {
        return of(info).resolve("resume");
    }

    /** Null if it is not known here. */
    Metainfo info(InfoSha256 info) throws IOException {
        byte[] raw;
        try {
            raw = Files.readAllBytes(folder.resolve(info.toString()).resolve(INFO));
        } catch (NoSuchFileException e) {
            return null;
        }
        try {
            return info.equals(InfoSha256.ofInfo(raw)) ? Metainfo.ofInfo(raw, trackers) : null;
        } catch (MetainfoException e) {
            return null; // Damaged: it is fetched again.
        }
    }

    void keepInfo(Metainfo metainfo) throws IOException {
        AgentFolder.write(of(metainfo.infoSha256()).resolve(INFO), metainfo.rawInfo());
    }

    /** A new folder for an archive or patch in progress. */
    Path making(Object key) throws IOException {
        Path making = folder.resolve("making-" + Integer.toHexString(key.hashCode()));
        TreeRemoval.delete(making);
        OwnFolder.make(making);
        return making;
    }

    /** An archive is complete. */
    void keepMade(Path making, Metainfo metainfo, String fingerprint) throws IOException {
        Path own = folder.resolve(metainfo.infoSha256().toString());
        TreeRemoval.delete(own);
        Files.write(making.resolve(INFO), metainfo.rawInfo());
        Files.writeString(making.resolve(SOURCE), fingerprint);
        Files.move(making, own, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The fingerprint of the source of this payload; empty if it was not packed here. */
    String fingerprint(InfoSha256 info) throws IOException {
        try {
            return OwnFolder.read(folder.resolve(info.toString()).resolve(SOURCE), MAX_FINGERPRINT);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** Deletes one payload. */
    void delete(InfoSha256 info) throws IOException {
        TreeRemoval.delete(folder.resolve(info.toString()));
    }

    /** Deletes the payloads that an earlier process left. @param wanted the ones that stay */
    void sweep(Set<InfoSha256> wanted) throws IOException {
        List<Path> left = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(left::add);
        }
        Set<String> names = wanted.stream().map(InfoSha256::toString).collect(Collectors.toSet());
        for (Path each : left) {
            if (!names.contains(each.getFileName().toString())) {
                TreeRemoval.delete(each);
            }
        }
    }

    /** An empty folder is of no use. */
    void removeIfEmpty() throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            return; // The next agent continues with these files.
        }
    }

    /** Deletes all payloads, and the folder. */
    void clear() throws IOException {
        TreeRemoval.delete(folder);
    }
}
