package murder.metainfo;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Compares files on disk with a torrent: every piece by its hash, on several threads, and every
 * file by its entry in the torrent. A missing or short file is a finding, not an error. An
 * unreadable file is an error.
 */
public final class PayloadVerifier {
    private PayloadVerifier() {}

    /** Gives the path of each file of a torrent. */
    @FunctionalInterface
    public interface FilePaths {
        /**
         * {@return the path of a file}
         *
         * @param file index in {@link Metainfo#files()}; never that of a pad file
         * @throws IOException if the file cannot have a path here
         */
        Path pathOf(int file) throws IOException;
    }

    /** The faults of a file, apart from its bytes. */
    public enum Fault {
        /** Nothing is there. */
        MISSING,
        /**
         * The entry has another kind: a directory or a symlink instead of a file, or a file instead
         * of a symlink.
         */
        WRONG_KIND,
        /**
         * A file of another length. Pieces that lie completely in the existing part can still be
         * good.
         */
        WRONG_LENGTH,
        /** A symlink to another target. */
        WRONG_TARGET,
        /**
         * The owner's executable bit differs from the torrent. An extra bit counts only if the
         * torrent marks any file as executable: most programs never mark them.
         */
        WRONG_EXECUTABLE
    }

    /**
     * A difference between the torrent and the disk.
     *
     * @param file index in {@link Metainfo#files()}
     * @param fault the kind of difference
     * @param detail for people: the path, the expected and the found state
     */
    public record Finding(int file, Fault fault, String detail) {}

    /**
     * The result of a comparison.
     *
     * @param pieceCount the number of pieces
     * @param goodPieces the complete pieces with the right hash; belongs to the receiver
     * @param findings in the order of the files
     */
    public record Result(int pieceCount, BitSet goodPieces, List<Finding> findings) {
        /**
         * Copies the findings.
         *
         * @param pieceCount any
         * @param goodPieces taken as it is
         * @param findings copied
         */
        public Result {
            findings = List.copyOf(findings);
        }

        /**
         * {@return whether every byte of the payload is there; symlinks, bits and empty files
         * aside}
         */
        public boolean hasAllPieces() {
            return goodPieces.cardinality() == pieceCount;
        }

        /** {@return whether everything matches the torrent exactly} */
        public boolean isIdentical() {
            return hasAllPieces() && findings.isEmpty();
        }
    }

    /**
     * Compares a finished payload.
     *
     * @param metainfo the torrent
     * @param path the file itself for a torrent of one file, otherwise the directory that holds the
     *     files; either may be a symlink
     * @param threads to hash with; 0 for one per processor
     * @param progress gets the progress of the hashing
     * @return good pieces and differences
     * @throws IOException if something that is there cannot be read, or shrinks meanwhile
     * @throws InterruptedException if the calling thread was interrupted
     */
    public static Result verify(Metainfo metainfo, Path path, int threads, HashProgress progress) throws IOException, InterruptedException {
        return verify(metainfo, file -> metainfo.pathOf(path, file), threads, progress);
    }

