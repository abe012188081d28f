package murder.delta;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import murder.disk.Forcing;
import murder.hash.Sha256;

/**
 * An incomplete release, written file by file in the order of its manifest. Each complete file is
 * compared with its hash. Links and permissions come last. For one thread.
 */
final class StagedRelease implements Closeable {
    private static final int BUFFER = 1 << 18;
    private static final Set<OpenOption> NEW_FILE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    /** Nobody else may read anything before it has its mode. */
    private static final FileAttribute<?> PRIVATE_FILE = PosixFilePermissions.asFileAttribute(permissions(0600));
    static final FileAttribute<?> PRIVATE_DIRECTORY = PosixFilePermissions.asFileAttribute(permissions(0700));

    private final Path root;
    /** The paths of the files that are there already, with their content. */
    private final Set<String> there;
    private final Runnable beforeChange;
    private final Manifest manifest;
    private final List<Manifest.Entry> entries;
    private final List<Manifest.Entry> files = new ArrayList<>();
    private final MessageDigest digest = Sha256.newDigest();
    private final byte[] buffer = new byte[BUFFER];
    private int buffered;
    private long missing;
    /** The present file, and its number of missing bytes. */
    private int file = -1;
    private long missingOfFile;
    private boolean isThere;
    private WritableByteChannel out;

    /**
     * @param there the paths of the files that are there already, with their content
     * @param beforeChange runs before each change on disk
     * @throws PatchException if a link leads out of the release and may not
     */
    StagedRelease(Path root, Manifest manifest, Set<String> there, boolean keepLinks, Runnable beforeChange) throws PatchException {
        this.root = root;
        this.there = there;
        this.beforeChange = beforeChange;
        this.manifest = manifest;
        this.entries = manifest.entries();
        this.missing = manifest.length();
        for (Manifest.Entry entry : entries) {
            if (entry.kind() == Manifest.Kind.SYMLINK && !keepLinks && leadsOut(entry)) {
                throw Manifest.malformed("the link '" + entry.path() + "' leads to '" + entry.target()
                    + "', out of the release; links=keep allows that");
            }
        }
    }

    /** Checks the text alone: it may have '..' only at its beginning. */
    private static boolean leadsOut(Manifest.Entry link) {
        int depth = (int) link.path().chars().filter(c -> c == '/').count();
        boolean down = false;
        for (String element : link.target().split("/", -1)) {
            if (element.equals("..")) {
                if (down || --depth < 0) {
                    return true;
                }
            } else if (!element.isEmpty() && !element.equals(".")) {
                down = true;
            }
        }
        return link.target().startsWith("/");
    }

    /** Makes the directories, and the files that are empty. */
    void begin() throws IOException {
        for (Manifest.Entry entry : entries) {
            beforeChange.run();
            switch (entry.kind()) {
                case DIRECTORY -> {
                    Path directory = entry.at(root);
                    if (there.isEmpty() || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                        Files.createDirectory(directory, PRIVATE_DIRECTORY);
                    }
                }
                case FILE -> {
                    if (entry.length() == 0) {
                        Files.createFile(entry.at(root), PRIVATE_FILE);
                        requireHash(entry);
                    } else {
                        files.add(entry);
                    }
                }
                case SYMLINK -> { }
            }
        }
    }

    /** Bytes that are still to be written. */
    long missing() {
        return missing;
    }

    /** @param count at most {@link #missing} */
    void write(byte[] bytes, int from, int count) throws IOException {
        for (int at = from + (int) skip(count); at < from + count; at += (int) skip(from + count - at)) {
            int part = (int) Math.min(Math.min(from + count - at, missingOfFile), buffer.length - buffered);
            System.arraycopy(bytes, at, buffer, buffered, part);
            buffered += part;
            at += part;
            missing -= part;
            missingOfFile -= part;
            if (buffered == buffer.length || missingOfFile == 0) {
                flush();
            }
            if (missingOfFile == 0) {
                out.close();
                requireHash(files.get(file));
            }
        }
    }

