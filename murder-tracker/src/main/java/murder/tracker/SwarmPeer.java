package murder.tracker;

/** One peer in one swarm, and its place in the list of all peers by the time they were last heard. */
final class SwarmPeer {
    /** Where it stands in its swarm's array, or -1 if it is never handed out. */
    int slot = -1;
    /** To how many others it was handed out among the first. */
    int dealt;
    final Swarm swarm;
    AnnouncedPeer announced;
    String key;
    boolean complete;
    long heardNs;
    SwarmPeer previous;
    SwarmPeer next;

    SwarmPeer(Swarm swarm, AnnouncedPeer announced, String key, boolean complete) {
        this.swarm = swarm;
        this.announced = announced;
        this.key = key;
        this.complete = complete;
        this.previous = this;
        this.next = this;
    }

    /** The node that closes the ring of an empty list. */
    static SwarmPeer listEnds() {
        return new SwarmPeer(null, null, "", false);
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
