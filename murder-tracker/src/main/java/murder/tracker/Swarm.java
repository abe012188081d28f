package murder.tracker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;

/**
 * The peers of one torrent, and the choice of the peers for each answer. A peer with a zone (a
 * rack, a room) gets mostly peers of this zone, so that few bytes cross zones. It also gets some
 * peers outside, so that no zone is cut off. Maps are used only for look-ups, so their order
 * decides nothing.
 */
final class Swarm {
    /**
     * For an even distribution the first peers of an answer, up to this number, count one
     * connection each.
     */
    private static final int DIALLED = 12;
    /**
     * A newcomer is credited with this many outgoing connections, if its answer has as many peers.
     * These two were found by simulation (decision 9 of the engine).
     */
    private static final int DIALS = 24;
    /**
     * With a zone, this many places of an answer go to peers outside. They are the first places,
     * because later dials are refused more often.
     */
    private static final int OUTSIDE = 2;
    /**
     * A peer with fewer peers in its zone is one of the first there. It gets no further peers
     * outside for that.
     */
    private static final int ENOUGH = 16;
    /** But such a peer gets this many peers in all. */
    private static final int LEAST = 4;
    private static final ToIntFunction<SwarmPeer> DEALT = peer -> peer.dealtInZone + peer.dealtOutside;
    private static final ToIntFunction<SwarmPeer> DEALT_IN_ZONE = peer -> peer.dealtInZone;
    private static final ToIntFunction<SwarmPeer> DEALT_OUTSIDE = peer -> peer.dealtOutside;

    final InfoHash infoHash;
    /** The number of reported completions. */
    int downloaded;
    /** The time of the last newcomer. */
    long grownNs;
    private final Map<PeerId, SwarmPeer> byId = new HashMap<>();
    private final PeerPool everyone = new PeerPool(SwarmPeer.IN_SWARM);
    /** Peers with a zone, by its name; none is empty. */
    private final Map<String, PeerPool> zones = new HashMap<>();
    /** By {@link Holding#source}; none is empty. */
    final Map<PeerAddress, Holding> holdings = new HashMap<>();
    /** Those of two peers and more. {@link Sources} keeps both. */
    final TreeSet<Holding> crowds = new TreeSet<>(Holding.GREEDIEST);
    /** The source that opened this swarm, while it has peers; else null. */
    Opener opener;
    private int completeCount;
    private long answers;

    Swarm(InfoHash infoHash) {
        this.infoHash = infoHash;
    }

    int size() {
        return byId.size();
    }

    int completeCount() {
        return completeCount;
    }

    int incompleteCount() {
        return byId.size() - completeCount;
    }

    SwarmPeer find(PeerId id) {
        return byId.get(id);
    }

    void add(SwarmPeer peer) {
        byId.put(peer.announced.peerId(), peer);
        enlist(peer);
    }

    void remove(SwarmPeer peer) {
        byId.remove(peer.announced.peerId());
        delist(peer);
    }

    /** The peers from this source, or null if there are none. */
    Holding holding(PeerAddress source) {
        return holdings.get(source);
    }

    /** The holding of the most peers, or null if each source has one peer. */
    Holding greediest() {
        return crowds.isEmpty() ? null : crowds.first();
    }

    void update(SwarmPeer peer, PeerAddress address, boolean nowComplete, String zone) {
        if (peer.complete == nowComplete && peer.announced.address().equals(address) && peer.zone.equals(zone)) {
            return;
        }
        delist(peer);
        peer.announced = new AnnouncedPeer(address, peer.announced.peerId());
        peer.complete = nowComplete;
        peer.zone = zone;
        enlist(peer);
    }

