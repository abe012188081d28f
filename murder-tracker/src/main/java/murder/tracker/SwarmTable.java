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
 * The tracker's memory and all its decisions: the peers of each swarm, and the peers in each
 * answer. Pure: requests and {@code nowNs} in, responses out. The same calls with an equal
 * generator give the same answers. Not thread-safe.
 *
 * <p>The time of an announce depends on the requested number of peers, not on the size of the
 * swarm. Forgetting a silent peer takes constant time, because one list holds all live peers in the
 * order of their last announce. {@link SwarmOptions} bounds every table. A full table first drops
 * silent peers and empty swarms. Then it drops the newest peer of the source with the most peers,
 * or the smallest swarm of the source that opened the most. It refuses a newcomer whose own source
 * has as many, with {@link Reason#TRACKER_FULL}. So a source that invents ids or torrents takes
 * room from itself, and an honest newcomer gets a place.
 *
 * <p>Time is the caller's: monotonic and starting near 0.
 */
public final class SwarmTable {
    private static final long SECOND_NS = 1_000_000_000L;

    /** The factor for the interval in a complete swarm: a seeder may keep a thousand old builds. */
    private static final int IDLE_INTERVALS = 4;
    /**
     * The interval grows further with many peers, so that at most this many announces arrive in a
     * second. It stays short enough that one lost announce does no harm.
     */
    private static final int IDLE_ANNOUNCES_PER_SECOND = 5;

    private final SwarmOptions options;
    private final RandomGenerator random;
    private final Map<InfoHash, Swarm> swarms = new LinkedHashMap<>();
    /**
     * Swarms without a peer, the longest empty first. They keep their count of downloads until
     * their place is needed.
     */
    private final Set<InfoHash> emptySwarms = new LinkedHashSet<>();
    private final Sources sources = new Sources();
    /**
     * Ends of the list of peers by their last announce: {@code ends.next} is the longest silent
     * one.
     */
    private final SwarmPeer ends = SwarmPeer.listEnds();
    private Map<InfoHash, String> allowed;
    private Set<InfoHash> controls = Set.of();
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
     * {@return the number of peers in all swarms, with expired peers that no call has dropped yet}
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
                drop(swarms.get(hash));
            }
        }
    }

    /**
     * Names the control swarms. Agents announce by themselves when they have a report, so a settled
     * control swarm has an interval of {@link FleetTable#IDLE_SECONDS}.
     *
     * @param names copied
     */
    public void control(Set<InfoHash> names) {
        controls = Set.copyOf(names);
    }

    /**
     * Takes an announce at an unknown address of this host: {@link #announce(AnnounceRequest,
     * PeerAddress, PeerAddress, long)}.
     *
     * @param request what the peer sent
     * @param source where the request came from
     * @param nowNs tracker time
     * @return the reply
     * @throws TrackerException as there
     */
    public AnnounceResponse announce(AnnounceRequest request, PeerAddress source, long nowNs) throws TrackerException {
        return announce(request, source, null, nowNs);
    }

    /**
     * Takes an announce. The peer is entered, updated or, when it says {@code stopped}, removed. It
     * gets a random subset of the others, without itself, peers at its own address and peers that
     * it cannot reach. A complete peer gets no complete peers. With a zone most of the first peers
     * are of that zone, and two or more are not, if there are any. A newcomer may get fewer peers
     * than it wants, with a short interval.
     *
     * <p>A peer with a key is updated and removed only with that key. A peer without a key is
     * updated only from the source of its first announce. A peer with a key can announce over IPv4
     * and IPv6, and is handed out with either address.
     *
     * @param request what the peer sent
     * @param source where the request came from; {@code request.ip()} replaces it only if
     *     {@link SwarmOptions#isTrusted} allows it; the port is that of the request
     * @param here the address of this host at which the request arrived, at which other hosts reach
     *     peers that announce from loopback; null if unknown, then other hosts do not get such
     *     peers
     * @param nowNs tracker time
     * @return the reply
     * @throws TrackerException if the torrent is not served, the peer id belongs to another peer,
     *     or a table is full
     */
    public AnnounceResponse announce(AnnounceRequest request, PeerAddress source, PeerAddress here, long nowNs) throws TrackerException {
        onTime(nowNs);
        if (allowed != null && !allowed.containsKey(request.infoHash())) {
            throw new TrackerException(Reason.NOT_ALLOWED, "Requested download is not authorized for use with this tracker.");
        }
        PeerAddress from = source.withPort(0);
        PeerAddress host = request.ip() != null && options.isTrusted(from) ? request.ip() : from;
        PeerAddress address = host.withPort(request.port());
        Swarm swarm = swarms.get(request.infoHash());
        SwarmPeer peer = swarm == null ? null : swarm.find(request.peerId());
        if (peer != null && !(peer.key.isEmpty() ? peer.source.equals(from) : peer.key.equals(request.key()))) {
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
            String full = whyFull(request.infoHash(), Holding.source(from));
            if (full != null) {
                throw new TrackerException(Reason.TRACKER_FULL, full);
            }
            swarm = enter(request.infoHash(), nowNs);
            peer = new SwarmPeer(swarm, new AnnouncedPeer(address, request.peerId()), from, request.key(), complete, request.zone());
            add(peer, nowNs);
        } else {
            if (request.event() == AnnounceEvent.COMPLETED && !peer.complete) {
                // A stranger may send any number of these.
                swarm.downloaded = Math.max(swarm.downloaded, swarm.downloaded + 1);
            }
            update(peer, request, from, address, nowNs);
        }
        int asked = request.numWant() == AnnounceRequest.NUM_WANT_DEFAULT ? options.defaultNumWant() : request.numWant();
        int wanted = Math.min(asked, options.maxNumWant());
        boolean blind = newcomer && complete && request.event() == AnnounceEvent.STARTED && request.downloaded() + request.uploaded() == 0;
        List<AnnouncedPeer> peers = swarm.sample(peer, wanted, newcomer, blind, new Reach(from, here), random);
        return respond(swarm, peers, intervalSeconds(swarm, complete || peers.size() >= wanted, nowNs));
    }

    private void update(SwarmPeer peer, AnnounceRequest request, PeerAddress from, PeerAddress address, long nowNs)
        throws TrackerException {
        PeerAddress first = peer.announced.address();
        boolean isSecond = !peer.key.isEmpty() && from.isIpv4() != peer.source.isIpv4();
        if (isSecond) {
            peer.second = address.isRoutable() && address.port() != 0 ? address : null;
        } else if (!from.equals(peer.source)) {
            move(peer, from);
        }
        peer.swarm.update(peer, isSecond ? first : address, request.left() == 0, request.zone());
        if (!request.key().isEmpty()) {
            peer.key = request.key();
        }
        peer.unlink();
        peer.heardNs = nowNs;
        peer.linkBefore(ends);
    }

    /** A peer with a key changed its address: it counts for its new source. */
    private void move(SwarmPeer peer, PeerAddress from) throws TrackerException {
        PeerAddress source = Holding.source(from);
        if (!source.equals(peer.holding.source)) {
            if (isShareTaken(peer.swarm, source)) {
                throw new TrackerException(Reason.TRACKER_FULL, shareTaken());
            }
            sources.release(peer);
            sources.hold(peer, source);
        }
        peer.source = from;
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

    /** {@return the data to keep over a restart, in a stable order} */
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
     * Enters the data of an earlier table, as if its peers had just announced. Peers that have left
     * are forgotten after the expiry time. Skips entries that do not fit, are not allowed or exist
     * already.
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
            if (!swarms.containsKey(snapshot.infoHash()) && swarms.size() >= options.maxSwarms() && emptySwarms.isEmpty()) {
                continue;
            }
            Swarm swarm = enter(snapshot.infoHash(), nowNs);
            swarm.downloaded = Math.max(swarm.downloaded, snapshot.downloaded());
            for (SwarmSnapshot.Peer saved : snapshot.peers()) {
                boolean hasRoom = peerCount < options.maxPeers() && swarm.size() < options.maxPeersPerSwarm();
                PeerAddress source = saved.announced().address().withPort(0);
                if (hasRoom && swarm.find(saved.announced().peerId()) == null && !isShareTaken(swarm, Holding.source(source))) {
                    add(new SwarmPeer(swarm, saved.announced(), source, saved.key(), saved.complete(), saved.zone()), nowNs);
                }
            }
        }
        return peerCount - before;
    }

    /**
     * The reason why that swarm has no room for one more peer. Null if it has room, perhaps after
     * dropping a peer.
     */
    private String whyFull(InfoHash infoHash, PeerAddress source) {
        Swarm swarm = swarms.get(infoHash);
        if (swarm != null && isShareTaken(swarm, source)) {
            return shareTaken();
        }
        Holding own = swarm == null ? null : swarm.holding(source);
        int has = own == null ? 0 : own.count;
        boolean isSwarmFull = swarm != null && swarm.size() >= options.maxPeersPerSwarm();
        boolean areSwarmsFull = swarm == null && swarms.size() >= options.maxSwarms() && emptySwarms.isEmpty();
        boolean isFull = isSwarmFull || peerCount >= options.maxPeers();
        Holding greediest = isSwarmFull ? swarm.greediest() : sources.greediest();
        Opener opener = areSwarmsFull ? sources.greediestOpener(source) : null;
        // The source that makes room must still have as many as the newcomer's.
        if (isFull && (greediest == null || greediest.count <= has + 1)) {
            return isSwarmFull ? "swarm is full: the tracker keeps at most " + options.maxPeersPerSwarm() + " peers of one torrent"
                : "tracker is full: it keeps at most " + options.maxPeers() + " peers";
        }
        if (areSwarmsFull && opener == null) {
            return "tracker is full: it keeps at most " + options.maxSwarms() + " torrents";
        }
        if (areSwarmsFull) {
            drop(opener.leastMissed());
        } else if (isFull) {
            remove(greediest.newest);
        }
        return null;
    }

    private boolean isShareTaken(Swarm swarm, PeerAddress source) {
        Holding own = swarm.holding(source);
        return own != null && !own.isLoopback && own.count >= options.maxPeersPerSource();
    }

    private String shareTaken() {
        return "the tracker keeps at most " + options.maxPeersPerSource() + " peers of one torrent that come from one address";
    }

    private void drop(Swarm swarm) {
        for (SwarmPeer peer : swarm.listAll()) {
            remove(peer);
        }
        swarms.remove(swarm.infoHash);
        emptySwarms.remove(swarm.infoHash);
    }

    /** The swarm of that name; a new one may replace an empty one. */
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
        PeerAddress source = Holding.source(peer.source);
        if (peer.swarm.size() == 0) {
            emptySwarms.remove(peer.swarm.infoHash);
            sources.open(peer.swarm, source);
        }
        sources.hold(peer, source);
        peer.swarm.add(peer);
        peerCount++;
        peer.heardNs = nowNs;
        peer.linkBefore(ends);
    }

    private void remove(SwarmPeer peer) {
        peer.unlink();
        sources.release(peer);
        peer.swarm.remove(peer);
        peerCount--;
        if (peer.swarm.size() == 0) {
            emptySwarms.add(peer.swarm.infoHash);
            sources.close(peer.swarm);
        }
    }

    /**
     * The interval of a peer. A peer that is complete or got enough peers gets the settled
     * interval: later peers will dial it. Any other peer is one of the first few of its swarm. Its
     * interval grows with the time since the last newcomer. So only few peers announce often, in a
     * swarm of any size. In a complete swarm the interval is long.
     */
    private int intervalSeconds(Swarm swarm, boolean settled, long nowNs) {
        int base = controls.contains(swarm.infoHash) ? FleetTable.IDLE_SECONDS : options.intervalSeconds();
        if (swarm.incompleteCount() == 0) {
            // All are seeders: a newcomer gets their addresses and dials them, so they only have to
            // stay in the table.
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
        sources.checkInvariants(swarms.size() - emptySwarms.size());
        if (counted != peerCount || !swarms.keySet().containsAll(emptySwarms)) {
            throw new AssertionError(counted + " peers counted, " + peerCount + " believed");
        }
        return true;
    }
}
