package murder.tracker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.TrackerException.Reason;

/**
 * The tracker's memory and all of its decisions: who is in which swarm, and who is told of whom. Pure: requests and {@code nowNs} in,
 * responses out; the same calls with an equal generator give the same answers. Not thread-safe.
 *
 * <p>An announce costs time in proportion to the peers that it asks for, whatever the size of the swarm; forgetting a silent peer costs
 * constant time, since all live peers hang in one list in the order in which they were last heard. Every table is bounded by
 * {@link SwarmOptions}; when one is full, silent peers and empty swarms have been dropped already, and the newcomer is refused with
 * {@link Reason#TRACKER_FULL} while all that is listed goes on.
 *
 * <p>Time is the caller's: monotonic and starting near 0.
 */
public final class SwarmTable {
    private static final long SECOND_NS = 1_000_000_000L;

    /** Peers of a swarm in which nobody lacks anything come back so many times more rarely: a seeder may keep a thousand old builds. */
    private static final int IDLE_INTERVALS = 4;
    /** And more rarely still where there are many, so that no more come in a second; as far as expiry leaves them a second chance. */
    private static final int IDLE_ANNOUNCES_PER_SECOND = 5;

    private final SwarmOptions options;
    private final RandomGenerator random;
    private final Map<InfoHash, Swarm> swarms = new LinkedHashMap<>();
    /** Swarms without a peer, the longest empty first: kept for their count of downloads until their place is needed. */
    private final Set<InfoHash> emptySwarms = new LinkedHashSet<>();
    /** Ends of the list of peers by time last heard: {@code ends.next} is the longest silent one. */
    private final SwarmPeer ends = SwarmPeer.listEnds();
    private Map<InfoHash, String> allowed;
    private int peerCount;

    /**
     * An empty table.
     *
     * @param options its limits and times
     * @param random draws the peers that are returned
     */
    public SwarmTable(SwarmOptions options, RandomGenerator random) {
        this.options = options;
        this.random = random;
    }

    /** {@return the limits and times of this table} */
    public SwarmOptions options() {
        return options;
    }

    /**
     * {@return the peers in all swarms, with those that have expired but that no call has dropped
     * yet}
     */
    public int peerCount() {
        return peerCount;
    }

    /**
     * Serves only these torrents from now on; swarms of others are dropped with their peers.
     *
     * @param names names of torrents by info-hash, or null to serve every torrent
     */
    public void allowOnly(Map<InfoHash, String> names) {
        allowed = names == null ? null : new LinkedHashMap<>(names);
        if (allowed == null) {
            return;
        }
        for (InfoHash hash : List.copyOf(swarms.keySet())) {
            if (!allowed.containsKey(hash)) {
                for (SwarmPeer peer : swarms.get(hash).listAll()) {
                    remove(peer);
                }
                swarms.remove(hash);
                emptySwarms.remove(hash);
            }
        }
    }

    /**
     * Takes an announce. The peer is entered, updated or, when it says {@code stopped}, removed. It
     * gets a random subset of the others: never itself, never one at its own address, never a
     * complete peer if it is complete, never one with port 0. If it names a zone, most of those
     * that it dials are of that zone, and two or more are not, as far as there are any. A newcomer
     * may get fewer than it wants, and is asked to come back soon.
     *
     * @param request what the peer sent
     * @param source where the request came from; {@code request.ip()} replaces it only if it is a
     *     loopback, link-local or private address, as the original tracker has it; the port is that
     *     of the request
     * @param nowNs tracker time
     * @return the reply
     * @throws TrackerException if the torrent is not served, the peer id belongs to another host,
     *     or a table is full
     */
    public AnnounceResponse announce(AnnounceRequest request, PeerAddress source, long nowNs) throws TrackerException {
        onTime(nowNs);
        if (allowed != null && !allowed.containsKey(request.infoHash())) {
            throw new TrackerException(Reason.NOT_ALLOWED, "Requested download is not authorized for use with this tracker.");
        }
        PeerAddress host = request.ip() != null && IpLiteral.isPrivate(source) ? request.ip() : source;
        PeerAddress address = host.withPort(request.port());
        Swarm swarm = swarms.get(request.infoHash());
        SwarmPeer peer = swarm == null ? null : swarm.find(request.peerId());
        if (peer != null && !mayUpdate(peer, request, address)) {
            throw new TrackerException(Reason.PEER_ID_TAKEN, "peer id is in use by another host, and the key is not the one it gave");
        }
        if (request.event() == AnnounceEvent.STOPPED) {
            if (peer != null) {
                remove(peer);
            }
            return respond(swarm, List.of(), options.intervalSeconds());
        }
        boolean complete = request.left() == 0;
        boolean newcomer = peer == null;
        if (peer == null) {
            String full = whyFull(request.infoHash());
            if (full != null) {
                throw new TrackerException(Reason.TRACKER_FULL, full);
            }
            swarm = enter(request.infoHash(), nowNs);
            peer = new SwarmPeer(swarm, new AnnouncedPeer(address, request.peerId()), request.key(), complete, request.zone());
            add(peer, nowNs);
        } else {
            if (request.event() == AnnounceEvent.COMPLETED && !peer.complete) {
                // A stranger may say so as often as it likes.
                swarm.downloaded = Math.max(swarm.downloaded, swarm.downloaded + 1);
            }
            swarm.update(peer, address, complete, request.zone());
            if (!request.key().isEmpty()) {
                peer.key = request.key();
            }
            peer.unlink();
            peer.heardNs = nowNs;
            peer.linkBefore(ends);
        }
        int asked = request.numWant() == AnnounceRequest.NUM_WANT_DEFAULT ? options.defaultNumWant() : request.numWant();
        int wanted = Math.min(asked, options.maxNumWant());
        List<AnnouncedPeer> peers = swarm.sample(peer, wanted, newcomer, random);
        return respond(swarm, peers, intervalSeconds(swarm, complete || peers.size() >= wanted, nowNs));
    }