    /**
     * Draws up to {@code wanted} peers for the caller at random. Peers with the fewest estimated
     * connections come first, because clients dial the first ones. Otherwise most clients would
     * dial early peers, and none would dial late peers.
     *
     * <p>A caller with a zone gets a few peers from outside, which bring in missing pieces, and
     * then peers of its zone. If the zone has too few, others fill the answer. A caller without a
     * zone gets peers of all zones. So does a caller with the complete payload, because every zone
     * needs it. For the same reason complete peers belong to no zone while there are fewer of them
     * than zones. Otherwise a single seeder's zone would get the payload first.
     *
     * @param newcomer whether this is the caller's first announce
     * @param blind whether a caller that claims to be complete may lack the metadata, like aria2
     *     with a magnet link; then complete peers fill the answer
     */
    List<AnnouncedPeer> sample(SwarmPeer caller, int wanted, boolean newcomer, boolean blind, Reach reach, RandomGenerator random) {
        boolean completesAreRare = completeCount < zones.size();
        if (caller.zone.isEmpty() || caller.complete && (newcomer || completesAreRare)) {
            List<SwarmPeer> anybody = drawAnybody(caller, wanted, reach, random);
            if (blind && completeCount > 1 && anybody.size() < wanted) {
                anybody = new ArrayList<>(anybody);
                anybody.addAll(everyone.draw(caller, wanted - anybody.size(), true, peer -> peer.complete && reach.reaches(peer),
                    answers++, random));
            }
            return tell(caller, newcomer, anybody, reach);
        }
        PeerPool zone = zones.get(caller.zone);
        List<SwarmPeer> local = zone == null ? List.of() : zone.draw(caller, wanted, !caller.complete,
            peer -> !(completesAreRare && peer.complete) && reach.reaches(peer), answers++, random);
        int fromOutside = Math.max(OUTSIDE, wanted - local.size());
        if (newcomer && local.size() < ENOUGH && zonesAreShared()) {
            // The rest of its zone will probably announce soon. If not, the caller announces again
            // soon, and then gets as many peers as it wants.
            fromOutside = Math.min(fromOutside, Math.max(OUTSIDE, LEAST - local.size()));
        }
        List<SwarmPeer> outside = everyone.draw(caller, wanted, !caller.complete,
            peer -> !peer.zone.equals(caller.zone) && reach.reaches(peer), answers++, random);
        List<SwarmPeer> outsiders = balance(outside, DEALT_OUTSIDE).subList(0, Math.min(fromOutside, outside.size()));
        int first = Math.min(Math.min(OUTSIDE, wanted / 2), outsiders.size());
        List<SwarmPeer> told = new ArrayList<>(outsiders.subList(0, first));
        told.addAll(balance(local, DEALT_IN_ZONE));
        told.addAll(outsiders.subList(first, outsiders.size()));
        if (completesAreRare) {
            placeCompletes(drawAnybody(caller, wanted, reach, random), told);
        }
        return tell(caller, newcomer, told.subList(0, Math.min(wanted, told.size())), reach);
    }

    private List<SwarmPeer> drawAnybody(SwarmPeer caller, int wanted, Reach reach, RandomGenerator random) {
        return balance(everyone.draw(caller, wanted, !caller.complete, peer -> reach.reaches(peer), answers++, random), DEALT);
    }

    /**
     * Moves complete peers to the places that they have in an answer without zones, unless they
     * come earlier already.
     */
    private static void placeCompletes(List<SwarmPeer> anybody, List<SwarmPeer> told) {
        for (int place = 0; place < anybody.size(); place++) {
            SwarmPeer peer = anybody.get(place);
            if (peer.complete && !told.subList(0, Math.min(place, told.size())).contains(peer)) {
                told.remove(peer);
                told.add(Math.min(place, told.size()), peer);
            }
        }
    }

    /**
     * Whether zones have 1.25 peers or more on average. With fewer most peers are alone in their
     * zone.
     */
    private boolean zonesAreShared() {
        return 4 * everyone.size() > 5 * zones.size();
    }

    /**
     * Puts the peers with the fewest connections first. Complete and incomplete peers keep their
     * places, so that a newcomer's dials reach both in proportion. It uses plain arrays and loops:
     * this is a third of the work of an announce in a tracker that has just started. There the
     * JDK's sort costs the second compiler more than the rest.
     */
    private static List<SwarmPeer> balance(List<SwarmPeer> drawn, ToIntFunction<SwarmPeer> dealt) {
        long[] byDealt = new long[drawn.size()];
        for (int i = 0; i < byDealt.length; i++) {
            long next = (long) dealt.applyAsInt(drawn.get(i)) << 32 | i;
            int place = i;
            while (place > 0 && byDealt[place - 1] > next) {
                byDealt[place] = byDealt[--place];
            }
            byDealt[place] = next;
        }
        SwarmPeer[] balanced = new SwarmPeer[byDealt.length];
        int complete = 0;
        int incomplete = 0;
        for (long next : byDealt) {
            SwarmPeer peer = drawn.get((int) next);
            int place = peer.complete ? complete : incomplete;
            while (drawn.get(place).complete != peer.complete) {
                place++;
            }
            balanced[place] = peer;
            complete = peer.complete ? place + 1 : complete;
            incomplete = peer.complete ? incomplete : place + 1;
        }
        return Arrays.asList(balanced);
    }

