package murder.engine.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/** The owner of a file in a folder where everybody may write. */
final class Owner {
    /** Belongs to the user that this process acts as. */
    private static final Path SELF = Path.of("/proc/self");
    private static final int OTHERS_WRITE = 0002;
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;

    private Owner() {}

    /**
     * Whether another user may change the file meanwhile: it has a second name, or another owner.
     *
     * @param file a link is not followed
     */
    static boolean isForeign(Path file) throws IOException {
        if (!tells(file)) {
            return false;
        }
        Map<String, Object> found = Files.readAttributes(file, "unix:nlink,mode", LinkOption.NOFOLLOW_LINKS);
        boolean shared = ((Integer) found.get("mode") & TYPE) == REGULAR && (Integer) found.get("nlink") > 1;
        return shared || isOfAnotherUser(file);
    }

    /**
     * Whether another user put the file into a folder where everybody may write. Other folders are
     * their owner's responsibility.
     *
     * @param file a link is not followed
     */
    static boolean isOfAnotherUser(Path file) throws IOException {
        if (!tells(file)) {
            return false;
        }
        int folderMode = (Integer) Files.getAttribute(file.getParent(), "unix:mode");
        return (folderMode & OTHERS_WRITE) != 0
            && !Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(Files.getAttribute(SELF, "unix:uid"));
    }

    private static boolean tells(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix") && Files.exists(SELF);
    }
}
