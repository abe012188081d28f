package murder.tracker;

import murder.peer.PeerAddress;

/**
 * One peer in one swarm, and its place in the list of all peers in the order of their last
 * announce.
 */
final class SwarmPeer {
    static final int IN_SWARM = 0;
    static final int IN_ZONE = 1;

    /** Where it stands in the pools of its swarm and of its zone, or -1 if it is in none. */
    final int[] slots = {-1, -1};
    /**
     * Connections that it should have with peers of its zone and with others: to how many it was
     * handed out among the first, and how many it was told of at first.
     */
    int dealtInZone;
    int dealtOutside;
    final Swarm swarm;
    /** Under this address the others reach it, unless {@link #second} suits them better. */
    AnnouncedPeer announced;
    /** Its address of the other family, if it announces over both; else null. */
    PeerAddress second;
    /** Where its announces come from; port 0. */
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
