package murder.engine;

/**
 * The state of a torrent. It only moves forward, except for pause, resume and
 * {@link Torrent#recheck}:
 *
 * <pre>
 * FETCHING_METADATA → CHECKING → DOWNLOADING → FINISHING → SEEDING
 *                          └────────────────────────────────↗
 * any of these ⇄ PAUSED;   any → FAILED or REMOVED, which are final
 * recheck:  DOWNLOADING, FINISHING, SEEDING → CHECKING
 * </pre>
 */
public enum TorrentState {
    /** Only the info-hash is known; the {@code info} dictionary is fetched from peers (BEP 9). */
    FETCHING_METADATA,
    /** Checking the existing files, and reserving room for the rest. */
    CHECKING,
    /** Fetching pieces from peers, and serving those that are verified. */
    DOWNLOADING,
    /** Every piece is verified; the files are being forced to disk and given their final names. */
    FINISHING,
    /** Every piece is verified and in place. The torrent serves peers. */
    SEEDING,
    /** Stopped by the embedder: no connections, and trackers know that it left. */
    PAUSED,
    /** Stopped by an error, see {@link TorrentStatistics#error()}. */
    FAILED,
    /** Taken out of the engine, or the engine was closed. */
    REMOVED;

    /** {@return whether this state is final} */
    public boolean isFinal() {
        return this == FAILED || this == REMOVED;
    }
}
