package murder.tools.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HexFormat;
import murder.hash.Sha1;
import murder.metainfo.InfoHash;
import murder.tools.cli.StateFolder;

/**
 * What was put in one place of this host, so that a repeated deploy finds it. The note lies in the state folder, because a file
 * in the release would change the release. It counts only while the release's directory, or file, is the same one and nobody
 * added, removed or renamed anything directly in it.
 */
final class PlacedRelease {
    private final Path target;
    private final Path note;

    PlacedRelease(StateFolder folder, Path target) {
        this.target = target;
        byte[] hash = Sha1.newDigest().digest(target.toString().getBytes(StandardCharsets.UTF_8));
        this.note = folder.path().resolve("release-" + HexFormat.of().formatHex(hash, 0, 8));
    }

    /** Notes that this release has just been put there. */
    void record(InfoHash infoHash) throws IOException {
        Path growing = note.resolveSibling(note.getFileName() + "-" + ProcessHandle.current().pid() + ".tmp");
        Files.writeString(growing, infoHash + " " + identity());
        Files.move(growing, note, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Whether exactly this release is there. */
    boolean holds(InfoHash infoHash) throws IOException {
        return read().equals(infoHash + " " + identity());
    }

    /** Whether what is there was put there by murder, whichever release it is. */
    boolean isKnown() throws IOException {
        String known = read();
        String identity = identity();
        return !identity.isEmpty() && known.endsWith(" " + identity);
    }

    private String read() throws IOException {
        try {
            return Files.readString(note);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** Empty if nothing is there. */
    private String identity() throws IOException {
        try {
            BasicFileAttributes now = Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return now.fileKey() + " " + now.lastModifiedTime().toInstant();
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
