package murder.tracker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import murder.metainfo.InfoHash;
import murder.wire.PeerAddress;
import murder.wire.PeerId;

/**
 * The peers of one torrent, and who is told of whom. Peers that name a zone (a rack, a room) are mostly told of others there, so that few
 * bytes cross zones, and of some outside, so that no zone is cut off. Maps are only ever looked up in, so their order decides nothing.
 */
final class Swarm {
    /** For the even deal an answer counts as a connection of each of its first peers, so many of them. */
    private static final int DIALLED = 12;
    /** And as so many of a newcomer, if it is told of as many. These two were found by simulation (decision 9 of the engine). */
    private static final int DIALS = 24;
    /** Of so many places in an answer, which is as many as a client dials at once, one goes to a peer outside the caller's zone. */
    private static final int OUTSIDE_EVERY = 16;
    /** The first of these places, so that a short answer has one, too. */
    private static final int OUTSIDE_FIRST = 2;
    /** The first of a zone, who find few there yet, are told of so many outside, since the others will dial them. */
    private static final int OUTSIDE_AT_FIRST = 2;
    /** But they get this many peers in all. */
    private static final int LEAST = 4;
    private static final Comparator<SwarmPeer> LEAST_DEALT = Comparator.comparingInt(peer -> peer.dealt);

    final InfoHash infoHash;
    /** How many peers told that they became complete. */
    int downloaded;
    /** When the last newcomer came. */
    long grownNs;
    private final Map<PeerId, SwarmPeer> byId = new HashMap<>();
    private final PeerPool everyone = new PeerPool(SwarmPeer.IN_SWARM);
    /** Those of them that name a zone, by its name; none is empty. */
    private final Map<String, PeerPool> zones = new HashMap<>();
    private int completeCount;

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
     * Draws up to {@code wanted} peers for the caller at random. Those with the fewest connections, as far as can be told, come first, for
     * that is whom clients dial: else whoever came early is dialled by most, and whoever came late by nobody.
     *
     * <p>A caller with a zone gets peers of it, with one from outside among every few: that brings in what the zone lacks. Where the zone
     * has too few, others fill up the answer. A caller without a zone gets anybody, and so does one that brings the whole payload along:
     * that is soon wanted in every zone alike.
     *
     * @param newcomer whether the caller has not announced itself before
     */
    List<AnnouncedPeer> sample(SwarmPeer caller, int wanted, boolean newcomer, RandomGenerator random) {
        if (caller.zone.isEmpty() || newcomer && caller.complete) {
            return tell(caller, newcomer, balance(everyone.draw(caller, wanted, false, random)));
        }
        PeerPool zone = zones.get(caller.zone);
        List<SwarmPeer> local = zone == null ? List.of() : zone.draw(caller, wanted, false, random);
        int outsidePlaces = (wanted + OUTSIDE_EVERY - 1 - OUTSIDE_FIRST) / OUTSIDE_EVERY;
        int fromOutside = Math.max(outsidePlaces, wanted - local.size());
        if (newcomer && local.size() < OUTSIDE_EVERY && zonesAreShared()) {
            // Its zone is likely to be on its way. If it is not, the caller comes back soon for want of peers, and gets all it wants.
            fromOutside = Math.min(fromOutside, Math.max(OUTSIDE_AT_FIRST, LEAST - local.size()));
        }
        int inZone = zone == null ? 0 : zone.size();
        List<SwarmPeer> outside = everyone.draw(caller, Math.min(fromOutside, everyone.size() - inZone), true, random);
        return tell(caller, newcomer, merge(balance(local), balance(outside), wanted));
    }

    /** Whether zones have 1.25 peers or more: else most peers are alone in theirs, and wait for nobody. */
    private boolean zonesAreShared() {
        return 4 * everyone.size() > 5 * zones.size();
    }

    private static List<SwarmPeer> merge(List<SwarmPeer> local, List<SwarmPeer> outside, int wanted) {
        Iterator<SwarmPeer> locals = local.iterator();
        Iterator<SwarmPeer> outsiders = outside.iterator();
        List<SwarmPeer> merged = new ArrayList<>();
        while (merged.size() < wanted && (locals.hasNext() || outsiders.hasNext())) {
            boolean outsidersPlace = merged.size() % OUTSIDE_EVERY == OUTSIDE_FIRST;
            merged.add((outsidersPlace ? outsiders.hasNext() : !locals.hasNext()) ? outsiders.next() : locals.next());
        }
        return merged;
    }

    /** Complete and incomplete peers keep their places: a newcomer's dials are to reach both in proportion. */
    private static List<SwarmPeer> balance(List<SwarmPeer> drawn) {
        List<SwarmPeer> byDealt = new ArrayList<>(drawn);
        byDealt.sort(LEAST_DEALT);
        Iterator<SwarmPeer> completes = byDealt.stream().filter(peer -> peer.complete).iterator();
        Iterator<SwarmPeer> incompletes = byDealt.stream().filter(peer -> !peer.complete).iterator();
        return drawn.stream().map(place -> place.complete ? completes.next() : incompletes.next()).toList();
    }

    private static List<AnnouncedPeer> tell(SwarmPeer caller, boolean newcomer, List<SwarmPeer> peers) {
        caller.dealt += newcomer ? Math.min(DIALS, peers.size()) : 0;
        peers.stream().limit(DIALLED).forEach(peer -> peer.dealt++);
        return peers.stream().map(peer -> peer.announced).toList();
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

    /** Whether it is handed out: nobody can dial port 0. */
    private static boolean isListed(SwarmPeer peer) {
        return peer.announced.address().port() != 0;
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
        if (completes != completeCount || listed != everyone.size()) {
            throw new AssertionError(completes + " complete peers counted, " + completeCount + " believed");
        }
        if (zoned != zones.values().stream().mapToInt(PeerPool::size).sum() || zones.values().stream().anyMatch(zone -> zone.size() == 0)) {
            throw new AssertionError(zoned + " peers stand in zones, not those of " + zones.keySet());
        }
    }
}
