package murder.engine.storage;

import java.io.IOException;
import java.security.MessageDigest;
import murder.hash.FileHasher;
import murder.hash.ShrunkFileException;

/**
 * Hashes parts of the payload over mapped windows, for one task of a lane. It keeps the window of
 * the last file, so consecutive pieces share one. A truncated file causes a
 * {@link StorageException}.
 */
final class MappedReader implements AutoCloseable {
    private static final byte[] ZEROS = new byte[16 * 1024];

    private final FileTable table;
    private final OpenFiles files;
    private final FileHasher hasher;
    /** The file in use, or null. */
    private StoredFile file;
    private OpenFiles.Use use;

    /** @param hasher of the lane */
    MappedReader(FileTable table, OpenFiles files, FileHasher hasher) {
        this.table = table;
        this.files = files;
        this.hasher = hasher;
    }

    /** Adds {@code length} bytes of the disk to a hash; pads are zeros. */
    void hash(long offset, int length, MessageDigest digest) throws StorageException {
        for (int i = table.rangeAt(offset); length > 0; i++) {
            StoredFile at = table.range(i);
            int part = (int) Math.min(length, at.offset() + at.length() - offset);
            if (at.isPad()) {
                hashZeros(part, digest);
            } else {
                hashFile(at, offset - at.offset(), part, digest);
            }
            offset += part;
            length -= part;
        }
    }

    private static void hashZeros(int length, MessageDigest digest) {
        while (length > 0) {
            int part = Math.min(length, ZEROS.length);
            digest.update(ZEROS, 0, part);
            length -= part;
        }
    }

    private void hashFile(StoredFile wanted, long position, int length, MessageDigest digest) throws StorageException {
        if (file != wanted) {
            release();
        }
        try {
            if (use == null) {
                use = files.use(wanted);
                file = wanted;
            }
            hasher.update(digest, use.channel(), position, length);
        } catch (IOException e) {
            throw failure(wanted, e);
        }
    }

    /** Ends the use of the last file. */
    void release() throws StorageException {
        if (use != null) {
            try {
                hasher.release();
            } catch (IOException e) {
                throw failure(file, e);
            } finally {
                close();
            }
        }
    }

    /** Closes the last file, also after a failure. */
    @Override
    public void close() throws StorageException {
        if (use != null) {
            OpenFiles.Use last = use;
            use = null;
            try (last; hasher) {
                // Both are closed, and the window first.
            } catch (IOException e) {
                throw failure(file, e);
            }
        }
    }

    private static StorageException failure(StoredFile of, IOException e) {
        return e instanceof ShrunkFileException ? new StorageException(StorageException.Reason.CHANGED, of.path(),
            of.path() + " was cut short while it was in use: start again", e) : StorageException.reading(of.path(), e);
    }
}
