package murder.tools.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import murder.metainfo.FileEntry;
import murder.metainfo.Metainfo;
import murder.metainfo.TreeModes;

/**
 * Adds the rest of the torrent to a tree that was fetched file by file: empty directories and
 * permission bits.
 */
final class Modes {
    private Modes() {
    }

    /**
     * Does nothing if the torrent has none.
     *
     * @param root the complete tree
     */
    static void apply(Metainfo metainfo, Path root) throws IOException {
        TreeModes modes = metainfo.modes().orElse(null);
        if (modes == null || !Files.getFileStore(root).supportsFileAttributeView("posix")) {
            return;
        }
        List<Path> directories = new ArrayList<>();
        for (TreeModes.Directory directory : modes.directories()) {
            directories.add(Files.createDirectories(metainfo.pathOf(root, directory)));
        }
        Map<Integer, Set<PosixFilePermission>> sets = new HashMap<>();
        List<FileEntry> files = metainfo.files();
        for (int i = 0; i < files.size(); i++) {
            if (!files.get(i).isSymlink() && !files.get(i).pad()) {
                Files.setPosixFilePermissions(metainfo.pathOf(root, i), sets.computeIfAbsent(modes.ofFile(i), Modes::set));
            }
        }
        // Lower ones first: below a read-only directory no entry can change.
        Collections.reverse(directories);
        for (int i = 0; i < directories.size(); i++) {
            int mode = modes.directories().get(directories.size() - 1 - i).mode();
            Files.setPosixFilePermissions(directories.get(i), sets.computeIfAbsent(mode, Modes::set));
        }
    }

    private static Set<PosixFilePermission> set(int mode) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((mode & 0400 >> permission.ordinal()) != 0) {
                set.add(permission);
            }
        }
        return set;
    }
}
