package murder.tracker;

import murder.peer.PeerAddress;

/**
 * One peer in one swarm, and its place in the list of all peers in the order of their last
 * announce.
 */
final class SwarmPeer {
    static final int IN_SWARM = 0;
    static final int IN_ZONE = 1;

    /** Its place in the pools of its swarm and of its zone, or -1. */
    final int[] slots = {-1, -1};
    /**
     * Its estimated connections to peers of its zone and to others. They are the answers that name
     * it among the first peers, and the peers in its own first answer.
     */
    int dealtInZone;
    int dealtOutside;
    final Swarm swarm;
    /** The address at which others reach it, unless {@link #second} fits better. */
    AnnouncedPeer announced;
    /** Its address of the other family, if it announces over both; else null. */
    PeerAddress second;
    /** The source of its announces; port 0. */
    PeerAddress source;
    /** Null until it is in its swarm. */
    Holding holding;
    /** Its neighbours in the list of its holding. */
    SwarmPeer newer;
    SwarmPeer older;
    String key;
    /** The name of its zone, or empty. */
    String zone;
    boolean complete;
    long heardNs;
    SwarmPeer previous;
    SwarmPeer next;

    SwarmPeer(Swarm swarm, AnnouncedPeer announced, PeerAddress source, String key, boolean complete, String zone) {
        this.swarm = swarm;
        this.announced = announced;
        this.source = source;
        this.key = key;
        this.complete = complete;
        this.zone = zone;
        this.previous = this;
        this.next = this;
    }

    /** Whether no other peer of its swarm comes from its source. */
    boolean isAlone() {
        return newer == null && older == null;
    }

    void deal(boolean outside) {
        dealtOutside += outside ? 1 : 0;
        dealtInZone += outside ? 0 : 1;
    }

    /** The node that closes the ring of an empty list. */
    static SwarmPeer listEnds() {
        return new SwarmPeer(null, null, null, "", false, "");
    }

    void linkBefore(SwarmPeer other) {
        previous = other.previous;
        next = other;
        other.previous.next = this;
        other.previous = this;
    }

    void unlink() {
        previous.next = next;
        next.previous = previous;
        previous = this;
        next = this;
    }
}
