package murder.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The peers in the answer to a peer with a zone. */
class SwarmZonesTest {
    private static final InfoHash HASH = new InfoHash(1, 2, 3);
    /** So many peers does a client dial, the first ones first. */
    private static final int DIALLED = 16;

    private final Map<Integer, String> zones = new HashMap<>();
    private SwarmTable table = new SwarmTable(SwarmOptions.defaults(), new SplittableRandom(1));

    @Test
    void dialsTwoPeersOutsideItsZone() throws TrackerException {
        fillRacks(10, 40);
        for (int caller = 1; caller <= 400; caller++) {
            List<Integer> told = announce(caller, zones.get(caller), 1);
            assertThat(told).hasSize(50).doesNotHaveDuplicates();
            assertThat(outside(told.subList(0, DIALLED), zones.get(caller))).isEqualTo(2);
            assertThat(outside(told.subList(0, 2), zones.get(caller))).as("the first").isEqualTo(2);
            assertThat(outside(told, zones.get(caller))).as("what the zone's 39 others leave").isEqualTo(11);
        }
    }

    @Test
    void outsideLinksSpreadOverZones() throws TrackerException {
        Map<String, Integer> links = new HashMap<>();
        for (int i = 0; i < 4000; i++) {
            int caller = i % 400;
            String zone = "rack-" + caller % 10;
            zones.put(caller, zone);
            for (int peer : announce(caller, zone, 1).stream().limit(DIALLED).toList()) {
                if (!zones.get(peer).equals(zone)) {
                    links.merge(zones.get(peer), 1, Integer::sum);
                }
            }
        }
        // About two for each call: 800 expected.
        assertThat(links).hasSize(10).allSatisfy((zone, count) -> assertThat(count).isBetween(760, 840));
    }

    @Test
    void firstOfZoneGetsFewOutsiders() throws TrackerException {
        fillRacks(10, 40);
        assertThat(announce(1001, "late", 1)).as("has nobody else").hasSize(4);
        assertThat(announce(1002, "late", 1)).hasSize(4).contains(1001);
        assertThat(announce(1003, "late", 1)).hasSize(4).contains(1001, 1002);
        assertThat(announce(1004, "late", 1)).hasSize(5).contains(1001, 1002, 1003);
        assertThat(announce(1001, "late", 1)).hasSize(50).contains(1002, 1003, 1004);
        AnnounceResponse response = table.announce(request(1005, "late", 1), address(1005), 0);
        assertThat(response.intervalSeconds()).as("comes back soon").isBetween(2, 3);
    }

    @Test
    void loneZonePeerDoesNotWait() throws TrackerException {
        for (int peer = 1; peer <= 60; peer++) {
            assertThat(announce(peer, "host-" + peer, 1)).hasSize(Math.min(peer - 1, 50));
        }
    }

    @Test
    void singleZoneFillsAnswer() throws TrackerException {
        fillRacks(1, 60);
        assertThat(announce(1, "rack-0", 1)).hasSize(50).doesNotContain(1);
    }

    @Test
    void wholeZoneDialsOnlyOutsidePeer() throws TrackerException {
        announce(1000, "store", 0);
        for (int peer = 1; peer <= 150; peer++) {
            assertThat(announce(peer, "rack-0", 1).stream().limit(3)).contains(1000);
        }
    }

    @Test
    void peersWithoutZoneCountAsOutside() throws TrackerException {
        fillRacks(1, 40);
        announce(1000, "", 1);
        assertThat(announce(1, "rack-0", 1).subList(0, 3)).contains(1000);
        assertThat(announce(1000, "", 1)).hasSize(40);
    }

