package murder.engine.swarm;

/** The reason why a swarm refuses or closes a connection that broke no rule. */
public enum Refusal {
    /** The peer is this engine itself: trackers also hand out the engine's own address. */
    SELF,
    ALREADY_CONNECTED,
    SWARM_FULL,
    BANNED,
    /** Both sides have all pieces. */
    BOTH_COMPLETE,
    /** Neither side wants a piece of the other, and another peer needs the place. */
    USELESS,
    /** Its address holds many places, and a host of another address needs one. */
    CROWD,
    /** It moved the fewest bytes of all in the last seconds, and another peer needs the place. */
    DISPLACED,
    /** The peer was silent for too long. */
    IDLE,
    PAUSED,
    /** It unchokes us, but rejects our requests or does not answer them. */
    SILENT,
    /** Thousands of its messages changed nothing. */
    POINTLESS,
    /** A peer of its host was closed for that, and it must wait before it may come. */
    TOO_SOON
}
