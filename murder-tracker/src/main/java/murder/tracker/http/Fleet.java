package murder.tracker.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.SwarmOptions;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;
import murder.trust.SwarmKey;

/**
 * The fleet whose orders and reports a tracker carries: its control swarms, one for each key, and
 * its board. Any thread.
 */
final class Fleet {
    private final String name;
    private final FleetBoard board;
    private final LiveFleet live;
    private final Seal.Check seals;
    /** The key of each control swarm. Replaced as a whole. */
    private volatile Map<InfoHash, SwarmKey> controls;

    Fleet(String name, List<SwarmKey> keys, SwarmOptions options, FleetBoard board) {
        this.name = name;
        this.board = board;
        this.live = new LiveFleet(board);
        this.seals = new Seal.Check(keys, options, System::currentTimeMillis);
        this.controls = controls(keys);
    }

    private Map<InfoHash, SwarmKey> controls(List<SwarmKey> keys) {
        Map<InfoHash, SwarmKey> all = new LinkedHashMap<>();
        keys.forEach(key -> all.put(key.controlName(name), key));
        return all;
    }

    /** From now on exactly the agents with one of these keys are members. */
    void useKeys(List<SwarmKey> newKeys) {
        seals.useKeys(List.copyOf(newKeys));
        controls = controls(newKeys);
    }

    String name() {
        return name;
    }

    FleetBoard board() {
        return board;
    }

    LiveFleet live() {
        return live;
    }

    /** Lets only members pass, in the control swarms. */
    Seal.Check seals() {
        return seals;
    }

    /** The control swarms, one for each key. */
    Set<InfoHash> controls() {
        return controls.keySet();
    }

    boolean isControl(InfoHash swarm) {
        return controls.containsKey(swarm);
    }

    /** @param address of the agent, as the swarm table took it */
    AnnounceResponse onAnnounce(AnnounceRequest request, PeerAddress address, AnnounceResponse response) throws TrackerException {
        SwarmKey key = controls.get(request.infoHash());
        if (key == null) {
            throw new TrackerException(Reason.NOT_A_MEMBER, "the key of this control swarm was replaced");
        }
        return Secrecy.encrypt(response.withFleet(board.onAnnounce(Secrecy.decrypt(request, key), address, controls.size())), key);
    }
}
