package murder.engine;

/** Why a torrent failed or could not be added. */
public final class TorrentException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The kinds of failure that a caller may want to treat differently. */
    public enum Reason {
        /** The disk failed: full, not writable, read error, file missing. */
        STORAGE,
        /** The disk has no room for the payload. */
        DISK_FULL,
        /** The torrent, or the metadata that peers sent for an info-hash, is invalid. */
        INVALID_METAINFO,
        /** The engine already holds a torrent with this info-hash. */
        DUPLICATE,
        /** The torrent was removed, or the engine closed, before it was complete. */
        REMOVED,
        /** A fault in the engine's code for this torrent ended it. The other torrents continue. */
        TORRENT_FAULT,
        /** A broken invariant ended the engine and all its torrents. */
        ENGINE_FAILED
    }

    /** The kind of failure. */
    private final Reason reason;

    /**
     * A failure with a text.
     *
     * @param reason the kind of failure
     * @param message what failed, for a person to read
     * @param cause of the failure, or null
     */
    public TorrentException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** {@return the kind of failure} */
    public Reason reason() {
        return reason;
    }
}
