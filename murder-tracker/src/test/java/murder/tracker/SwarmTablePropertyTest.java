package murder.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Random sequences of operations against a model that keeps a plain list and looks through all of
 * it each time.
 */
class SwarmTablePropertyTest {
    private static final SwarmOptions OPTIONS = SwarmOptions.builder().maxSwarms(3).maxPeersPerSwarm(6).maxPeersPerSource(4).maxPeers(12)
       .expirySeconds(45)
        .defaultNumWant(4).maxNumWant(8).build();

    private record Known(InfoHash hash, PeerId id, PeerAddress address, PeerAddress source, String key, boolean complete,
                         String zone, long heardNs) {}

    private final List<Known> model = new ArrayList<>();
    private final Map<InfoHash, Integer> downloads = new LinkedHashMap<>();

    @Property(tries = 300)
    void agreesWithANaiveModel(@ForAll long seed, @ForAll @IntRange(min = 1, max = 150) int steps) {
        model.clear();
        downloads.clear();
        SplittableRandom random = new SplittableRandom(seed);
        SwarmTable table = new SwarmTable(OPTIONS, random.split());
        long nowNs = 0;
        for (int step = 0; step < steps; step++) {
            nowNs += random.nextInt(8) == 0 ? random.nextLong(30_000_000_000L) : random.nextLong(1_000_000_000L);
            step(table, random, nowNs);
            assertThat(table.checkInvariants()).isTrue();
            assertThat(table.peerCount()).isEqualTo(model.size());
        }
        SwarmTable copy = new SwarmTable(OPTIONS, new SplittableRandom(seed));
        copy.restore(table.snapshot(), nowNs);
        assertThat(copy.checkInvariants()).isTrue();
        assertThat(copy.snapshot()).isEqualTo(table.snapshot());
    }

    private void step(SwarmTable table, SplittableRandom random, long nowNs) {
        InfoHash hash = new InfoHash(random.nextInt(4), 0, 0);
        PeerId id = new PeerId(random.nextInt(8), 0, 0);
        PeerAddress source = PeerAddress.ofIpv4(0x0b000000 + random.nextInt(6), 1);
        int port = random.nextInt(3);
        AnnounceRequest request = AnnounceRequest.of(hash, id, port, random.nextInt(2))
            .withEvent(AnnounceEvent.values()[random.nextInt(4)]).withNumWant(random.nextInt(12) - 1)
            .withKey(random.nextBoolean() ? "" : "key" + random.nextInt(2))
            .withZone(random.nextBoolean() ? "" : "rack" + random.nextInt(2));
        PeerAddress from = source.withPort(0);
        model.removeIf(peer -> nowNs - peer.heardNs >= 45_000_000_000L);
        Known before = model.stream().filter(peer -> peer.hash.equals(hash) && peer.id.equals(id)).findFirst().orElse(null);
        AnnounceResponse response;
        try {
            response = table.announce(request, source, nowNs);
        } catch (TrackerException e) {
            assertThat(expectedRefusals(before, request, from)).contains(e.reason());
            return;
        }
        assertThat(before == null || mayUpdate(before, request, from)).isTrue();
        boolean isNew = before == null && request.event() != AnnounceEvent.STOPPED;
        if (request.event() == AnnounceEvent.STOPPED) {
            model.remove(before);
        }
        forgetWhoMadeRoom(table, isNew && isFull(hash), held(hash, from), isNew
            && model.stream().noneMatch(peer -> peer.hash.equals(hash)));
        model.remove(before);
        if (request.event() != AnnounceEvent.STOPPED) {
            String key = request.key().isEmpty() && before != null ? before.key : request.key();
            model.add(new Known(hash, id, source.withPort(port), from, key, request.left() == 0, request.zone(), nowNs));
        }
        List<Known> swarm = model.stream().filter(peer -> peer.hash.equals(hash)).toList();
        assertThat(response.complete()).isEqualTo((int) swarm.stream().filter(Known::complete).count());
        assertThat(response.complete() + response.incomplete()).isEqualTo(swarm.size());
        List<Known> mayBeTold = request.event() == AnnounceEvent.STOPPED ? List.of() : swarm.stream()
            .filter(peer -> !peer.id.equals(id) && peer.address.port() != 0 && !peer.address.equals(source.withPort(port))
                && !(peer.complete && request.left() == 0 && !(isNew && request.event() == AnnounceEvent.STARTED))).toList();
        List<AnnouncedPeer> eligible = told(mayBeTold);
        int wanted = request.numWant() < 0 ? 4 : Math.min(8, request.numWant());
        int most = Math.min(wanted, eligible.size());
        boolean firstOfZone = before == null && !request.zone().isEmpty();
        assertThat(response.peers()).hasSizeBetween(firstOfZone ? Math.min(most, 4) : most, most);
        List<AnnouncedPeer> outside = told(mayBeTold.stream().filter(peer -> !peer.zone.equals(request.zone())).toList());
        if (wanted >= 3 && !outside.isEmpty() && !request.zone().isEmpty() && !(before == null && request.left() == 0)) {
            assertThat(response.peers()).containsAnyElementsOf(outside);
        }
        assertThat(eligible).containsAll(response.peers());
        assertThat(new HashSet<>(response.peers())).hasSameSizeAs(response.peers());
        assertThat(response.intervalSeconds()).isBetween(2, 16);
    }

