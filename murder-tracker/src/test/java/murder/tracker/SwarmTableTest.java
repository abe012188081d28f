package murder.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.TrackerException.Reason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SwarmTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InfoHash HASH = new InfoHash(1, 2, 3);

    private SwarmTable table = new SwarmTable(SwarmOptions.defaults(), new SplittableRandom(1));

    @AfterEach
    void everythingIsCountedRight() {
        assertThat(table.checkInvariants()).isTrue();
    }

    @Test
    void secondPeerGetsFirstPeer() throws TrackerException {
        assertThat(announce(1, 0, 0).peers()).isEmpty();
        AnnounceResponse reply = announce(2, 100, 0);
        assertThat(reply.peers()).containsExactly(new AnnouncedPeer(address(1), id(1)));
        assertThat(reply.complete()).isEqualTo(1);
        assertThat(reply.incomplete()).isEqualTo(1);
    }

    @Test
    void completePeersGetIncompleteOnes() throws TrackerException {
        announce(1, 0, 0);
        announce(2, 0, 0);
        announce(3, 7, 0);
        assertThat(announce(1, 0, 0).peers()).extracting(AnnouncedPeer::address).containsExactly(address(3));
        assertThat(announce(3, 7, 0).peers()).extracting(AnnouncedPeer::address).containsExactlyInAnyOrder(address(1), address(2));
    }

    @Test
    void neverHandsOutCallersOwnAddress() throws TrackerException {
        table.announce(request(1, 9), address(5), 0);
        assertThat(table.announce(request(2, 9).withIp(null), address(5), 0).peers()).hasSize(0);
        // The same host with another port is another peer.
        assertThat(table.announce(AnnounceRequest.of(HASH, id(3), 99, 9), address(5), 0).peers()).hasSize(2);
    }

    private AnnounceRequest request(int peer, long left) {
        return AnnounceRequest.of(HASH, id(peer), 6881, left);
    }

    @Test
    void handsOutFiftyPeersByDefault() throws TrackerException {
        for (int i = 1; i <= 300; i++) {
            announce(i, 1, 0);
        }
        assertThat(new HashSet<>(announce(1, 1, 0).peers())).hasSize(50).doesNotContain(new AnnouncedPeer(address(1), id(1)));
        assertThat(new HashSet<>(table.announce(request(1, 1).withNumWant(1000), address(1), 0).peers())).hasSize(200);
        assertThat(new HashSet<>(table.announce(request(1, 1).withNumWant(7), address(1), 0).peers())).hasSize(7);
        assertThat(table.announce(request(1, 1).withNumWant(0), address(1), 0).peers()).isEmpty();
    }

    @Test
    void handsOutPeersEvenly() throws TrackerException {
        for (int i = 1; i <= 20; i++) {
            announce(i, i <= 5 ? 0 : 1, 0);
        }
        int[] seen = new int[21];
        for (int round = 0; round < 2000; round++) {
            for (AnnouncedPeer peer : table.announce(request(20, 1).withNumWant(5), address(20), 0).peers()) {
                seen[(int) peer.peerId().high()]++;
            }
        }
        // 2000 rounds of 5 out of 19: 526 expected, standard deviation 20.
        for (int i = 1; i <= 19; i++) {
            assertThat(seen[i]).as("peer %d", i).isBetween(400, 650);
        }
        assertThat(seen[20]).isZero();
    }

    @Test
    void earlyPeerHasNoMoreConnections() throws TrackerException {
        int[] connections = new int[301];
        for (int i = 1; i <= 300; i++) {
            List<AnnouncedPeer> told = announce(i, 1, 0).peers();
            connections[i] += Math.min(24, told.size());
            told.stream().limit(12).forEach(peer -> connections[(int) peer.peerId().high()]++);
        }
        // With even draws the first peer would be dialled 12 * ln(300 / 12) times and more, about
        // 50.
        assertThat(Arrays.stream(connections).max().orElseThrow()).isLessThan(42);
        assertThat(Arrays.stream(connections).skip(1).filter(count -> count < 28).count()).as("some of the last 50").isLessThan(50);
    }

    @Test
    void newcomerGetsProportionalMixOfPeers() throws TrackerException {
        for (int i = 1; i <= 40; i++) {
            announce(i, 0, 0);
        }
        int completes = 0;
        for (int i = 41; i <= 80; i++) {
            completes += (int) announce(i, 1, 0).peers().stream().limit(12).filter(peer -> peer.peerId().high() <= 40).count();
        }
        // From 12 of 12 for the first newcomer to about 6 of 12 for the last.
        assertThat(completes).isBetween(240, 480);
    }

    @Test
    void forgetsPeerAtExpiry() throws TrackerException {
        long expiry = SwarmOptions.defaults().expirySeconds() * SECOND;
        announce(1, 1, 5);
        announce(2, 1, 6);
        assertThat(announce(3, 1, 5 + expiry - 1).peers()).hasSize(2);
        assertThat(announce(3, 1, 5 + expiry).peers()).extracting(AnnouncedPeer::address).containsExactly(address(2));
        assertThat(announce(3, 1, 6 + expiry).peers()).isEmpty();
        assertThat(table.peerCount()).isEqualTo(1);
        table.onTime(Long.MAX_VALUE / 2);
        assertThat(table.peerCount()).isZero();
    }

    @Test
    void announceRenewsPeer() throws TrackerException {
        announce(1, 1, 0);
        announce(2, 1, 0);
        long expiry = SwarmOptions.defaults().expirySeconds() * SECOND;
        announce(1, 1, expiry - SECOND);
        assertThat(announce(3, 1, expiry + SECOND).peers()).extracting(AnnouncedPeer::address).containsExactly(address(1));
    }

    @Test
    void stoppedPeersLeave() throws TrackerException {
        announce(1, 1, 0);
        announce(2, 1, 0);
        AnnounceResponse reply = table.announce(request(2, 1).withEvent(AnnounceEvent.STOPPED), address(2), 0);
        assertThat(reply.peers()).isEmpty();
        assertThat(reply.incomplete()).isEqualTo(1);
        assertThat(announce(1, 1, 0).peers()).isEmpty();
    }

    @Test
    void stoppedStrangerLeavesNoEntry() throws TrackerException {
        table.announce(request(2, 1).withEvent(AnnounceEvent.STOPPED), address(2), 0);
        assertThat(table.scrape(List.of(), 0).swarms()).isEmpty();
    }

    @Test
    void countsACompletionOnce() throws TrackerException {
        announce(1, 1, 0);
        table.announce(request(1, 0).withEvent(AnnounceEvent.COMPLETED), address(1), 0);
        table.announce(request(1, 0).withEvent(AnnounceEvent.COMPLETED), address(1), 0);
        assertThat(table.scrape(List.of(HASH), 0).swarms()).containsExactly(
            Map.entry(HASH, new ScrapeResponse.Counts(1, 1, 0, "")));
    }

    @Test
    void neverHandsOutPortZero() throws TrackerException {
        table.announce(AnnounceRequest.of(HASH, id(1), 0, 1), address(1), 0);
        AnnounceResponse reply = announce(2, 1, 0);
        assertThat(reply.peers()).isEmpty();
        assertThat(reply.incomplete()).isEqualTo(2);
    }

    @Test
    void onlyTrustedCallersNameAddresses() throws TrackerException {
        table = new SwarmTable(SwarmOptions.builder().trusted(List.of(AddressRange.parse("10.8.0.0/16"))).build(),
            new SplittableRandom(1));
        PeerAddress named = IpLiteral.parse("203.0.113.9", 0);
        table.announce(request(1, 1).withIp(named), IpLiteral.parse("127.0.0.1", 5000), 0);
        table.announce(request(2, 1).withIp(named), IpLiteral.parse("198.51.100.4", 5000), 0);
        table.announce(request(4, 1).withIp(named.withPort(0)), IpLiteral.parse("10.9.0.4", 5000), 0);
        table.announce(request(5, 1).withIp(IpLiteral.parse("203.0.113.5", 0)), IpLiteral.parse("10.8.0.4", 5000), 0);
        assertThat(announce(3, 1, 0).peers()).extracting(peer -> peer.address().toString())
            .containsExactlyInAnyOrder("203.0.113.9:6881", "198.51.100.4:6881", "10.9.0.4:6881", "203.0.113.5:6881");
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "224.0.0.1", "255.255.255.255", "0.0.0.0", "fe80::1", "ff02::1", "::"})
    void neverHandsOutAddressesOfNoHost(String ip) throws TrackerException {
        PeerAddress loopback = IpLiteral.parse("127.0.0.1", 5000);
        table.announce(request(1, 1).withIp(IpLiteral.parse(ip, 0)), loopback, 0);
        assertThat(announce(2, 1, 0).peers()).isEmpty();
        assertThat(table.announce(request(3, 1), loopback, address(9), 0).peers()).extracting(AnnouncedPeer::address)
            .containsExactly(address(2));
    }

    @Test
    void loopbackPeerGetsTrackerAddress() throws TrackerException {
        PeerAddress loopback = IpLiteral.parse("127.0.1.1", 5000);
        table.announce(request(1, 0), loopback, loopback, 0);
        assertThat(table.announce(request(2, 1), address(2), address(9), 0).peers()).extracting(AnnouncedPeer::address)
            .containsExactly(address(9));
        assertThat(table.announce(request(3, 0), IpLiteral.parse("127.0.0.1", 5001), loopback, 0).peers())
            .extracting(AnnouncedPeer::address).containsExactly(address(2));
        assertThat(table.announce(request(4, 1), IpLiteral.parse("127.0.0.4", 5000), loopback, 0).peers())
            .extracting(peer -> peer.address().toString())
            .containsExactlyInAnyOrder("127.0.1.1:6881", "127.0.0.1:6881", "11.0.0.2:6881");
        assertThat(table.announce(request(2, 1), address(2), loopback, 0).peers()).as("a proxy on the tracker's host").isEmpty();
    }

    @Test
    void handsOutAddressOfCallersFamily() throws TrackerException {
        PeerAddress six = IpLiteral.parse("2001:db8::1", 0);
        table.announce(request(1, 0).withKey("k"), address(1), 0);
        table.announce(request(1, 0).withKey("k"), six, 0);
        table.announce(request(1, 0).withKey("k"), address(1), 0);
        assertThat(announce(2, 1, 0).peers()).extracting(AnnouncedPeer::address).containsExactly(address(1));
        assertThat(table.announce(request(3, 1), IpLiteral.parse("2001:db8::3", 9), 0).peers()).extracting(AnnouncedPeer::address)
            .contains(six.withPort(6881)).doesNotContain(address(1));
        table.announce(request(1, 0).withKey("k").withEvent(AnnounceEvent.STOPPED), six, 0);
        assertThat(table.peerCount()).isEqualTo(2);
    }

    @Test
    void peersWithoutMetadataGetSeeders() throws TrackerException {
        announce(1, 0, 0);
        AnnounceRequest aria2 = request(2, 0).withEvent(AnnounceEvent.STARTED);
        assertThat(table.announce(aria2, address(2), 0).peers()).extracting(AnnouncedPeer::address).containsExactly(address(1));
        assertThat(announce(2, 0, 0).peers()).isEmpty();
        announce(3, 1, 0);
        assertThat(table.announce(request(4, 0).withEvent(AnnounceEvent.STARTED).withNumWant(2), address(4), 0).peers())
            .as("those who lack something come first").hasSize(2).extracting(AnnouncedPeer::address).contains(address(3));
    }

    @Test
    void otherHostNeedsKeyForUpdate() throws TrackerException {
        table.announce(request(1, 5).withKey("secret"), address(1), 0);
        assertThatThrownBy(() -> table.announce(request(1, 5).withKey("guess"), address(2), 0))
            .isInstanceOfSatisfying(TrackerException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PEER_ID_TAKEN));
        assertThatThrownBy(() -> table.announce(request(1, 5).withEvent(AnnounceEvent.STOPPED), address(2), 0))
            .isInstanceOf(TrackerException.class);
        assertThatThrownBy(() -> table.announce(request(1, 5).withEvent(AnnounceEvent.STOPPED), address(1), 0))
            .as("its own address without the key").isInstanceOf(TrackerException.class);
        table.announce(request(1, 5).withKey("secret"), address(2), 0);
        assertThat(announce(3, 1, 0).peers()).extracting(AnnouncedPeer::address).containsExactly(address(2));
    }

    @Test
    void namedAddressesOpenNoPeer() throws TrackerException {
        PeerAddress loopback = IpLiteral.parse("127.0.0.1", 5000);
        table.announce(request(1, 5).withIp(address(9)), loopback, 0);
        for (PeerAddress stranger : List.of(address(9), IpLiteral.parse("127.0.0.9", 5000))) {
            assertThatThrownBy(() -> table.announce(request(1, 5).withIp(address(9)).withEvent(AnnounceEvent.STOPPED), stranger, 0))
                .isInstanceOfSatisfying(TrackerException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PEER_ID_TAKEN));
        }
        assertThat(table.announce(request(1, 5).withEvent(AnnounceEvent.STOPPED), loopback, 0).incomplete()).isZero();
    }

    @Test
    void keyPermitsNewAddress() throws TrackerException {
        table.announce(request(1, 5).withKey("secret"), address(1), 0);
        table.announce(request(1, 5).withKey("secret"), address(2), 0);
        assertThatThrownBy(() -> announceFrom(1, 5, address(1))).isInstanceOf(TrackerException.class);
        table.announce(request(1, 5).withKey("secret").withEvent(AnnounceEvent.STOPPED), address(3), 0);
        assertThat(table.peerCount()).isZero();
    }

    @Test
    void keylessPeerUpdatesFromItsAddress() throws TrackerException {
        announce(1, 5, 0);
        assertThatThrownBy(() -> announceFrom(1, 5, address(2))).isInstanceOf(TrackerException.class);
        assertThat(announceFrom(1, 5, address(1)).incomplete()).isEqualTo(1);
    }

    @Test
    void fullTableServesKnownPeers() throws TrackerException {
        SwarmTable small = new SwarmTable(SwarmOptions.builder().maxSwarms(2).maxPeersPerSwarm(3).maxPeers(4).expirySeconds(45).build(),
            new SplittableRandom(1));
        InfoHash second = new InfoHash(9, 9, 9);
        for (int i = 1; i <= 3; i++) {
            small.announce(request(i, 1), address(i), 0);
        }
        assertFull(() -> small.announce(request(4, 1), address(4), 0), "3 peers of one torrent");
        small.announce(AnnounceRequest.of(second, id(1), 1, 1), address(5), 0);
        assertFull(() -> small.announce(AnnounceRequest.of(second, id(2), 1, 1), address(2), 0), "at most 4 peers");
        assertThat(small.announce(request(1, 1), address(1), 0).peers()).hasSize(2);
        small.announce(request(1, 1).withEvent(AnnounceEvent.STOPPED), address(1), 0);
        assertFull(() -> small.announce(AnnounceRequest.of(new InfoHash(8, 8, 8), id(2), 1, 1), address(2), 0), "at most 2 torrents");
        small.announce(AnnounceRequest.of(second, id(1), 1, 1).withEvent(AnnounceEvent.STOPPED), address(5), 0);
        small.announce(AnnounceRequest.of(new InfoHash(8, 8, 8), id(2), 1, 1), address(2), 0);
        assertThat(small.checkInvariants()).isTrue();
    }

    @Test
    void inventedTorrentsKeepNoNewcomerOut() throws TrackerException {
        for (int i = 1; i <= 3_000; i++) {
            int hash = i;
            ThrowingCallable invented = () -> table.announce(AnnounceRequest.of(new InfoHash(hash, 1, 1), id(1), 1, 1), address(1), 0);
            if (i <= 2_000) {
                table.announce(AnnounceRequest.of(new InfoHash(hash, 1, 1), id(1), 1, 1), address(1), 0);
            } else {
                assertFull(invented, "at most 2000 torrents");
            }
        }
        announce(7, 0, 0);
        assertThat(announce(8, 1, 0).peers()).extracting(AnnouncedPeer::address).containsExactly(address(7));
        assertThat(table.scrape(List.of(), 0).swarms()).hasSize(2_000).doesNotContainKey(new InfoHash(2_000, 1, 1));
        assertFull(() -> table.announce(AnnounceRequest.of(new InfoHash(2_001, 1, 1), id(1), 1, 1), address(1), 0), "torrents");
    }

    @Test
    void dropsSmallestSwarmOfLargestOpener() throws TrackerException {
        SwarmTable small = new SwarmTable(SwarmOptions.builder().maxSwarms(3).build(), new SplittableRandom(1));
        for (int swarm = 1; swarm <= 3; swarm++) {
            small.announce(AnnounceRequest.of(new InfoHash(swarm, 1, 1), id(1), 1, 0), address(1), 0);
        }
        small.announce(AnnounceRequest.of(new InfoHash(3, 1, 1), id(2), 1, 1), address(2), 0);
        small.announce(request(9, 0), address(9), 0);
        assertThat(small.scrape(List.of(), 0).swarms()).containsOnlyKeys(new InfoHash(1, 1, 1), new InfoHash(3, 1, 1), HASH);
        assertThat(small.checkInvariants()).isTrue();
    }

    @Test
    void inventedIdsKeepNoNewcomerOut() throws TrackerException {
        table = new SwarmTable(SwarmOptions.builder().maxPeersPerSwarm(100).build(), new SplittableRandom(1));
        announce(1, 0, 0);
        for (int i = 1; i <= 99; i++) {
            table.announce(request(1_000 + i, 1), IpLiteral.parse("2001:db8::" + i, 7), 0);
        }
        assertFull(() -> table.announce(request(2_000, 1), IpLiteral.parse("2001:db8::ffff", 7), 0), "100 peers of one torrent");
        for (int i = 2; i <= 20; i++) {
            assertThat(announce(i, 1, 0).peers()).isNotEmpty();
        }
        assertThat(table.peerCount()).isEqualTo(100);
        assertThat(table.snapshot().get(0).peers()).extracting(peer -> peer.announced().peerId()).contains(id(1), id(20), id(1_080))
            .doesNotContain(id(1_081), id(1_099));
    }

    @Test
    void oneSourceGetsQuarterOfAnswer() throws TrackerException {
        for (int i = 1; i <= 500; i++) {
            table.announce(request(10_000 + i, 1), address(1), 0);
        }
        for (int i = 2; i <= 100; i++) {
            announce(i, 1, 0);
        }
        assertThat(announce(200, 1, 0).peers()).hasSize(50).filteredOn(peer -> peer.peerId().high() > 10_000).hasSizeBetween(1, 25);
        SwarmTable nat = new SwarmTable(SwarmOptions.defaults(), new SplittableRandom(1));
        for (int i = 1; i <= 60; i++) {
            AnnounceRequest host = AnnounceRequest.of(HASH, id(i), 7_000 + i, 1);
            assertThat(nat.announce(host, address(1), 0).peers()).as("a fleet behind one address").hasSize(Math.min(50, i - 1));
        }
    }

    private static void assertFull(ThrowingCallable call, String text) {
        assertThatThrownBy(call).hasMessageContaining(text)
            .isInstanceOfSatisfying(TrackerException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRACKER_FULL));
    }

    @Test
    void servesOnlyAllowedTorrents() throws TrackerException {
        InfoHash other = new InfoHash(4, 4, 4);
        announce(1, 1, 0);
        table.allowOnly(Map.of(other, "build.tgz"));
        assertThat(table.peerCount()).isZero();
        assertThatThrownBy(() -> announce(1, 1, 0))
            .isInstanceOfSatisfying(TrackerException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_ALLOWED));
        assertThat(table.scrape(List.of(other, HASH), 0).swarms()).containsExactly(
            Map.entry(other, new ScrapeResponse.Counts(0, 0, 0, "build.tgz")));
        table.allowOnly(null);
        announce(1, 1, 0);
    }

    @Test
    void earlyIntervalsGrowInQuietSwarm() throws TrackerException {
        announce(1, 1, 0);
        assertThat(announce(1, 1, 0).intervalSeconds()).isBetween(2, 3);
        assertThat(announce(1, 1, 6 * SECOND).intervalSeconds()).isBetween(5, 7);
        for (int i = 0; i < 20; i++) {
            assertThat(announce(1, 1, 40 * SECOND).intervalSeconds()).isBetween(13, 16);
        }
        announce(2, 1, 41 * SECOND);
        assertThat(announce(1, 1, 41 * SECOND).intervalSeconds()).isBetween(2, 3);
    }

    @Test
    void settledPeerGetsLongInterval() throws TrackerException {
        announce(98, 1, 0);
        assertThat(announce(99, 0, 0).intervalSeconds()).isBetween(13, 16);
        Set<Integer> jittered = new HashSet<>();
        for (int i = 1; i <= 60; i++) {
            int interval = announce(i, 1, 0).intervalSeconds();
            if (i > 50) {
                assertThat(interval).isBetween(13, 16);
                jittered.add(interval);
            }
        }
        assertThat(jittered).hasSizeGreaterThan(1);
    }

    @Test
    void seedersAloneAnnounceRarely() throws TrackerException {
        assertThat(announce(1, 0, 0).intervalSeconds()).isBetween(50, 69);
        announce(2, 1, SECOND);
        assertThat(announce(1, 0, SECOND).intervalSeconds()).isBetween(13, 16);
        announce(2, 0, 2 * SECOND);
        assertThat(announce(1, 0, 2 * SECOND).intervalSeconds()).isBetween(50, 69);
        table = new SwarmTable(SwarmOptions.builder().maxSwarms(1).maxPeersPerSwarm(9).maxPeers(9).expirySeconds(40)
            .defaultNumWant(9).maxNumWant(9).build(), new SplittableRandom(1));
        assertThat(announce(1, 0, 0).intervalSeconds()).as("long before it is forgotten").isBetween(13, 16);
    }

    @Test
    void manySeedersAnnounceRarely() throws TrackerException {
        for (int i = 1; i <= 500; i++) {
            announce(i, 0, 0);
        }
        assertThat(announce(1, 0, 0).intervalSeconds()).as("for five a second").isBetween(83, 117);
        for (int i = 501; i <= 5000; i++) {
            announce(i, 0, 0);
        }
        assertThat(announce(1, 0, 0).intervalSeconds()).as("a third of 400 s").isBetween(110, 156);
    }

    @Test
    void aSnapshotBringsEverythingBack() throws TrackerException {
        announce(1, 1, 0);
        table.announce(request(1, 0).withEvent(AnnounceEvent.COMPLETED), address(1), 0);
        table.announce(request(2, 1).withKey("k"), address(2), 0);
        table.announce(AnnounceRequest.of(HASH, id(3), 0, 1), address(3), 0);
        SwarmTable next = new SwarmTable(SwarmOptions.defaults(), new SplittableRandom(2));
        assertThat(next.restore(table.snapshot(), 100)).isEqualTo(3);
        assertThat(next.snapshot()).isEqualTo(table.snapshot());
        assertThat(next.checkInvariants()).isTrue();
        assertThat(next.scrape(List.of(HASH), 100).swarms()).containsEntry(HASH, new ScrapeResponse.Counts(1, 1, 2, ""));
        next.onTime(100 + SwarmOptions.defaults().expirySeconds() * SECOND);
        assertThat(next.peerCount()).isZero();
    }

    @Test
    void restoresOversizedSnapshotPartly() throws TrackerException {
        for (int i = 1; i <= 10; i++) {
            announce(i, 1, 0);
        }
        SwarmTable small = new SwarmTable(SwarmOptions.builder().maxSwarms(2).maxPeersPerSwarm(3).maxPeers(4).expirySeconds(45).build(),
            new SplittableRandom(1));
        assertThat(small.restore(table.snapshot(), 0)).isEqualTo(3);
        assertThat(small.checkInvariants()).isTrue();
    }

    @Test
    void completionCountStopsAtMaximum() throws TrackerException {
        table.restore(List.of(new SwarmSnapshot(HASH, Integer.MAX_VALUE - 1, List.of())), 0);
        for (int i = 1; i <= 3; i++) {
            announce(i, 1, 0);
            table.announce(request(i, 0).withEvent(AnnounceEvent.COMPLETED), address(i), 0);
        }
        assertThat(table.scrape(List.of(), 0).swarms()).containsEntry(HASH, new ScrapeResponse.Counts(3, Integer.MAX_VALUE, 0, ""));
        assertThat(table.snapshot()).singleElement().extracting(SwarmSnapshot::downloaded).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void manyIdsOfAddressStayCheap() throws TrackerException {
        CountingGenerator random = new CountingGenerator();
        table = new SwarmTable(SwarmOptions.defaults(), random);
        for (int i = 1; i <= 1_000; i++) {
            table.announce(request(i, 1), address(1), 0);
        }
        assertFull(() -> table.announce(request(1_001, 1), address(1), 0), "1000 peers of one torrent that come from one address");
        long before = random.drawn();
        assertThat(table.announce(request(1, 1), address(1), 0).peers()).isEmpty();
        assertThat(random.drawn() - before).isLessThan(1_000);
        assertThat(announce(6_000, 1, 0).peers()).hasSize(50);
        for (int i = 1; i <= 3_000; i++) {
            table.announce(request(10_000 + i, 1), IpLiteral.parse("127.0.0.1", 9), 0);
        }
    }

    private AnnounceResponse announce(int peer, long left, long nowNs) throws TrackerException {
        return table.announce(request(peer, left), address(peer), nowNs);
    }

    private AnnounceResponse announceFrom(int peer, long left, PeerAddress source) throws TrackerException {
        return table.announce(request(peer, left), source, 0);
    }

    private static PeerId id(int peer) {
        return new PeerId(peer, 0, 0);
    }

    private static PeerAddress address(int peer) {
        return PeerAddress.ofIpv4(0x0b000000 + peer, 6881);
    }
}