    /**
     * Compares files at any place, for instance incomplete ones with other names.
     *
     * @param metainfo the torrent
     * @param paths the path of each file
     * @param threads to hash with; 0 for one per processor
     * @param progress gets the progress of the hashing
     * @return good pieces and differences
     * @throws IOException as {@link #verify(Metainfo, Path, int, HashProgress)}
     * @throws InterruptedException if the calling thread was interrupted
     */
    public static Result verify(Metainfo metainfo, FilePaths paths, int threads, HashProgress progress)
            throws IOException, InterruptedException {
        List<Finding> findings = new ArrayList<>();
        List<PieceHasher.Segment> segments = new ArrayList<>();
        boolean marksExecutables = metainfo.files().stream().anyMatch(FileEntry::executable);
        for (int i = 0; i < metainfo.files().size(); i++) {
            FileEntry file = metainfo.files().get(i);
            if (file.isSymlink()) {
                checkSymlink(i, file, paths.pathOf(i), findings);
            } else if (!file.pad()) {
                Path path = paths.pathOf(i);
                long available = checkFile(i, file, path, metainfo.isSingleFile(), marksExecutables, findings);
                if (file.length() > 0) {
                    segments.add(new PieceHasher.Segment(file.offset(), file.length(), path, available));
                }
            } else if (file.length() > 0) {
                segments.add(PieceHasher.Segment.zeros(file.offset(), file.length()));
            }
        }
        BitSet good = new BitSet(metainfo.layout().pieceCount());
        PieceHasher.Sink sink = (piece, hash) -> {
            if (metainfo.isPieceHash(piece, hash)) {
                synchronized (good) {
                    good.set(piece);
                }
            }
        };
        new PieceHasher(metainfo.layout(), segments, metainfo::newPieceDigest, sink, progress).hash(threads);
        return new Result(metainfo.layout().pieceCount(), good, findings);
    }

    /** Returns the number of bytes of the file to hash. */
    private static long checkFile(int index, FileEntry file, Path path, boolean mayBeLink, boolean marksExecutables, List<Finding> findings)
            throws IOException {
        BasicFileAttributes attributes = attributes(path, mayBeLink);
        if (attributes == null) {
            findings.add(new Finding(index, Fault.MISSING, path + " is missing"));
            return 0;
        }
        if (!attributes.isRegularFile()) {
            findings.add(new Finding(index, Fault.WRONG_KIND, path + " should be a file"));
            return 0;
        }
        if (attributes.size() != file.length()) {
            findings.add(new Finding(index, Fault.WRONG_LENGTH,
                path + " should have " + file.length() + " bytes but has " + attributes.size()));
        }
        boolean isExecutable = PayloadScan.isExecutable(path);
        if (isExecutable != file.executable() && marksExecutables && hasExecutableBit(path)) {
            findings.add(new Finding(index, Fault.WRONG_EXECUTABLE,
                path + (isExecutable ? " should not be executable" : " should be executable")));
        }
        return Math.min(file.length(), attributes.size());
    }

    private static boolean hasExecutableBit(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static void checkSymlink(int index, FileEntry file, Path path, List<Finding> findings) throws IOException {
        BasicFileAttributes attributes = attributes(path, false);
        if (attributes == null) {
            findings.add(new Finding(index, Fault.MISSING, path + " is missing"));
        } else if (!attributes.isSymbolicLink()) {
            findings.add(new Finding(index, Fault.WRONG_KIND, path + " should be a symlink to " + file.relativeTarget()));
        } else if (!pointsWhereItShould(file, path)) {
            findings.add(new Finding(index, Fault.WRONG_TARGET,
                path + " should point to " + file.relativeTarget() + " but points to " + Files.readSymbolicLink(path)));
        }
    }

    /** Null if nothing is there. */
    private static BasicFileAttributes attributes(Path path, boolean followLink) throws IOException {
        LinkOption[] options = followLink ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, options);
        } catch (NoSuchFileException e) {
            return null;
        } catch (FileSystemException e) {
            if (isBelowFile(path)) {
                return null;
            }
            throw e;
        }
    }

    /**
     * Whether the path has a file in the place of a directory. The system reports this as an error,
     * but here it means a missing file.
     */
    private static boolean isBelowFile(Path path) {
        Path above = path.getParent();
        while (above != null && !Files.isRegularFile(above)) {
            above = above.getParent();
        }
        return above != null;
    }

    private static boolean pointsWhereItShould(FileEntry file, Path link) throws IOException {
        Path root = link.toAbsolutePath().normalize();
        for (int i = 0; i < file.path().size() && root != null; i++) {
            root = root.getParent();
        }
        try {
            return root != null && SymlinkTarget.read(root, link, file.path()).equals(file.symlinkTarget());
        } catch (UnrepresentableFileException e) {
            return false;
        }
    }
}
