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
 * The peers of one torrent, and the choice of the peers for each answer. A peer that names a zone
 * (a rack, a room) gets mostly peers of this zone, so that few bytes cross zones. It also gets some
 * outside, so that no zone is cut off. Maps are used only for look-ups, so their order decides
 * nothing.
 */
final class Swarm {
    /** For the even deal this many first peers of an answer count one connection each. */
    private static final int DIALLED = 12;
    /**
     * A newcomer is credited with this many outgoing connections, if its answer has as many peers.
     * These two were found by simulation (decision 9 of the engine).
     */
    private static final int DIALS = 24;
    /**
     * With a zone, this many places of an answer go to peers outside: the first ones, since later
     * dials are refused more often.
     */
    private static final int OUTSIDE = 2;
    /**
     * A peer that finds fewer peers in its zone is one of the first there, and does not get more
     * peers outside for that.
     */
    private static final int ENOUGH = 16;
    /** But they get this many peers in all. */
    private static final int LEAST = 4;
    private static final ToIntFunction<SwarmPeer> DEALT = peer -> peer.dealtInZone + peer.dealtOutside;
    private static final ToIntFunction<SwarmPeer> DEALT_IN_ZONE = peer -> peer.dealtInZone;
    private static final ToIntFunction<SwarmPeer> DEALT_OUTSIDE = peer -> peer.dealtOutside;

    final InfoHash infoHash;
    /** How many peers told that they became complete. */
    int downloaded;
    /** When the last newcomer came. */
    long grownNs;
    private final Map<PeerId, SwarmPeer> byId = new HashMap<>();
    private final PeerPool everyone = new PeerPool(SwarmPeer.IN_SWARM);
    /** Those of them that name a zone, by its name; none is empty. */
    private final Map<String, PeerPool> zones = new HashMap<>();
    /** By {@link Holding#source}; none is empty. */
    final Map<PeerAddress, Holding> holdings = new HashMap<>();
    /** Those of two peers and more. {@link Sources} keeps both. */
    final TreeSet<Holding> crowds = new TreeSet<>(Holding.GREEDIEST);
    /** The source that counts for this swarm while there are peers, else null. */
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

    /** The peers that come from there, or null if there are none. */
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
     * Draws up to {@code wanted} peers for the caller at random. Those with the fewest connections,
     * as far as can be told, come first, for clients dial these: otherwise early peers are dialled
     * by most, and late peers by nobody.
     *
     * <p>A caller with a zone gets peers of it, after a few from outside that bring in what the
     * zone lacks. Where the zone has too few, others fill up the answer. A caller without a zone
     * gets anybody, and so does one that brings the whole payload along: that is soon wanted in
     * every zone alike. For the same reason complete peers count as of no zone while they are fewer
     * than the zones: else what only one zone's seeder has would go to that zone first.
     *
     * @param newcomer whether the caller has not announced itself before
     * @param blind whether a caller that says it is complete may only lack the metadata, as aria2
     *     with a magnet link: then complete peers fill up the answer
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
            // Its zone is likely to be on its way. If it is not, the caller comes back soon for
            // want of peers, and gets all it wants.
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
     * Gives complete peers the places that they have in an answer without regard to zones, unless
     * they stand before them.
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
     * Whether zones have 1.25 peers or more: else most peers are alone in theirs, and wait for
     * nobody.
     */
    private boolean zonesAreShared() {
        return 4 * everyone.size() > 5 * zones.size();
    }

    /**
     * Puts those that were dealt the least first. Complete and incomplete peers keep their places:
     * a newcomer's dials are to reach both in proportion. Plain arrays and loops, since this is a
     * third of an announce in a tracker that has just started: the JDK's sort costs the second
     * compiler more than all else.
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

    /** Every peer, in an order that depends only on what happened before. */
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
     * Whether it is handed out: nobody can dial port 0, and nobody should dial an address of no
     * other host.
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
                throw new AssertionError(peer.announced + " stands in the wrong place");
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
