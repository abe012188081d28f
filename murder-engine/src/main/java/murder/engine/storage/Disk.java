package murder.engine.storage;

import java.io.File;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import murder.disk.Forcing;

/**
 * The calls of the storage to the operating system beyond plain file calls. At this seam tests make
 * a disk fail.
 */
class Disk {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    /** File systems without a device. */
    private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");
    private static final int MAX_OUTPUT = 4096;

    private final Descriptors descriptors;

    Disk() {
        this(new Descriptors());
    }

    Disk(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    Descriptors descriptors() {
        return descriptors;
    }

    /** @param mode of a file that this makes */
    FileChannel open(Path file, Set<? extends OpenOption> options, FileAttribute<?>... mode) throws IOException {
        return FileChannel.open(file, options, mode);
    }

    /**
     * Bytes that we may still write to the file system of an existing path; {@link Long#MAX_VALUE}
     * where it does not say.
     */
    long usableSpace(Path existing) throws IOException {
        // Not by its file store: Java finds that in the list of mounts, which may lack the root of
        // a chroot.
        File path = existing.toFile();
        return path.getTotalSpace() <= 0 ? Long.MAX_VALUE : path.getUsableSpace();
    }

    /**
     * Reserves blocks for an existing file by the {@code fallocate} command (util-linux), because
     * Java has no such call. Existing blocks keep their content. In memory file systems it does
     * nothing: reserving would cost as much as the writes (0.3 s for a GiB), without a benefit.
     *
     * @return false if the system or the file system has no such thing
     * @throws StorageException if there is no room
     */
    boolean reserve(Path file, long length) throws IOException {
        if (isInMemory(file)) {
            return false;
        }
        Result result = run("fallocate", "-l", Long.toString(length), file.toString());
        if (result == null) {
            return false;
        }
        if (result.exit == 0) {
            return true;
        }
        if (result.output.contains("No space left") || result.output.contains("quota exceeded")) {
            throw new StorageException(StorageException.Reason.DISK_FULL, file,
                "no space left to reserve " + length + " bytes for " + file + ": free some space and start again");
        }
        Log.LOG.log(Level.DEBUG, "blocks of {0} are not reserved: {1}", file, result.output);
        return false;
    }

    private static boolean isInMemory(Path file) {
        try {
            return MEMORY.contains(Files.getFileStore(file).type());
        } catch (IOException e) {
            Log.LOG.log(Level.DEBUG, "the file system of {0} is not known: {1}", file, e.getMessage());
            return false;
        }
    }

    /** Forces files to their device, several at the same time. */
    void force(Collection<Path> files) throws IOException {
        forceAll(files);
    }

    /** Several at the same time, and fewer if descriptors are short. */
    private void forceAll(Collection<Path> paths) throws IOException {
        AtomicInteger atOnce = new AtomicInteger(Forcing.MAX_THREADS);
        descriptors.open(() -> {
            Forcing.force(paths, atOnce.get());
            return null;
        }, () -> atOnce.updateAndGet(count -> Math.max(1, count / 4)));
    }

    /**
     * Makes names in directories durable. POSIX systems need this. Other systems cannot open a
     * directory.
     */
    void forceDirectories(Collection<Path> directories) throws IOException {
        if (!directories.isEmpty() && directories.iterator().next().getFileSystem().supportedFileAttributeViews().contains("posix")) {
            forceAll(directories);
        }
    }

    /** The id of this boot of the kernel; null if the system has none. */
    UUID bootId() throws IOException {
        return Files.isReadable(BOOT_ID) ? UUID.fromString(Files.readString(BOOT_ID).strip()) : null;
    }

    private record Result(int exit, String output) {}

    /** Null if there is no such program. */
    private static Result run(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            Log.LOG.log(Level.DEBUG, "no command {0}: {1}", command[0], e.getMessage());
            return null;
        }
        try (var output = process.getInputStream()) {
            process.getOutputStream().close();
            String text = new String(output.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8).strip();
            return new Result(process.waitFor(), text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command[0], e);
        } finally {
            process.destroy();
        }
    }
}
