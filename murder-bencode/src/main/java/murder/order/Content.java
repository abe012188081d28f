package murder.order;

import java.util.Objects;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;

/**
 * The exact payload: the torrent of a release or of a patch.
 *
 * @param infoHash of its torrent
 * @param infoSha256 of the same info dictionary
 * @param length of the payload in bytes, 0 or more
 */
public record Content(InfoHash infoHash, InfoSha256 infoSha256, long length) {
    /**
     * Checks the components.
     *
     * @param infoHash not null
     * @param infoSha256 not null
     * @param length 0 or more
     * @throws IllegalArgumentException if the length is negative
     */
    public Content {
        Objects.requireNonNull(infoHash, "infoHash");
        Objects.requireNonNull(infoSha256, "infoSha256");
        if (length < 0) {
            throw new IllegalArgumentException("negative length " + length);
        }
    }

    // Written out: what the JDK makes of a record costs each start of an agent some milliseconds.

    @Override
    public boolean equals(Object other) {
        return other instanceof Content that && infoHash.equals(that.infoHash) && infoSha256.equals(that.infoSha256)
            && length == that.length;
    }

    @Override
    public int hashCode() {
        return infoSha256.hashCode();
    }
}
