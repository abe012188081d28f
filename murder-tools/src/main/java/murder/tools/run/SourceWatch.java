package murder.tools.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import murder.metainfo.FileEntry;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.PayloadVerifier;

/**
 * Notices that somebody changes what is being seeded. Peers refuse the changed pieces and ban the
 * seeder, so it serves nobody any more and should say so. For one thread.
 */
final class SourceWatch {
    /** A look at a file takes some microseconds, so this many a second cost nothing. */
    private static final int FILES_PER_LOOK = 1000;

    private final Metainfo metainfo;
    private final Path path;
    private final BasicFileAttributes[] known;
    private int next;

    /**
     * @param path of the payload, which is verified after this, so that no change in between is
     *     missed
     */
    SourceWatch(Metainfo metainfo, Path path) throws IOException {
        this.metainfo = metainfo;
        this.path = path;
        this.known = new BasicFileAttributes[metainfo.files().size()];
        for (int i = 0; i < known.length; i++) {
            if (isStored(i)) {
                known[i] = attributes(metainfo.pathOf(path, i));
            }
        }
    }

    private static BasicFileAttributes attributes(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (IOException e) {
            return null; // Verifying will say what is wrong with it.
        }
    }

    private boolean isStored(int file) {
        FileEntry entry = metainfo.files().get(file);
        return !entry.pad() && !entry.isSymlink() && entry.length() > 0;
    }

    /**
     * Looks at some of the files. One that was only touched is found right by hashing all.
     *
     * @return what has happened, or null
     */
    String look() throws IOException, InterruptedException {
        for (int i = 0; i < Math.min(FILES_PER_LOOK, known.length); i++) {
            int file = next;
            next = (next + 1) % known.length;
            String change = known[file] == null ? null : look(file);
            if (change != null) {
                return change;
            }
        }
        return null;
    }

    private String look(int file) throws IOException, InterruptedException {
        Path at = metainfo.pathOf(path, file);
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(at, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            // The one file of a torrent stays open, so it is served to the end.
            return metainfo.isSingleFile() ? null : at + " was removed while it was seeded; restore it, or create a new torrent";
        }
        FileTime before = known[file].lastModifiedTime();
        if (now.size() == known[file].size() && now.lastModifiedTime().equals(before)
            || metainfo.isSingleFile() && !Objects.equals(now.fileKey(), known[file].fileKey())) {
            return null;
        }
        if (now.size() != known[file].size()
            || !PayloadVerifier.verify(metainfo, path, 0, HashProgress.NONE).hasAllPieces()) {
            return at + " was changed while it was seeded, so peers refuse it; restore it, or create a new torrent";
        }
        known[file] = now;
        return null;
    }
}
