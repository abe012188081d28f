package murder.engine.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A hash over paths, lengths and times of the files with final names. If it has changed, the resume
 * file does not count: another program may have written to these files, and a sample would easily
 * miss that.
 */
final class Fingerprint {
    private Fingerprint() {}

    static long of(FileTable table, MessageDigest sha1) throws StorageException {
        ByteBuffer line = ByteBuffer.allocate(4 * Long.BYTES);
        for (int i = 0; i < table.stored().size(); i++) {
            StoredFile file = table.stored().get(i);
            if (file.location() == StoredFile.Location.FINAL) {
                try {
                    boolean unix = file.finalPath().getFileSystem().supportedFileAttributeViews().contains("unix");
                    // No tool can set the change time, unlike the modification time.
                    Map<String, Object> found = Files.readAttributes(file.finalPath(),
                        unix ? "unix:size,lastModifiedTime,ctime" : "size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
                    line.clear().putLong(i).putLong((Long) found.get("size")).putLong(ns(found.get("lastModifiedTime")))
                        .putLong(unix ? ns(found.get("ctime")) : 0);
                    sha1.update(line.flip());
                } catch (IOException e) {
                    throw StorageException.reading(file.finalPath(), e);
                }
            }
        }
        return ByteBuffer.wrap(sha1.digest()).getLong();
    }

    private static long ns(Object time) {
        return ((FileTime) time).to(TimeUnit.NANOSECONDS);
    }
}
