package murder.delta;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import murder.hash.Sha256;

/**
 * A new release that grows from an old one at a given path. The caller knows that the old release
 * is the one from which the patch was made. So only the bytes that the patch copies are read; the
 * hash of each new file shows whether the caller is right. For one thread at a time.
 *
 * <p>While the patch is on its way, {@link #copy} can copy the files that it does not change.
 */
public final class Growth {
    private static final int BUFFER = 1 << 18;

    private final Path old;
    private final Manifest.Selection selection;
    private final Path growing;
    /** Of the old release; null if nothing was copied. */
    private List<Manifest.Entry> files;
    /** The SHA-256 of copied files by their path. */
    private final Map<String, byte[]> copied = new HashMap<>();
    /** The paths of directories that were made for copied files. */
    private final Set<String> directories = new HashSet<>();
    /** The last file that was begun. Its directories are there, even if it is not complete. */
    private String last = "";

    /** Something about a release that is to be known before it grows. */
    public interface Check {
        /**
         * Refuses a release by an exception.
         *
         * @param release that is about to grow
         * @throws IOException if it may not
         */
        void accept(Manifest release) throws IOException;
    }

    /**
     * Names the releases. Reads nothing yet.
     *
     * @param old a file or a directory
     * @param selection the entries of the old release
     * @param growing where the new release grows; nothing may be there
     */
    public Growth(Path old, Manifest.Selection selection, Path growing) {
        this.old = old;
        this.selection = selection;
        this.growing = growing;
    }

    /**
     * Copies files that the patch does not change. An interrupt ends it. What is complete by then
     * is of use. Call it at most once, and only for directories.
     *
     * @param unchanged which files, from {@link Manifest#same}. That need not be trusted: if it is
     *     wrong, the patch makes all files.
     * @throws IOException if something cannot be read or written, or at an interrupt
     */
    public void copy(byte[] unchanged) throws IOException {
        BitSet same = BitSet.valueOf(unchanged);
        files = ReleaseScan.list(old, selection);
        byte[] buffer = new byte[BUFFER];
        MessageDigest digest = Sha256.newDigest();
        Files.createDirectory(growing, StagedRelease.PRIVATE_DIRECTORY);
        try (ReleaseBytes bytes = new ReleaseBytes(old, files)) {
            long start = 0;
            for (int i = 0; i < files.size(); i++) {
                Manifest.Entry file = files.get(i);
                if (same.get(i) && file.length() > 0 && !file.path().isEmpty()) {
                    copy(file, bytes, start, buffer, digest);
                }
                start += file.length();
            }
        }
    }

    private void copy(Manifest.Entry file, ReleaseBytes bytes, long start, byte[] buffer, MessageDigest digest) throws IOException {
        Path copy = growing.resolve(file.path());
        last = file.path();
        makeDirectory(file.path().lastIndexOf('/'), file.path());
        boolean isComplete = false;
        try (WritableByteChannel out = StagedRelease.create(copy)) {
            for (long done = 0; done < file.length();) {
                int count = (int) Math.min(buffer.length, file.length() - done);
                bytes.read(start + done, buffer, 0, count);
                StagedRelease.append(buffer, count, digest, out);
                done += count;
            }
            isComplete = true;
        } finally {
            byte[] sha256 = digest.digest();
            if (isComplete) {
                copied.put(file.path(), sha256);
            } else {
                Files.deleteIfExists(copy);
            }
        }
    }

    /** Makes a directory and those around it. @param end of its path in a longer one */
    private void makeDirectory(int end, String path) throws IOException {
        if (end > 0 && directories.add(path.substring(0, end))) {
            makeDirectory(path.lastIndexOf('/', end - 1), path);
            Files.createDirectory(growing.resolve(path.substring(0, end)), StagedRelease.PRIVATE_DIRECTORY);
        }
    }

    /**
     * Makes the new release, for callers that put it in place themselves: it is not forced to the
     * disk. After a failure the written part stays.
     *
     * @param patch the file
     * @param check of the new release
     * @param keepLinks whether symbolic links may lead out of the release
     * @param modified the time that files and directories get; null for now
     * @return the manifest of the new release
     * @throws PatchException if the patch is malformed, or the old release is another one
     * @throws IOException if something cannot be read or written, or from the check
     */
    public Manifest make(Path patch, Check check, boolean keepLinks, FileTime modified) throws IOException {
        List<Manifest.Entry> listed = files == null ? ReleaseScan.list(old, selection) : files;
        try (PatchInput input = PatchInput.open(patch)) {
            check.accept(input.manifest());
            Set<String> there = fitting(input.manifest());
            if (files != null && there.isEmpty()) {
                StagedRelease.delete(growing);
            }
            StagedRelease release = new StagedRelease(growing, input.manifest(), there, keepLinks, () -> { });
            Patch.run(input, old, listed, release).finish(modified);
            return input.manifest();
        }
    }

    /** The paths of files that need not be made; none if what was copied does not fit into the new release. */
    private Set<String> fitting(Manifest release) {
        if (copied.isEmpty()) {
            return Set.of();
        }
        Map<String, Manifest.Entry> wanted = new HashMap<>();
        for (Manifest.Entry entry : release.entries()) {
            if (entry.kind() == Manifest.Kind.FILE) {
                wanted.put(entry.path(), entry);
            }
        }
        boolean fits = last.isEmpty() || wanted.containsKey(last);
        for (Map.Entry<String, byte[]> copy : copied.entrySet()) {
            Manifest.Entry file = wanted.get(copy.getKey());
            fits &= file != null && file.hasSha256(copy.getValue());
        }
        return fits ? copied.keySet() : Set.of();
    }
}