    @Test
    void completeNewcomerGetsAllZonesAlike() throws TrackerException {
        fillRacks(10, 40);
        assertThat(outside(announce(1000, "rack-0", 0), "rack-0")).isBetween(36L, 50L);
        assertThat(outside(announce(1000, "rack-0", 0), "rack-0")).as("again").isBetween(36L, 50L);
        for (int peer = 41; peer < 50; peer++) {
            announce(peer, "rack-1", 0);
        }
        List<Integer> told = announce(1000, "rack-0", 0);
        assertThat(outside(told.subList(0, DIALLED), "rack-0")).as("ten have it").isEqualTo(2);
    }

    @Test
    void allZonesDialOnlyCompleteZone() throws TrackerException {
        announce(1000, "rack-0", 0);
        Map<String, Integer> dialled = new HashMap<>();
        for (int peer = 1; peer <= 400; peer++) {
            String zone = "rack-" + peer % 10;
            if (announce(peer, zone, 1).stream().limit(DIALLED).anyMatch(told -> told == 1000)) {
                dialled.merge(zone, 1, Integer::sum);
            }
        }
        assertThat(dialled).hasSize(10).allSatisfy((zone, count) -> assertThat(count).isLessThan(20));
    }

    @Test
    void enoughCompletePeersBelongToZones() throws TrackerException {
        announce(1001, "a", 0);
        announce(1002, "b", 0);
        for (int peer = 1; peer <= 6; peer++) {
            announce(peer, "a", 1);
            announce(peer + 10, "b", 1);
        }
        assertThat(announce(1, "a", 1).subList(2, 8)).containsExactlyInAnyOrder(1001, 2, 3, 4, 5, 6);
    }

    @Test
    void outsideLinksAreDealtOutEvenly() throws TrackerException {
        Map<Integer, Integer> links = new HashMap<>();
        for (int peer = 1; peer <= 400; peer++) {
            zones.put(peer, "rack-" + peer % 10);
            for (int told : announce(peer, zones.get(peer), 1).stream().limit(DIALLED).toList()) {
                if (!zones.get(told).equals(zones.get(peer))) {
                    links.merge(peer, 1, Integer::sum);
                    links.merge(told, 1, Integer::sum);
                }
            }
        }
        assertThat(links).hasSize(400).allSatisfy((peer, count) ->
            assertThat(count).isBetween(2, peer > 20 ? 5 : 12)); // The first of each zone find no other peer.
    }

    @Test
    void completePeerGetsLeechersOfZone() throws TrackerException {
        announce(1, "a", 0);
        announce(2, "a", 0);
        announce(3, "b", 0);
        announce(4, "b", 1);
        announce(5, "a", 1);
        assertThat(announce(1, "a", 0)).containsExactlyInAnyOrder(4, 5);
        assertThat(announce(5, "a", 1)).containsExactlyInAnyOrder(1, 2, 3, 4);
    }

    @Test
    void aPeerMayChangeItsZone() throws TrackerException {
        fillRacks(2, 40);
        announce(1, "rack-1", 1);
        zones.put(1, "rack-1");
        assertThat(outside(announce(1, "rack-1", 1).subList(0, DIALLED), "rack-1")).isEqualTo(2);
        int seen = 0;
        for (int caller = 41; caller <= 80; caller++) {
            seen += announce(caller, "rack-1", 1).contains(1) ? 1 : 0;
        }
        assertThat(seen).isEqualTo(40);
        announce(1, "", 1);
        assertThat(announce(1, "", 1)).hasSize(50);
        assertThat(table.checkInvariants()).isTrue();
    }

    @Test
    void restartKeepsZones() throws TrackerException {
        fillRacks(10, 40);
        List<SwarmSnapshot> saved = table.snapshot();
        table = new SwarmTable(SwarmOptions.defaults(), new SplittableRandom(2));
        table.restore(saved, 0);
        assertThat(outside(announce(1, "rack-0", 1).subList(0, DIALLED), "rack-0")).isEqualTo(2);
        assertThat(table.checkInvariants()).isTrue();
    }

