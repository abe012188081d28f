package murder.tools.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Map;
import murder.hash.Sha1;
import murder.metainfo.InfoSha256;
import murder.tools.cli.OwnFolder;
import murder.tools.cli.StateFolder;

/**
 * A note about the release in one place of this host, so that a repeated deploy recognises it. The
 * note lies in the state folder, because a file in the release would change the release. It is
 * valid only while the release is unchanged: names, kinds, modes, targets of links, and size, time
 * and inode of files. It reads no content, so it costs one system call for each entry. A process
 * writes one note after the other, and reads one only when none is being written.
 */
public final class PlacedRelease {
    /** Longer than two hashes. */
    private static final int MAX_NOTE = 4096;

    private final Path target;
    private final Path note;

    public PlacedRelease(StateFolder folder, Path target) {
        this.target = target;
        byte[] hash = Sha1.newDigest().digest(target.toString().getBytes(StandardCharsets.UTF_8));
        this.note = folder.path().resolve("release-" + HexFormat.of().formatHex(hash, 0, 8));
    }

    /** Writes the note after a release was put there. */
    public void record(InfoSha256 info) throws IOException {
        synchronized (PlacedRelease.class) {
            Path growing = note.resolveSibling(note.getFileName() + "-" + StateFolder.ownPid() + ".tmp");
            Files.writeString(growing, info + " " + state());
            Files.move(growing, note, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Whether exactly this release is there. */
    public boolean holds(InfoSha256 info) throws IOException {
        String known = read();
        return known.startsWith(info + " ") && known.equals(info + " " + state());
    }

    /** Whether murder put the release there, whichever release it is. */
    boolean isKnown() throws IOException {
        String known = read();
        return !known.isEmpty() && Files.exists(target, LinkOption.NOFOLLOW_LINKS) && known.endsWith(" " + state());
    }

    private String read() throws IOException {
        synchronized (PlacedRelease.class) {
            try {
                return OwnFolder.read(note, MAX_NOTE);
            } catch (NoSuchFileException e) {
                return "";
            }
        }
    }

    /** A hash of all entries; empty if there are none, or if they change right now. */
    private String state() throws IOException {
        MetadataHash hash = new MetadataHash(target, "mode,ino");
        int prefix = target.toString().length();
        Deque<Path> left = new ArrayDeque<>();
        left.addLast(target);
        try {
            while (!left.isEmpty()) {
                Path path = left.removeLast();
                hash.addText(path.toString().substring(prefix));
                try {
                    look(path, hash, left);
                } catch (AccessDeniedException e) {
                    hash.addText("locked"); // A release may contain directories that even their owner may not list.
                }
            }
            return hash.hex();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** @param left gets the entries of a directory */
    private void look(Path path, MetadataHash hash, Deque<Path> left) throws IOException {
        Map<String, Object> found = hash.read(path);
        if (MetadataHash.isLink(found)) {
            hash.addText("link " + Files.readSymbolicLink(path));
        } else if (MetadataHash.isDirectory(found)) {
            // Its entries are enough. Its time changes when the staging directory inside is removed.
            hash.addValue(found.get("mode"));
            left.addAll(MetadataHash.children(path, child -> !path.equals(target) || !isTemporary(child)));
        } else {
            hash.addValue(found.get("mode"));
            hash.addValue(found.get("ino"));
            hash.addValue(found.get("size"));
            hash.addValue(found.get("lastModifiedTime"));
        }
    }

    /** Whether this entry beside or in a release is none of its own: murder stages others there. */
    public static boolean isTemporary(Path entry) {
        return entry.getFileName().toString().startsWith(Scratch.PREFIX);
    }
}
