package murder.engine.storage;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.UUID;
import murder.metainfo.Metainfo;
import murder.wire.Bitfield;

/** What one torrent's storage is made of, for the classes that each do one of its long jobs. {@code resume} may be null. */
record Parts(Metainfo metainfo, FileTable table, Directories directories, OpenFiles files, Payload payload, ResumeFile resume, Disk disk,
             DiskWorkers workers, StorageOptions options) {
    /** Makes the resume file say what is there now. */
    void writeResume(Bitfield have, boolean forced) throws StorageException {
        if (resume != null) {
            MessageDigest digest = workers.takeDigest();
            try {
                resume.write(new ResumeFile.Content(bootId(), forced, Fingerprint.of(table, digest), have));
            } finally {
                workers.giveBack(digest);
            }
        }
    }

    UUID bootId() throws StorageException {
        try {
            return disk.bootId();
        } catch (IOException e) {
            throw StorageException.reading(table.target(), e);
        }
    }
}
