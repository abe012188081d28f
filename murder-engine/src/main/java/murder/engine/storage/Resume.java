package murder.engine.storage;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.UUID;
import murder.hash.Sha1;
import murder.wire.Bitfield;

/**
 * The data that a later run may believe without hashing: a {@link ResumeFile}, with the boot and
 * the {@link Fingerprint} that vouch for it. Without a file it stores nothing and believes nothing.
 */
final class Resume implements Closeable {
    /** Null without a file. */
    private final ResumeFile file;
    private final FileTable table;
    private final Disk disk;

    /** @param file null to keep nothing */
    Resume(ResumeFile file, FileTable table, Disk disk) {
        this.file = file;
        this.table = table;
        this.disk = disk;
    }

    /** The pieces that the file claims, if boot, lengths and fingerprint agree; otherwise null. */
    Bitfield believable() throws StorageException {
        ResumeFile.Content content = file == null ? null : file.read();
        if (content == null) {
            return null;
        }
        String doubt = doubt(content);
        if (doubt != null) {
            Log.LOG.log(Level.INFO, "the resume file of {0} is not believed: {1}", table.target(), doubt);
            return null;
        }
        return content.have();
    }

    /**
     * The pieces of {@link #believable} for which only the file vouches. Pieces in finished files
     * are not among them: the fingerprint shows that nobody has written there since.
     *
     * @param hashed pieces that were found right just now
     */
    Bitfield unproven(Bitfield claimed, int[] hashed) {
        Bitfield unproven = new Bitfield(claimed);
        for (int piece : hashed) {
            unproven.clear(piece);
        }
        for (int piece = unproven.nextSet(0); piece >= 0; piece = unproven.nextSet(piece + 1)) {
            if (table.isFinished(piece)) {
                unproven.clear(piece);
            }
        }
        return unproven;
    }

    private String doubt(ResumeFile.Content content) throws StorageException {
        if (!content.forced() && (content.bootId() == null || !content.bootId().equals(bootId()))) {
            return "the system was restarted since, and the data was not forced to the disk";
        }
        for (StoredFile stored : table.stored()) {
            boolean claimed = table.bytesIn(stored, content.have()) > 0;
            if (claimed && (stored.location() == StoredFile.Location.NONE || stored.foundLength() != stored.length())) {
                return stored.finalPath() + " is not there as it was";
            }
        }
        return fingerprint() == content.fingerprint() ? null : "finished files were changed since";
    }

    /**
     * Writes the present state to the file. A download does not fail if this fails: then a later
     * run hashes the existing data.
     *
     * @param forced whether all data is on the device
     */
    void write(Bitfield have, boolean forced) throws StorageException {
        if (file != null) {
            ResumeFile.Content content = new ResumeFile.Content(bootId(), forced, fingerprint(), have);
            try {
                file.write(content);
            } catch (StorageException e) {
                Log.LOG.log(Level.WARNING, "{0}; a later run will hash all that is there", e.getMessage());
                closeQuietly();
            }
        }
    }

    /** Adds a piece. In its lane. */
    void mark(int piece) {
        if (file != null) {
            try {
                file.mark(piece);
            } catch (StorageException e) {
                Log.LOG.log(Level.WARNING, "{0}; a later run will fetch again what it does not find there", e.getMessage());
                closeQuietly();
            }
        }
    }

    /** Stops the recording. */
    private void closeQuietly() {
        try {
            file.close();
        } catch (IOException e) {
            Log.LOG.log(Level.DEBUG, "closing the resume file of {0}: {1}", table.target(), e.getMessage());
        }
    }

    void delete() throws StorageException {
        if (file != null) {
            file.delete();
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }

    private long fingerprint() throws StorageException {
        return Fingerprint.of(table, Sha1.newDigest());
    }

    private UUID bootId() throws StorageException {
        try {
            return disk.bootId();
        } catch (IOException e) {
            throw StorageException.reading(table.target(), e);
        }
    }
}
