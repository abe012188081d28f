package murder.tracker;

import java.util.Objects;

/**
 * A tracker refused, a request to it was malformed, or its reply was. Stackless: it is an answer,
 * and its text is for users. An unreachable tracker causes an {@link java.io.IOException} instead.
 */
public final class TrackerException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
        /** A parameter of the request is missing or malformed. */
        BAD_REQUEST,
        /** The tracker serves only some torrents, but not this one. */
        NOT_ALLOWED,
        /**
         * The swarms of this tracker are closed, and the announce does not prove that it comes from
         * a member.
         */
        NOT_A_MEMBER,
        /** The peer id belongs to another host: neither its key nor its address agree. */
        PEER_ID_TAKEN,
        /** A table of the tracker is full. */
        TRACKER_FULL,
        /** A remote tracker answered with a {@code failure reason}; the text is the tracker's. */
        REFUSED,
        /**
         * The tracker answered with an HTTP status that is no success, and with no failure reason.
         */
        HTTP_STATUS,
        /** The reply breaks the protocol. */
        MALFORMED_REPLY,
        /** The reply is longer than we accept. */
        REPLY_TOO_LONG,
        /** Redirected too often, in a circle, or to a URL that is not HTTP. */
        BAD_REDIRECT,
        /** The URL of the tracker cannot be understood. */
        BAD_URL,
        /** The URL is valid, but its scheme is not supported. */
        UNSUPPORTED
    }

    /** The kind of failure. */
    private final Reason reason;

    /**
     * A failure with a text.
     *
     * @param reason the kind of failure
     * @param detail the expected and the found value, for a person to read
     */
    public TrackerException(Reason reason, String detail) {
        super(Objects.requireNonNull(detail), null, false, false);
        this.reason = Objects.requireNonNull(reason);
    }

    /** {@return the kind of failure} */
    public Reason reason() {
        return reason;
    }
}