    private static List<AnnouncedPeer> tell(SwarmPeer caller, boolean newcomer, List<SwarmPeer> peers, Reach reach) {
        List<AnnouncedPeer> told = new ArrayList<>(peers.size());
        for (SwarmPeer peer : peers) {
            int place = told.size();
            boolean zonesDiffer = place < DIALS && !peer.zone.equals(caller.zone);
            if (place < DIALS && newcomer) {
                caller.deal(zonesDiffer);
            }
            if (place < DIALLED) {
                peer.deal(zonesDiffer);
            }
            told.add(told(peer, reach.to(peer)));
        }
        return told;
    }

    private static AnnouncedPeer told(SwarmPeer peer, PeerAddress address) {
        return address == peer.announced.address() ? peer.announced : new AnnouncedPeer(address, peer.announced.peerId());
    }

    /** Every peer, in an order that depends only on earlier calls. */
    List<SwarmPeer> listAll() {
        List<SwarmPeer> all = new ArrayList<>(byId.size());
        everyone.copyTo(all);
        if (all.size() < byId.size()) {
            byId.values().stream().filter(peer -> !isListed(peer))
                .sorted((a, b) -> a.announced.peerId().compareTo(b.announced.peerId())).forEach(all::add);
        }
        return all;
    }

    private void enlist(SwarmPeer peer) {
        completeCount += peer.complete ? 1 : 0;
        if (isListed(peer)) {
            everyone.add(peer);
            if (!peer.zone.isEmpty()) {
                zones.computeIfAbsent(peer.zone, name -> new PeerPool(SwarmPeer.IN_ZONE)).add(peer);
            }
        }
    }

    private void delist(SwarmPeer peer) {
        completeCount -= peer.complete ? 1 : 0;
        if (isListed(peer)) {
            everyone.remove(peer);
            if (!peer.zone.isEmpty()) {
                PeerPool zone = zones.get(peer.zone);
                zone.remove(peer);
                if (zone.size() == 0) {
                    zones.remove(peer.zone);
                }
            }
        }
    }

    /**
     * Whether to hand it out: nobody can dial port 0, and nobody should dial addresses such as
     * multicast.
     */
    private static boolean isListed(SwarmPeer peer) {
        PeerAddress address = peer.announced.address();
        return address.port() != 0 && (address.isRoutable() || address.isLoopback());
    }

    void checkInvariants() {
        int completes = 0;
        int listed = 0;
        int zoned = 0;
        for (SwarmPeer peer : byId.values()) {
            completes += peer.complete ? 1 : 0;
            boolean inZone = isListed(peer) && !peer.zone.isEmpty();
            listed += isListed(peer) ? 1 : 0;
            zoned += inZone ? 1 : 0;
            if (isListed(peer) != everyone.contains(peer) || inZone && !zones.get(peer.zone).contains(peer)) {
                throw new AssertionError(peer.announced + " is in the wrong place");
            }
        }
        if (holdings.values().stream().mapToInt(holding -> holding.count).sum() != size()
            || byId.values().stream().anyMatch(peer -> holdings.get(peer.holding.source) != peer.holding)) {
            throw new AssertionError(holdings.size() + " holdings do not have the " + size() + " peers");
        }
        if (completes != completeCount || listed != everyone.size()) {
            throw new AssertionError(completes + " complete peers counted, " + completeCount + " believed");
        }
        if (zoned != zones.values().stream().mapToInt(PeerPool::size).sum() || zones.values().stream().anyMatch(zone -> zone.size() == 0)) {
            throw new AssertionError(zoned + " peers stand in zones, not those of " + zones.keySet());
        }
    }
}
