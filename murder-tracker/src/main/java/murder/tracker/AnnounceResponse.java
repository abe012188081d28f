package murder.tracker;

import java.util.List;
import java.util.Objects;

/**
 * A tracker's answer to an announce (BEP 3, 7, 23). A refusal is a {@link TrackerException}.
 *
 * @param intervalSeconds when to announce again, at least 1
 * @param minIntervalSeconds the shortest interval that the tracker wants, or 0 for none
 * @param complete how many complete peers the swarm has, or {@link #UNKNOWN}
 * @param incomplete how many incomplete peers the swarm has, or {@link #UNKNOWN}
 * @param peers some peers of the swarm, in no particular order
 * @param trackerId for later announces, or empty
 * @param warning a text for the user, or empty
 * @param fleet the answer to an agent; {@link FleetAnswer#NONE} for other peers
 */
public record AnnounceResponse(int intervalSeconds, int minIntervalSeconds, int complete, int incomplete, List<AnnouncedPeer> peers,
                               String trackerId, String warning, FleetAnswer fleet) {
    /** A count that the tracker did not send. */
    public static final int UNKNOWN = -1;

    /**
     * Checks the numbers and copies the list.
     *
     * @param intervalSeconds at least 1
     * @param minIntervalSeconds at least 0
     * @param complete at least 0, or {@link #UNKNOWN}
     * @param incomplete at least 0, or {@link #UNKNOWN}
     * @param peers copied
     * @param trackerId not null
     * @param warning not null
     * @param fleet not null
     * @throws IllegalArgumentException if a number is out of range
     */
    public AnnounceResponse {
        peers = List.copyOf(peers);
        Objects.requireNonNull(fleet, "fleet");
        if (intervalSeconds < 1 || minIntervalSeconds < 0) {
            throw new IllegalArgumentException("interval " + intervalSeconds + " s, min interval " + minIntervalSeconds + " s");
        }
        if (complete < UNKNOWN || incomplete < UNKNOWN) {
            throw new IllegalArgumentException("negative counts: " + complete + " complete, " + incomplete + " incomplete");
        }
    }

    /**
     * An answer to a peer that is not an agent.
     *
     * @param intervalSeconds at least 1
     * @param minIntervalSeconds at least 0
     * @param complete at least 0, or {@link #UNKNOWN}
     * @param incomplete at least 0, or {@link #UNKNOWN}
     * @param peers copied
     * @param trackerId not null
     * @param warning not null
     * @throws IllegalArgumentException if a number is out of range
     */
    public AnnounceResponse(int intervalSeconds, int minIntervalSeconds, int complete, int incomplete, List<AnnouncedPeer> peers,
                            String trackerId, String warning) {
        this(intervalSeconds, minIntervalSeconds, complete, incomplete, peers, trackerId, warning, FleetAnswer.NONE);
    }

    /**
     * {@return the same answer with other peers}
     *
     * @param newPeers copied
     */
    public AnnounceResponse withPeers(List<AnnouncedPeer> newPeers) {
        return new AnnounceResponse(intervalSeconds, minIntervalSeconds, complete, incomplete, newPeers, trackerId, warning, fleet);
    }

    /**
     * {@return the same answer with another answer to an agent}
     *
     * @param newFleet {@link FleetAnswer#NONE} for none
     */
    public AnnounceResponse withFleet(FleetAnswer newFleet) {
        return new AnnounceResponse(intervalSeconds, minIntervalSeconds, complete, incomplete, peers, trackerId, warning, newFleet);
    }
}
