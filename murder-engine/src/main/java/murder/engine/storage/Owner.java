package murder.engine.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Whose a file is, in a folder where everybody may write. */
final class Owner {
    /** Belongs to the user that this process acts as. */
    private static final Path SELF = Path.of("/proc/self");
    private static final int OTHERS_WRITE = 0002;

    private Owner() {}

    /**
     * Whether another user may have put the file there, and so may change it while we use it. A folder where not everybody may write is
     * its owner's affair.
     */
    static boolean isForeign(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix") || !Files.exists(SELF)) {
            return false;
        }
        int folderMode = (Integer) Files.getAttribute(file.getParent(), "unix:mode");
        return (folderMode & OTHERS_WRITE) != 0
            && !Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(Files.getAttribute(SELF, "unix:uid"));
    }
}