    @Test
    void zonesVanishWithTheirLastPeer() throws TrackerException {
        for (int peer = 1; peer <= 100; peer++) {
            announce(peer, "host-" + peer, 1);
            announce(peer, "other-" + peer, 1);
        }
        assertThat(table.checkInvariants()).isTrue();
        table.onTime(SwarmOptions.defaults().expirySeconds() * 1_000_000_000L);
        assertThat(table.peerCount()).isZero();
        assertThat(table.checkInvariants()).isTrue();
    }

    @Test
    void undialablePeerGetsItsZone() throws TrackerException {
        fillRacks(2, 40);
        AnnounceRequest request = AnnounceRequest.of(HASH, new PeerId(1000, 0, 0), 0, 1).withZone("rack-1");
        List<Integer> told = numbers(table.announce(request, address(1000), 0));
        assertThat(outside(told.subList(0, DIALLED), "rack-1")).isEqualTo(2);
        assertThat(numbers(table.announce(request.withZone("nowhere"), address(1000), 0))).hasSize(50);
        assertThat(table.checkInvariants()).isTrue();
    }

    @Test
    void hugeZoneCostsLittle() throws TrackerException {
        CountingGenerator random = new CountingGenerator();
        table = new SwarmTable(SwarmOptions.defaults(), random);
        for (int peer = 1; peer <= 10_000; peer++) {
            announce(peer, peer % 100 == 0 ? "small" : "huge", 1);
        }
        long before = random.drawn();
        assertThat(announce(1, "huge", 1)).hasSize(50);
        assertThat(random.drawn() - before).isLessThan(1_000);
    }

    /**
     * For any order of arrival: if each peer dials the first addresses of its answer, all peers are
     * connected.
     */
    @Property(tries = 40)
    void noZoneIsCutOff(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int racks, @ForAll @IntRange(min = 1, max = 45) int size,
                        @ForAll boolean rackByRack, @ForAll boolean withSeeder) throws TrackerException {
        table = new SwarmTable(SwarmOptions.defaults(), new SplittableRandom(seed));
        List<Integer> order = new ArrayList<>();
        for (int peer = 1; peer <= racks * size; peer++) {
            order.add(peer);
        }
        if (!rackByRack) {
            Collections.shuffle(order, new Random(seed));
        }
        Map<Integer, List<Integer>> links = new HashMap<>();
        for (int peer : order) {
            links.put(peer, new ArrayList<>());
            long left = withSeeder && peer == 1 ? 0 : 1;
            for (int other : announce(peer, "rack-" + (peer - 1) / size, left).stream().limit(DIALLED).toList()) {
                links.get(peer).add(other);
                links.get(other).add(peer);
            }
        }
        Deque<Integer> toVisit = new ArrayDeque<>(List.of(order.get(0)));
        while (!toVisit.isEmpty()) {
            List<Integer> next = links.remove(toVisit.poll());
            if (next != null) {
                toVisit.addAll(next);
            }
        }
        assertThat(links).isEmpty();
    }

    /** Peers 1 to 40 in rack-0, and so on. */
    private void fillRacks(int racks, int size) throws TrackerException {
        for (int peer = 1; peer <= racks * size; peer++) {
            String zone = "rack-" + (peer - 1) / size;
            zones.put(peer, zone);
            announce(peer, zone, 1);
        }
    }

    private long outside(List<Integer> peers, String zone) {
        return peers.stream().filter(peer -> !zone.equals(zones.get(peer))).count();
    }

    private List<Integer> announce(int peer, String zone, long left) throws TrackerException {
        return numbers(table.announce(request(peer, zone, left), address(peer), 0));
    }

    private static List<Integer> numbers(AnnounceResponse response) {
        return response.peers().stream().map(peer -> (int) peer.peerId().high()).toList();
    }

    private static AnnounceRequest request(int peer, String zone, long left) {
        return AnnounceRequest.of(HASH, new PeerId(peer, 0, 0), 6881, left).withZone(zone);
    }

    private static PeerAddress address(int peer) {
        return PeerAddress.ofIpv4(0x0b000000 + peer, 6881);
    }
}