    /**
     * Takes a scrape.
     *
     * @param hashes the swarms asked for, or an empty list for all of them
     * @param nowNs tracker time
     * @return their counts; unknown swarms are left out
     */
    public ScrapeResponse scrape(List<InfoHash> hashes, long nowNs) {
        onTime(nowNs);
        Map<InfoHash, ScrapeResponse.Counts> counts = new LinkedHashMap<>();
        for (InfoHash hash : hashes.isEmpty() ? List.copyOf(swarms.keySet()) : hashes) {
            Swarm swarm = swarms.get(hash);
            if (swarm != null) {
                counts.put(hash, new ScrapeResponse.Counts(swarm.completeCount(), swarm.downloaded, swarm.incompleteCount(), name(hash)));
            } else if (allowed != null && allowed.containsKey(hash)) {
                counts.put(hash, new ScrapeResponse.Counts(0, 0, 0, name(hash)));
            }
        }
        return new ScrapeResponse(counts);
    }

    /**
     * Forgets the peers that have expired. Every announce and scrape does so by itself.
     *
     * @param nowNs tracker time
     */
    public void onTime(long nowNs) {
        long expiryNs = options.expirySeconds() * SECOND_NS;
        while (ends.next != ends && nowNs - ends.next.heardNs >= expiryNs) {
            remove(ends.next);
        }
    }

    /** {@return all that is worth keeping over a restart, in a stable order} */
    public List<SwarmSnapshot> snapshot() {
        List<SwarmSnapshot> snapshots = new ArrayList<>(swarms.size());
        for (Swarm swarm : swarms.values()) {
            List<SwarmSnapshot.Peer> peers = new ArrayList<>();
            for (SwarmPeer peer : swarm.listAll()) {
                peers.add(new SwarmSnapshot.Peer(peer.announced, peer.key, peer.complete, peer.zone));
            }
            snapshots.add(new SwarmSnapshot(swarm.infoHash, swarm.downloaded, peers));
        }
        return snapshots;
    }

    /**
     * Enters what an earlier table held, as if it had just been heard: peers that are gone are
     * forgotten one expiry later. What does not fit, is not allowed or is here already is left out.
     *
     * @param snapshots what {@link #snapshot} returned
     * @param nowNs tracker time
     * @return how many peers were entered
     */
    public int restore(List<SwarmSnapshot> snapshots, long nowNs) {
        int before = peerCount;
        for (SwarmSnapshot snapshot : snapshots) {
            if (allowed != null && !allowed.containsKey(snapshot.infoHash())) {
                continue;
            }
            if (whyFull(snapshot.infoHash()) != null) {
                continue;
            }
            Swarm swarm = enter(snapshot.infoHash(), nowNs);
            swarm.downloaded = Math.max(swarm.downloaded, snapshot.downloaded());
            for (SwarmSnapshot.Peer saved : snapshot.peers()) {
                if (swarm.find(saved.announced().peerId()) == null && whyFull(snapshot.infoHash()) == null) {
                    add(new SwarmPeer(swarm, saved.announced(), saved.key(), saved.complete(), saved.zone()), nowNs);
                }
            }
        }
        return peerCount - before;
    }

    /** The update rule of the original: the key given earlier, or the same address. */
    private static boolean mayUpdate(SwarmPeer peer, AnnounceRequest request, PeerAddress address) {
        PeerAddress known = peer.announced.address();
        return known.high() == address.high() && known.low() == address.low()
            || !peer.key.isEmpty() && peer.key.equals(request.key());
    }