    /**
     * Skips the next bytes as far as their files are there already.
     *
     * @param most at most {@link #missing}
     * @return how many
     */
    long skip(long most) throws IOException {
        long skipped = 0;
        while (skipped < most) {
            if (missingOfFile == 0) {
                beginFile();
            }
            if (!isThere) {
                break;
            }
            long part = Math.min(most - skipped, missingOfFile);
            missingOfFile -= part;
            missing -= part;
            skipped += part;
        }
        return skipped;
    }

    private void beginFile() throws IOException {
        file++;
        missingOfFile = files.get(file).length();
        isThere = there.contains(files.get(file).path());
        if (!isThere) {
            beforeChange.run();
            out = create(files.get(file).at(root));
        }
    }

    private void flush() throws IOException {
        beforeChange.run();
        append(buffer, buffered, digest, out);
        buffered = 0;
    }

    /** A new file that only its owner may read. */
    static WritableByteChannel create(Path file) throws IOException {
        return Files.newByteChannel(file, NEW_FILE, PRIVATE_FILE);
    }

    /** Writes the first bytes of an array and adds them to a hash. */
    static void append(byte[] bytes, int count, MessageDigest digest, WritableByteChannel out) throws IOException {
        digest.update(bytes, 0, count);
        for (ByteBuffer left = ByteBuffer.wrap(bytes, 0, count); left.hasRemaining();) {
            out.write(left);
        }
    }

    private void requireHash(Manifest.Entry entry) throws PatchException {
        if (!entry.hasSha256(digest.digest())) {
            throw new PatchException(PatchException.Reason.WRONG_OUTPUT, "the patch makes another '" + entry.path()
                + "' than its manifest says");
        }
    }

    /** Everything is written. */
    void end() throws IOException {
        if (missing > 0) {
            throw Manifest.malformed("the patch ends before the last " + missing + " bytes of the release");
        }
        for (Manifest.Entry entry : entries) {
            if (entry.kind() == Manifest.Kind.SYMLINK) {
                beforeChange.run();
                Files.createSymbolicLink(entry.at(root), root.getFileSystem().getPath(entry.target()));
            }
        }
    }

    /**
     * Gives files and directories their times and modes. Call it after {@link #end}.
     *
     * @param modified the time; null for now
     */
    void finish(FileTime modified) throws IOException {
        // The entries of a directory follow it, so this begins inside.
        for (int i = entries.size() - 1; i >= 0; i--) {
            Manifest.Entry entry = entries.get(i);
            if (entry.kind() != Manifest.Kind.SYMLINK) {
                Path path = entry.at(root);
                beforeChange.run();
                if (modified != null) {
                    Files.setLastModifiedTime(path, modified);
                }
                Files.setPosixFilePermissions(path, permissions(entry.mode()));
            }
        }
    }

    /** Like {@link #finish}, and makes the release survive a crash of the machine. */
    void finishDurably() throws IOException {
        boolean isOpen = entries.stream().allMatch(StagedRelease::mayBeOpened);
        if (!isOpen) {
            Forcing.force(manifest.contents(root));
        }
        finish(null);
        if (isOpen) {
            Forcing.force(manifest.contents(root));
        }
    }

    /** Whether its owner may open it, and for a directory, what is in it. */
    private static boolean mayBeOpened(Manifest.Entry entry) {
        return switch (entry.kind()) {
            case FILE -> (entry.mode() & 0600) != 0;
            case DIRECTORY -> (entry.mode() & 0500) == 0500;
            case SYMLINK -> true;
        };
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((mode & 0400 >> permission.ordinal()) != 0) {
                permissions.add(permission);
            }
        }
        return permissions;
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }

    /** Deletes the leftovers of an earlier run. */
    static void delete(Path staging) throws IOException {
        if (!Files.exists(staging, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(staging, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
                Files.setPosixFilePermissions(directory, permissions(0700));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
