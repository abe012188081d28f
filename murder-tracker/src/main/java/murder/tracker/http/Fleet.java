package murder.tracker.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.SwarmOptions;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;
import murder.trust.SwarmKey;

/** The fleet whose orders and reports a tracker carries: its control swarms, one for each key, and its board. Any thread. */
final class Fleet {
    private final String name;
    private final FleetBoard board;
    private final LiveFleet live;
    private final Seal.Check seals;
    private volatile List<SwarmKey> keys;
    /** Replaced as a whole. */
    private volatile Map<InfoHash, String> controls;

    Fleet(String name, List<SwarmKey> keys, SwarmOptions options, FleetBoard board) {
        this.name = name;
        this.board = board;
        this.keys = List.copyOf(keys);
        this.live = new LiveFleet(board);
        this.seals = new Seal.Check(keys, options, System::currentTimeMillis);
        this.controls = controls(keys);
    }

    private Map<InfoHash, String> controls(List<SwarmKey> keys) {
        Map<InfoHash, String> names = new LinkedHashMap<>();
        keys.forEach(key -> names.put(key.controlName(name), name));
        return names;
    }

    /** Agents with any of these keys are members from now on, and no others. */
    void useKeys(List<SwarmKey> newKeys) {
        keys = List.copyOf(newKeys);
        seals.useKeys(keys);
        controls = controls(keys);
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

    /** The control swarms, each with the name of the fleet. */
    Map<InfoHash, String> controls() {
        return controls;
    }

    boolean isControl(InfoHash swarm) {
        return controls.containsKey(swarm);
    }

    /** @param address of the agent, as the swarm table took it */
    AnnounceResponse onAnnounce(AnnounceRequest request, PeerAddress address, AnnounceResponse response) throws TrackerException {
        SwarmKey key = keyOf(request.infoHash());
        return Secrecy.encrypt(response.withFleet(board.onAnnounce(Secrecy.decrypt(request, key), address, controls.size())), key);
    }

    private SwarmKey keyOf(InfoHash control) throws TrackerException {
        for (SwarmKey key : keys) {
            if (key.controlName(name).equals(control)) {
                return key;
            }
        }
        throw new TrackerException(Reason.NOT_A_MEMBER, "the key of this control swarm was replaced");
    }
}
