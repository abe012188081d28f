package murder.engine;

/**
 * The progress of a torrent. It takes no turn of the engine, so you can read it often and for many
 * torrents.
 *
 * @param state what the torrent is doing
 * @param length payload in bytes, or 0 while the metadata is unknown
 * @param checkedBytes bytes looked at while checking what is on disk
 * @param verifiedBytes bytes in pieces that are verified and on disk
 */
public record TorrentProgress(TorrentState state, long length, long checkedBytes, long verifiedBytes) {
    /** {@return the verified share of the payload, 0 to 1; 0 while the metadata is unknown} */
    public double verifiedShare() {
        return length == 0 ? 0 : (double) verifiedBytes / length;
    }
}