    private static List<AnnouncedPeer> told(List<Known> peers) {
        return peers.stream().map(peer -> new AnnouncedPeer(peer.address, peer.id)).toList();
    }

    private Set<TrackerException.Reason> expectedRefusals(Known before, AnnounceRequest request, PeerAddress from) {
        if (before != null && !mayUpdate(before, request, from)) {
            return Set.of(TrackerException.Reason.PEER_ID_TAKEN);
        }
        if (before != null) {
            boolean moves = !before.source.equals(from);
            return moves && held(request.infoHash(), from) >= 4 ? Set.of(TrackerException.Reason.TRACKER_FULL) : Set.of();
        }
        boolean mayBeFull = request.event() != AnnounceEvent.STOPPED
            && (isFull(request.infoHash()) || held(request.infoHash(), from) >= 4);
        return mayBeFull ? Set.of(TrackerException.Reason.TRACKER_FULL) : Set.of();
    }

    private static boolean mayUpdate(Known before, AnnounceRequest request, PeerAddress from) {
        return before.key.isEmpty() ? before.source.equals(from) : before.key.equals(request.key());
    }

    private boolean isFull(InfoHash hash) {
        long inSwarm = model.stream().filter(peer -> peer.hash.equals(hash)).count();
        long swarms = model.stream().map(Known::hash).distinct().count();
        return model.size() >= 12 || inSwarm >= 6 || inSwarm == 0 && swarms >= 3;
    }

    private int held(InfoHash hash, PeerAddress from) {
        return (int) model.stream().filter(peer -> peer.hash.equals(hash) && peer.source.equals(from)).count();
    }

    /**
     * Nobody goes unless room is needed, and then only who comes from a source that keeps as many
     * as the newcomer's gets.
     */
    private void forgetWhoMadeRoom(SwarmTable table, boolean isFull, int newcomerHad, boolean opensSwarm) {
        Set<List<Object>> kept = new HashSet<>();
        for (SwarmSnapshot swarm : table.snapshot()) {
            swarm.peers().forEach(peer -> kept.add(List.of(swarm.infoHash(), peer.announced().peerId())));
        }
        List<Known> gone = model.stream().filter(peer -> !kept.contains(List.<Object>of(peer.hash, peer.id))).toList();
        if (!isFull) {
            assertThat(gone).isEmpty();
            return;
        }
        assertThat(gone).isNotEmpty();
        model.removeAll(gone);
        for (Known peer : gone) {
            assertThat(opensSwarm || held(peer.hash, peer.source) >= newcomerHad + 1).isTrue();
        }
    }

    @Property(tries = 20)
    void sameSeedGivesSameAnswers(@ForAll long seed) throws TrackerException {
        List<AnnounceResponse> first = run(seed);
        assertThat(run(seed)).isEqualTo(first);
    }

    private static List<AnnounceResponse> run(long seed) throws TrackerException {
        SwarmTable table = new SwarmTable(SwarmOptions.defaults(), new SplittableRandom(seed));
        List<AnnounceResponse> responses = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            PeerId id = new PeerId(i % 120, i % 120 * 31L, i % 120);
            responses.add(table.announce(AnnounceRequest.of(new InfoHash(i % 2, 1, 1), id, 1000, i % 5),
                PeerAddress.ofIpv4(0x0b000000 + i % 120, 1),
                i));
        }
        return responses;
    }
}
