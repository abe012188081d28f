package murder.tools.fleet;

/**
 * Where a release goes on a peer, and how.
 *
 * @param path the directory that receives it
 * @param noTagDirectory whether {@code path} itself becomes the release
 * @param isFile whether the payload is a file that is put there as it is
 * @param replace whether what is there may be deleted
 * @param keepLinks whether symbolic links arrive as they are, wherever they lead
 * @param seedFor how long a peer seeds when it is complete, such as {@code 30s}; empty for the
 *     default
 * @param timeout when a peer gives up; empty for never
 */
record Destination(String path, boolean noTagDirectory, boolean isFile, boolean replace, boolean keepLinks, String seedFor,
                   String timeout) {
}
