package murder.engine.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/** Whose a file is, in a folder where everybody may write. */
final class Owner {
    /** Belongs to the user that this process acts as. */
    private static final Path SELF = Path.of("/proc/self");
    private static final int OTHERS_WRITE = 0002;
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;

    private Owner() {}

    /**
     * Whether somebody else may change the file while we use it, or sees it change: it has another name, too, or another user put it
     * into a folder where everybody may write. A folder where not everybody may write is its owner's affair.
     *
     * @param file a link is not followed
     */
    static boolean isForeign(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix") || !Files.exists(SELF)) {
            return false;
        }
        Map<String, Object> found = Files.readAttributes(file, "unix:uid,nlink,mode", LinkOption.NOFOLLOW_LINKS);
        if (((Integer) found.get("mode") & TYPE) == REGULAR && (Integer) found.get("nlink") > 1) {
            return true;
        }
        int folderMode = (Integer) Files.getAttribute(file.getParent(), "unix:mode");
        return (folderMode & OTHERS_WRITE) != 0 && !found.get("uid").equals(Files.getAttribute(SELF, "unix:uid"));
    }
}
