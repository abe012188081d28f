package murder.tracker;

/** One peer in one swarm, and its place in the list of all peers by the time they were last heard. */
final class SwarmPeer {
    static final int IN_SWARM = 0;
    static final int IN_ZONE = 1;

    /** Where it stands in the pools of its swarm and of its zone, or -1 if it is in none. */
    final int[] slots = {-1, -1};
    /**
     * Connections that it should have with peers of its zone and with others: to how many it was handed out among the first, and how many
     * it was told of at first.
     */
    int dealtInZone;
    int dealtOutside;
    final Swarm swarm;
    AnnouncedPeer announced;
    String key;
    /** The name of its zone, or empty. */
    String zone;
    boolean complete;
    long heardNs;
    SwarmPeer previous;
    SwarmPeer next;

    SwarmPeer(Swarm swarm, AnnouncedPeer announced, String key, boolean complete, String zone) {
        this.swarm = swarm;
        this.announced = announced;
        this.key = key;
        this.complete = complete;
        this.zone = zone;
        this.previous = this;
        this.next = this;
    }

    void deal(boolean outside) {
        dealtOutside += outside ? 1 : 0;
        dealtInZone += outside ? 0 : 1;
    }

    /** The node that closes the ring of an empty list. */
    static SwarmPeer listEnds() {
        return new SwarmPeer(null, null, "", false, "");
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
