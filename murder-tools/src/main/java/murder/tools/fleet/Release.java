package murder.tools.fleet;

/**
 * A release and its form of travel.
 *
 * @param tag its name; a valid name of a directory
 * @param tempPath the folder for archive and torrent on the hosts
 * @param archive {@code tgz}, {@code tar} or {@code tree}
 */
record Release(String tag, String tempPath, String archive) {
    boolean isTree() {
        return archive.equals("tree");
    }

    /** The name of the payload. */
    String payloadName() {
        return isTree() ? tag : tag + "." + archive;
    }

    String torrentName() {
        return payloadName() + ".torrent";
    }
}
