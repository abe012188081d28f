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

    @Test
    void convictsHostButOnePeerOfLoopback() {
        bans.convict(FAR, ONE);
        bans.convict(LOOPBACK, ONE);
        assertThat(bans.isBanned(FAR.withPort(7), OTHER)).isTrue();
        assertThat(bans.isBanned(LOOPBACK.withPort(7), ONE)).isTrue();
        assertThat(bans.isBanned(LOOPBACK, OTHER)).isFalse();
        assertThat(bans.isBanned(LOOPBACK)).isFalse();
        bans.add(FAR);
        assertThat(bans.hosts()).containsExactly(FAR.withPort(0), LOOPBACK.withPort(0));
    }

    @Test
    void removeLiftsAllBansOfHost() {
        bans.add(FAR);
        bans.convict(FAR, ONE);
        bans.convict(LOOPBACK, ONE);
        bans.convict(LOOPBACK, OTHER);
        bans.remove(FAR.withPort(9));
        bans.remove(LOOPBACK);
        assertThat(bans.hosts()).isEmpty();
        assertThat(bans.isBanned(FAR, ONE) || bans.isBanned(LOOPBACK, OTHER)).isFalse();
    }

    @Test
    void dropsOldestVerdictButNoNamedHost() {
        bans.add(LOOPBACK);
        for (int host = 0; host <= 1000; host++) {
            bans.convict(PeerAddress.ofIpv4(0x0a000000 + host, 1), ONE);
        }
        assertThat(bans.hosts()).hasSize(1001).contains(LOOPBACK.withPort(0)).doesNotContain(PeerAddress.ofIpv4(0x0a000000, 0));
    }
}
