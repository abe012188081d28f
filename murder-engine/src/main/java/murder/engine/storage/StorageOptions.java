package murder.engine.storage;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Limits of one torrent's storage.
 *
 * @param maxOpenFiles file channels kept open; more are open only while threads use all of these
 * @param maxWindows mapped windows at most; further payload is read into buffers. Windows cost
 *     address space, not memory
 * @param windowLength bytes of one mapped window, 1 or more
 * @param minMappedLength shorter files are read into buffers, because a mapping costs more than it
 *     saves
 * @param reserveFrom files of at least this many bytes get blocks reserved by the system's
 *     {@code fallocate} command
 * @param samplePieces pieces hashed before the storage believes a resume file, 0 or more
 * @param sampleSeed picks those pieces
 * @param closeTimeout how long {@link TorrentStorage#close()} waits for queued work
 * @param followTarget whether to follow a symbolic link at the target. Choose no if others could
 *     put one there
 * @param ownerOnly whether only the owner may read new files and directories. Otherwise only owner
 *     and group may write to them, for any umask of the process
 */
public record StorageOptions(int maxOpenFiles, int maxWindows, int windowLength, int minMappedLength, long reserveFrom,
                             int samplePieces, long sampleSeed, Duration closeTimeout, boolean followTarget, boolean ownerOnly) {
    public StorageOptions {
        atLeast("maxOpenFiles", maxOpenFiles, 1);
        atLeast("maxWindows", maxWindows, 0);
        atLeast("windowLength", windowLength, 1);
        atLeast("minMappedLength", minMappedLength, 0);
        atLeast("reserveFrom", reserveFrom, 1);
        atLeast("samplePieces", samplePieces, 0);
        if (closeTimeout.isNegative()) {
            throw new IllegalArgumentException("negative closeTimeout " + closeTimeout);
        }
    }

    /**
     * 256 open files; 512 windows of 128 MiB, which hold the largest builds (64 GiB); mapping from
     * 1 MiB; reserving from 64 MiB, where the cost of a process is small beside the file; a sample
     * of 16 pieces, different at each call; 1.5 s to close, so that a process can end within 2 s.
     * Links at the target are followed, and others may read new files.
     */
    public static StorageOptions defaults() {
        return new StorageOptions(256, 512, 128 << 20, 1 << 20, 64 << 20, 16, ThreadLocalRandom.current().nextLong(),
            Duration.ofMillis(1500), true, false);
    }

    /** These options with other values for these two. */
    public StorageOptions with(boolean newFollowTarget, boolean newOwnerOnly) {
        return new StorageOptions(maxOpenFiles, maxWindows, windowLength, minMappedLength, reserveFrom, samplePieces, sampleSeed,
            closeTimeout, newFollowTarget, newOwnerOnly);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", below " + least);
        }
    }
}
