package murder.tools.fleet;

/**
 * What a tag names: the release, and how it travels.
 *
 * @param tag its name; one name of a directory
 * @param tempPath the folder for archive and torrent on the hosts
 * @param archive {@code tgz}, {@code tar} or {@code tree}
 */
record Release(String tag, String tempPath, String archive) {
    boolean isTree() {
        return archive.equals("tree");
    }

    /** What travels is called so. */
    String payloadName() {
        return isTree() ? tag : tag + "." + archive;
    }

    String torrentName() {
        return payloadName() + ".torrent";
    }
}
