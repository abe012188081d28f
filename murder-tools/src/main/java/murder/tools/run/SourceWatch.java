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
 * Detects changes of the seeded files. Peers refuse changed pieces and ban the seeder, so the
 * seeder is useless and should report this. For one thread.
 */
final class SourceWatch {
    /** A check of a file takes some microseconds, so this many a second cost little. */
    private static final int FILES_PER_LOOK = 1000;

    private final Metainfo metainfo;
    private final Path path;
    private final BasicFileAttributes[] known;
    private int next;

    /**
     * @param path of the payload; verify it after this call, so that no change is missed
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
            return null; // Verifying will report the fault.
        }
    }

    private boolean isStored(int file) {
        FileEntry entry = metainfo.files().get(file);
        return !entry.pad() && !entry.isSymlink() && entry.length() > 0;
    }

    /**
     * Checks some of the files. If only a file's time has changed, hashing all finds it right.
     *
     * @return a description of a change, or null
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
            // The only file of a torrent stays open, so the seeder serves it to the end.
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
