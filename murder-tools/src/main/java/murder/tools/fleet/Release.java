package murder.tools.fleet;

import java.nio.file.Path;

/**
 * What a tag names: the release, and how it travels.
 *
 * @param tag its name; one name of a directory
 * @param tempPath the folder for archive and torrent, here and on the hosts
 * @param archive {@code tgz}, {@code tar} or {@code tree}
 */
record Release(String tag, String tempPath, String archive) {
    boolean isTree() {
        return archive.equals("tree");
    }

    /** Where the torrent lies, here and on the seeder. */
    Path torrent() {
        return Path.of(tempPath, tag + (isTree() ? "" : "." + archive) + ".torrent");
    }
}
