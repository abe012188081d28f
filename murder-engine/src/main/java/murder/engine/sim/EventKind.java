package murder.engine.sim;

/** The kind of an event in a {@link SimNetwork}. Its target is a host or an end. */
enum EventKind {
    /** An uplink has sent the turn of one end. */
    SENT,
    /** Packets with blocks have crossed the network. */
    ARRIVED,
    /** Packets without blocks have crossed it: they do not queue at the downlink. */
    ARRIVED_SMALL,
    /** Packets with blocks have passed the downlink. */
    DELIVERED,
    /** A turn that leaves its rack has passed the rack's pipe. */
    LEFT_ZONE,
    /** A host's next deadline is due. */
    TIMER,
    /** A disk has hashed a piece. */
    VERIFIED,
    /** An end learns that its connection is closed. */
    LOST,
    /** A dialled host learns of the dial. */
    DIAL_ARRIVED,
    /** A dialling host learns whether it is connected. */
    DIAL_ANSWERED,
    /** An announce has reached the tracker. */
    ASKS_TRACKER,
    /** The answer to an announce has reached its host. */
    TRACKER_ANSWERED,
    /** A host has waited for an answer for too long. */
    TRACKER_SILENT,
    /** Rare events: the target is the index of the network's action. */
    ACTION
}
