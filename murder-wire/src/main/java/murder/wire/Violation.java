package murder.wire;

/** The fault of a peer. It closes the connection of that peer, and nothing else. */
public enum Violation {
    BAD_PROTOCOL_NAME,
    UNKNOWN_INFO_HASH,
    FRAME_TOO_LONG,
    BAD_MESSAGE_LENGTH,
    BAD_BITFIELD,
    BITFIELD_NOT_FIRST,
    BAD_PIECE_INDEX,
    BAD_REQUEST,
    BAD_BLOCK,
    UNEXPECTED_BLOCK,
    TOO_MANY_REQUESTS,
    BAD_EXTENSION,
    MESSAGE_NOT_NEGOTIATED,
    /** The swarm is closed, and the peer did not prove that it has the key. */
    NOT_A_MEMBER
}
