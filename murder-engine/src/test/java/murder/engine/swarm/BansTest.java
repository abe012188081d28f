package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import murder.peer.PeerAddress;
import murder.peer.PeerId;
import org.junit.jupiter.api.Test;

class BansTest {
    private static final PeerAddress FAR = PeerAddress.ofIpv4(0x0a000001, 1000);
    private static final PeerAddress LOOPBACK = PeerAddress.ofIpv4(0x7f000001, 1000);
    private static final PeerId ONE = new PeerId(1, 1, 1);
    private static final PeerId OTHER = new PeerId(2, 2, 2);

    private final Bans bans = new Bans();

    @Test
    void bansNamedHost() {
        bans.add(LOOPBACK);
        assertThat(bans.isBanned(LOOPBACK.withPort(7))).isTrue();
        assertThat(bans.isBanned(LOOPBACK.withPort(8), OTHER)).isTrue();
        assertThat(bans.isBanned(FAR)).isFalse();
        assertThat(bans.hosts()).containsExactly(LOOPBACK.withPort(0));
    }

    private void convict(PeerAddress address, int verdicts) {
        for (int i = 0; i < verdicts; i++) {
            bans.convict(address.withPort(50_000 + i), new PeerId(7, i, 0), false);
        }
    }

    @Test
    void convictsOnePeerOfHost() {
        bans.convict(FAR, ONE, false);
        assertThat(bans.isBanned(FAR.withPort(7), ONE)).isTrue();
        assertThat(bans.isBanned(FAR.withPort(7), OTHER)).isFalse();
        assertThat(bans.isBanned(FAR)).isFalse();
        assertThat(bans.isBanned(PeerAddress.ofIpv4(0x0a000002, 7), ONE)).as("an id means nothing elsewhere").isFalse();
    }

    @Test
    void convictsAddressThatWasDialled() {
        bans.convict(FAR, ONE, true);
        assertThat(bans.isBanned(FAR)).isTrue();
        assertThat(bans.isBanned(FAR, OTHER)).isTrue();
        assertThat(bans.isBanned(FAR.withPort(7))).isFalse();
    }

    @Test
    void thirdVerdictBansHost() {
        convict(FAR, 2);
        assertThat(bans.isBanned(FAR, OTHER)).isFalse();
        convict(FAR, 1);
        assertThat(bans.isBanned(FAR.withPort(7), OTHER)).isTrue();
        assertThat(bans.isBanned(FAR.withPort(8))).isTrue();
        bans.remove(FAR);
        assertThat(bans.isBanned(FAR, OTHER)).isFalse();
    }

    @Test
    void thirdVerdictBansNetworkOfIpv6() {
        for (int host = 1; host <= 3; host++) {
            assertThat(bans.isBanned(ipv6(7, 99))).isFalse();
            convict(ipv6(7, host), 1);
        }
        assertThat(bans.isBanned(ipv6(7, 99))).isTrue();
        assertThat(bans.isBanned(ipv6(7, 99), OTHER)).isTrue();
        assertThat(bans.isBanned(ipv6(8, 99), OTHER)).isFalse();
        bans.onGoodPiece(ipv6(7, 100));
        assertThat(bans.isBanned(ipv6(7, 99), OTHER)).as("honest peers are there, too").isFalse();
        convict(ipv6(7, 1), 2);
        assertThat(bans.isBanned(ipv6(7, 1), OTHER)).isTrue();
    }

    @Test
    void linkLocalPeersShareNoNetwork() {
        PeerAddress link = new PeerAddress(0xfe80L << 48, 1, 7);
        for (int host = 1; host <= 3; host++) {
            convict(new PeerAddress(link.high(), 10 + host, 7), 1);
        }
        assertThat(bans.isBanned(link, OTHER)).isFalse();
    }

    @Test
    void condemnsHostAtOnce() {
        bans.condemn(FAR, ONE);
        bans.condemn(LOOPBACK, ONE);
        assertThat(bans.isBanned(FAR.withPort(7), OTHER)).isTrue();
        assertThat(bans.isBanned(LOOPBACK.withPort(7), ONE)).isTrue();
        assertThat(bans.isBanned(LOOPBACK, OTHER)).isFalse();
    }

    private static PeerAddress ipv6(int network, int host) {
        return new PeerAddress(0x20010db8L << 32 | network, host, 6881);
    }

    @Test
    void convictsOnePeerOfLoopback() {
        convict(LOOPBACK, 5);
        bans.convict(FAR, ONE, false);
        bans.convict(LOOPBACK, ONE, false);
        assertThat(bans.isBanned(LOOPBACK.withPort(7), ONE)).isTrue();
        assertThat(bans.isBanned(LOOPBACK, OTHER)).isFalse();
        assertThat(bans.isBanned(LOOPBACK)).isFalse();
        bans.add(FAR);
        assertThat(bans.hosts()).containsExactly(FAR.withPort(0), LOOPBACK.withPort(0));
    }

    @Test
    void removeLiftsAllBansOfHost() {
        bans.add(FAR);
        bans.convict(FAR, ONE, true);
        bans.convict(LOOPBACK, ONE, true);
        bans.convict(LOOPBACK, OTHER, false);
        bans.remove(FAR.withPort(9));
        bans.remove(LOOPBACK);
        assertThat(bans.hosts()).isEmpty();
        assertThat(bans.isBanned(FAR, ONE) || bans.isBanned(LOOPBACK, OTHER)).isFalse();
    }

    @Test
    void dropsOldestVerdictOnly() {
        bans.add(LOOPBACK);
        for (int host = 0; host <= 1000; host++) {
            bans.convict(PeerAddress.ofIpv4(0x0a000000 + host, 1), ONE, false);
        }
        assertThat(bans.hosts()).hasSize(1001).contains(LOOPBACK.withPort(0)).doesNotContain(PeerAddress.ofIpv4(0x0a000000, 0));
    }
}
