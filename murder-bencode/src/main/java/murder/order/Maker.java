package murder.order;

import java.util.List;

/**
 * The makers of a release, and its source. The agents with these names pack, hash and seed it, and
 * report its content.
 *
 * @param names of these agents, at least one
 * @param source the directory or file on their hosts, an absolute path
 * @param isFile whether it is a file, which travels as it is
 * @param keepLinks whether symbolic links travel as they are, wherever they lead
 * @param hosts the number of hosts that will receive the release, 0 if unknown; fewer hosts get
 *     longer pieces
 * @param pieceLength in bytes, 0 to choose by the length of the payload and {@code hosts}
 * @param patchFrom tags of older releases of the same target against which they make patches, if
 *     they hold them
 */
public record Maker(List<String> names, String source, boolean isFile, boolean keepLinks, int hosts, int pieceLength,
                    List<String> patchFrom) {
    /** The limit of makers of a release. */
    public static final int MAX_NAMES = 100;

    /**
     * Checks the components.
     *
     * @param names 1 to {@link #MAX_NAMES}, all different
     * @param source an absolute path
     * @param isFile as above
     * @param keepLinks as above
     * @param hosts 0 or more
     * @param pieceLength 0, or a power of two that a torrent may have
     * @param patchFrom at most {@link Release#MAX_PATCHES}, all different
     * @throws IllegalArgumentException if one is not as described above
     */
    public Maker {
        names = Rules.names("makers", names, 1, MAX_NAMES);
        Rules.checkPath("the source", source);
        patchFrom = Rules.names("bases of patches", patchFrom, 0, Release.MAX_PATCHES);
        for (String tag : patchFrom) {
            Rules.checkTag(tag);
        }
        if (hosts < 0) {
            throw new IllegalArgumentException("negative number of hosts " + hosts);
        } else if (pieceLength != 0 && (Integer.bitCount(pieceLength) != 1 || pieceLength < 1 << 14 || pieceLength > 1 << 28)) {
            throw new IllegalArgumentException("the length of pieces is a power of two from 16 KiB to 256 MiB, not " + pieceLength);
        }
    }
}