    /** Why there is no room for one more peer in that swarm, or null if there is. */
    private String whyFull(InfoHash infoHash) {
        if (peerCount >= options.maxPeers()) {
            return "tracker is full: it keeps at most " + options.maxPeers() + " peers";
        }
        Swarm swarm = swarms.get(infoHash);
        if (swarm == null && swarms.size() >= options.maxSwarms() && emptySwarms.isEmpty()) {
            return "tracker is full: it keeps at most " + options.maxSwarms() + " torrents";
        }
        if (swarm != null && swarm.size() >= options.maxPeersPerSwarm()) {
            return "swarm is full: the tracker keeps at most " + options.maxPeersPerSwarm() + " peers of one torrent";
        }
        return null;
    }

    /** The swarm of that name, made if need be in the place of an empty one. */
    private Swarm enter(InfoHash infoHash, long nowNs) {
        Swarm swarm = swarms.get(infoHash);
        if (swarm == null) {
            if (swarms.size() >= options.maxSwarms()) {
                InfoHash longestEmpty = emptySwarms.iterator().next();
                emptySwarms.remove(longestEmpty);
                swarms.remove(longestEmpty);
            }
            swarm = new Swarm(infoHash);
            swarms.put(infoHash, swarm);
            emptySwarms.add(infoHash);
        }
        swarm.grownNs = nowNs;
        return swarm;
    }

    private void add(SwarmPeer peer, long nowNs) {
        peer.swarm.add(peer);
        emptySwarms.remove(peer.swarm.infoHash);
        peerCount++;
        peer.heardNs = nowNs;
        peer.linkBefore(ends);
    }

    private void remove(SwarmPeer peer) {
        peer.unlink();
        peer.swarm.remove(peer);
        peerCount--;
        if (peer.swarm.size() == 0) {
            emptySwarms.add(peer.swarm.infoHash);
        }
    }

    /**
     * Who is complete or got all the peers it wanted, learns of later ones when they dial it, and comes back at the settled interval. Who
     * did not is one of the first few of its swarm, and comes back after a time that grows with the quiet since the last newcomer. So only
     * a small number of peers ever announces often, whatever the size of the swarm. Where everybody is complete nobody has to hurry.
     */
    private int intervalSeconds(Swarm swarm, boolean settled, long nowNs) {
        int base = options.intervalSeconds();
        if (swarm.incompleteCount() == 0) {
            // All are seeders: whoever comes is told of them and dials them, so they only have to stay known.
            int idle = Math.max(IDLE_INTERVALS * base, peerCount / IDLE_ANNOUNCES_PER_SECOND);
            base = Math.max(base, Math.min(idle, options.expirySeconds() / 3));
        } else if (!settled) {
            long quietSeconds = (nowNs - swarm.grownNs) / SECOND_NS;
            base = (int) Math.min(base, Math.max(options.shortIntervalSeconds(), quietSeconds));
        }
        int spread = Math.max(1, base / 6);
        int low = Math.max(1, base - base / 6);
        return low + random.nextInt(2 * spread);
    }

    private static AnnounceResponse respond(Swarm swarm, List<AnnouncedPeer> peers, int intervalSeconds) {
        int complete = swarm == null ? 0 : swarm.completeCount();
        int incomplete = swarm == null ? 0 : swarm.incompleteCount();
        return new AnnounceResponse(intervalSeconds, 0, complete, incomplete, peers, "", "");
    }

    private String name(InfoHash hash) {
        return allowed == null ? "" : allowed.getOrDefault(hash, "");
    }

    /** Recounts everything. For {@code assert} in tests. */
    boolean checkInvariants() {
        int counted = 0;
        Map<InfoHash, Integer> linked = new HashMap<>();
        for (SwarmPeer peer = ends.next; peer != ends; peer = peer.next) {
            linked.merge(peer.swarm.infoHash, 1, Integer::sum);
            if (peer.next != ends && peer.heardNs > peer.next.heardNs) {
                throw new AssertionError("peers are not in the order in which they were heard");
            }
        }
        for (Swarm swarm : swarms.values()) {
            swarm.checkInvariants();
            counted += swarm.size();
            if (linked.getOrDefault(swarm.infoHash, 0) != swarm.size() || emptySwarms.contains(swarm.infoHash) != (swarm.size() == 0)) {
                throw new AssertionError("swarm " + swarm.infoHash + " of " + swarm.size() + " peers is listed wrongly");
            }
        }
        if (counted != peerCount || !swarms.keySet().containsAll(emptySwarms)) {
            throw new AssertionError(counted + " peers counted, " + peerCount + " believed");
        }
        return true;
    }
}
