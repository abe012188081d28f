package murder.engine.sim;

/** What an event of a {@link SimNetwork} is. Its target is a host or an end. */
enum EventKind {
    /** An uplink has sent what one end had to send in a turn. */
    SENT,
    /** Packets with blocks have crossed the network. */
    ARRIVED,
    /** Packets without blocks have: they do not queue at the downlink. */
    ARRIVED_SMALL,
    /** Packets with blocks have passed the downlink. */
    DELIVERED,
    /** A turn that leaves its rack has passed the rack's pipe. */
    LEFT_ZONE,
    /** A host's next deadline has come. */
    TIMER,
    /** A disk has hashed a piece. */
    VERIFIED,
    /** An end learns that its connection is gone. */
    LOST,
    /** A dialled host learns of it. */
    DIAL_ARRIVED,
    /** A dialling host learns whether it is connected. */
    DIAL_ANSWERED,
    /** An announce has reached the tracker. */
    ASKS_TRACKER,
    /** The answer to an announce has reached its host. */
    TRACKER_ANSWERED,
    /** A host has waited for an answer for too long. */
    TRACKER_SILENT,
    /** What happens seldom: the target is its place among the network's actions. */
    ACTION
}
