package murder.tools.fleet;

/**
 * The destination of a release on a peer.
 *
 * @param path the directory that receives it
 * @param noTagDirectory whether {@code path} itself becomes the release
 * @param isFile whether the payload is a file that arrives unchanged
 * @param replace whether an existing release may be deleted
 * @param keepLinks whether symbolic links may lead anywhere
 * @param seedFor how long a peer seeds when it is complete, such as {@code 30s}; empty for the
 *     default
 * @param timeout when a peer gives up; empty for never
 */
record Destination(String path, boolean noTagDirectory, boolean isFile, boolean replace, boolean keepLinks, String seedFor,
                   String timeout) {
}
