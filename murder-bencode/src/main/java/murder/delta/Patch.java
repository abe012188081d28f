package murder.delta;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import murder.disk.Forcing;

/**
 * Makes and applies patches, which make a new release from an old one. {@link Manifest} describes a
 * release.
 *
 * <pre>{@code
 * Patch.make(Path.of("release-7"), Path.of("release-8"), Path.of("7-to-8.patch"));
 * Patch.apply(Path.of("7-to-8.patch"), Path.of("release-7"), Path.of("release-8"), false);
 * }</pre>
 */
public final class Patch {
    private static final int BUFFER = 1 << 16;

    private Patch() {}

    /**
     * Makes a patch. Memory: 0.3 bytes for each byte of the old release, and 64 MiB.
     *
     * @param old a file or a directory
     * @param fresh a file or a directory
     * @param patch the file to write; replaces an existing one
     * @return bytes of the patch
     * @throws IOException if a release cannot be read, changes meanwhile or cannot be in a
     *     manifest, or the patch cannot be written
     * @throws InterruptedException if this thread is interrupted
     */
    public static long make(Path old, Path fresh, Path patch) throws IOException, InterruptedException {
        return make(old, Manifest.of(old), fresh, Manifest.of(fresh), patch);
    }

    /**
     * Makes a patch between releases whose manifests are known. The new one may be a part of a
     * directory ({@link Manifest#of(Path, Manifest.Selection)}). If a release has changed since,
     * the patch makes no release, and hosts refuse it.
     *
     * @param old a file or a directory
     * @param base its manifest
     * @param fresh a file or a directory
     * @param target its manifest
     * @param patch the file to write; one that is there is replaced
     * @return bytes of the patch
     * @throws IOException if a release cannot be read, or the patch cannot be written
     */
    public static long make(Path old, Manifest base, Path fresh, Manifest target, Path patch) throws IOException {
        long largest = target.entries().stream().mapToLong(Manifest.Entry::length).max().orElse(0);
        Path part = sibling(patch, ".part");
        try (ReleaseBytes oldBytes = new ReleaseBytes(old, base.entries());
             ReleaseBytes newBytes = new ReleaseBytes(fresh, target.entries())) {
            long length;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), BUFFER)) {
                length = new PatchEncoder(oldBytes, largest, out).run(base, target, newBytes);
            }
            move(part, patch, StandardCopyOption.REPLACE_EXISTING);
            return length;
        } catch (InternalError e) {
            throw new IOException(old + " became shorter while it was read", e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * Reads the manifest of a patch's new release.
     *
     * @param patch the file
     * @return the manifest of the new release
     * @throws PatchException if it is no patch
     * @throws IOException if it cannot be read
     */
    public static Manifest target(Path patch) throws IOException {
        try (PatchInput input = PatchInput.open(patch)) {
            return input.manifest();
        }
    }

    /**
     * Makes the new release from the old one and only reads the old one. The new release is in
     * place and on disk after the return. After an exception nothing is in place. This method
     * writes it beside its place, compares each file with the manifest, and renames it. Memory: 64
     * MiB.
     *
     * @param patch the file
     * @param old a file or a directory
     * @param fresh the path of the new release, which must not exist
     * @param keepLinks whether symbolic links may lead out of the release
     * @return the manifest of the new release
     * @throws PatchException if the patch is malformed or was made for another release
     * @throws FileAlreadyExistsException if something is at the new place
     * @throws IOException if something cannot be read or written
     * @throws InterruptedException if this thread is interrupted
     */
    public static Manifest apply(Path patch, Path old, Path fresh, boolean keepLinks) throws IOException, InterruptedException {
        requireNothing(fresh);
        return apply(patch, old, Manifest.of(old), fresh, keepLinks, () -> { });
    }

    /**
     * Makes the new release from an old one with a known manifest. This saves reading each of its
     * bytes. If the old release has changed meanwhile, the result differs from the new release, and
     * is refused.
     *
     * @param patch the file
     * @param old a file or a directory
     * @param base its manifest
     * @param fresh the path of the new release, which must not exist
     * @param keepLinks whether symbolic links may lead out of the release
     * @return the manifest of the new release
     * @throws PatchException if the patch is malformed or was made for another release, or the old
     *     one has changed
     * @throws FileAlreadyExistsException if something is at the new place
     * @throws IOException if something cannot be read or written
     */
    public static Manifest apply(Path patch, Path old, Manifest base, Path fresh, boolean keepLinks) throws IOException {
        requireNothing(fresh);
        return apply(patch, old, base, fresh, keepLinks, () -> { });
    }

    private static void requireNothing(Path fresh) throws IOException {
        if (Files.exists(fresh, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(fresh.toString());
        }
    }

    static StagedRelease run(PatchInput input, Path old, List<Manifest.Entry> files, StagedRelease release) throws IOException {
        try (ReleaseBytes oldBytes = new ReleaseBytes(old, files)) {
            new PatchDecoder(input, oldBytes).run(release);
        }
        return release;
    }

    /** @param beforeChange runs before each change on disk, and before the last force; a test stops there */
    static Manifest apply(Path patch, Path old, Manifest base, Path fresh, boolean keepLinks, Runnable beforeChange) throws IOException {
        Path staging = sibling(fresh, ".murder-patch");
        StagedRelease.delete(staging);
        try (PatchInput input = PatchInput.open(patch)) {
            if (!Arrays.equals(input.base(), base.sha256())) {
                throw new PatchException(PatchException.Reason.OTHER_BASE,
                    old + " is not the release from which this patch was made; fetch the whole release");
            }
            StagedRelease release = new StagedRelease(staging, input.manifest(), Set.of(), keepLinks, beforeChange);
            run(input, old, base.entries(), release).finishDurably();
            beforeChange.run();
            move(staging, fresh);
            beforeChange.run();
            Forcing.force(staging.getParent());
            return input.manifest();
        } finally {
            StagedRelease.delete(staging);
        }
    }

    /** A hidden name beside a path, the same in each run. */
    private static Path sibling(Path path, String suffix) {
        Path absolute = path.toAbsolutePath().normalize();
        if (absolute.getFileName() == null) {
            throw new IllegalArgumentException(path + " has no name");
        }
        return absolute.resolveSibling("." + absolute.getFileName() + suffix);
    }

    private static void move(Path from, Path to, StandardCopyOption... options) throws IOException {
        StandardCopyOption[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = StandardCopyOption.ATOMIC_MOVE;
        try {
            Files.move(from, to, all);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, options);
        }
    }
}
