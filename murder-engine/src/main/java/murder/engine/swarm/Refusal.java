package murder.engine.swarm;

/** Why a swarm refuses or closes a connection that broke no rule. */
public enum Refusal {
    /** The peer is this very engine: trackers hand out one's own address. */
    SELF,
    ALREADY_CONNECTED,
    SWARM_FULL,
    BANNED,
    /** Both sides have everything. */
    BOTH_COMPLETE,
    /** Neither side wants anything of the other, and somebody else needs the place. */
    USELESS,
    /** Its address holds many places, and a host of another address needs one. */
    CROWD,
    /** It moved the fewest bytes of all in the last seconds, and somebody else needs the place. */
    DISPLACED,
    /** Nothing was heard for too long. */
    IDLE,
    PAUSED,
    /** It lets us ask, but refuses, or owes, what we asked for. */
    SILENT,
    /** Thousands of its messages changed nothing. */
    POINTLESS
}
