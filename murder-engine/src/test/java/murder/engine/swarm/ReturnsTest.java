package murder.engine.swarm;

import static murder.engine.swarm.Returns.FIRST_PAUSE_NS;
import static murder.engine.swarm.Returns.LAST_PAUSE_NS;
import static murder.engine.swarm.Returns.WATCH_NS;
import static org.assertj.core.api.Assertions.assertThat;

import murder.peer.PeerAddress;
import murder.peer.PeerId;
import org.junit.jupiter.api.Test;

class ReturnsTest {
    private static final PeerAddress FAR = PeerAddress.ofIpv4(0x0a000001, 1000);
    private static final PeerAddress LOOPBACK = PeerAddress.ofIpv4(0x7f000001, 1000);
    private static final PeerAddress NETWORK = new PeerAddress(0x20010db8L << 32, 1, 1000);
    private static final PeerId GREEDY = new PeerId(1, 1, 1);
    private static final PeerId OTHER = new PeerId(2, 2, 2);

    private final Returns returns = new Returns();

    private boolean mustWait(long nowNs, PeerAddress address, PeerId peerId) {
        return returns.mustWait(nowNs, address.withPort(2000), peerId);
    }

    @Test
    void nobodyWaitsAtFirst() {
        assertThat(mustWait(0, FAR, GREEDY)).isFalse();
        assertThat(mustWait(0, FAR, GREEDY)).isFalse();
    }

    @Test
    void closedPeerWaits() {
        returns.onClosed(5, FAR, GREEDY);
        assertThat(mustWait(5, FAR, GREEDY)).isTrue();
        assertThat(mustWait(5 + FIRST_PAUSE_NS - 1, FAR, GREEDY)).as("an attempt does not prolong it").isTrue();
        assertThat(mustWait(5 + FIRST_PAUSE_NS, FAR, GREEDY)).isFalse();
    }

    @Test
    void pauseDoublesUpToLimit() {
        long nowNs = 0;
        for (long pauseNs = FIRST_PAUSE_NS; pauseNs <= 4 * LAST_PAUSE_NS; pauseNs *= 2) {
            long expectedNs = Math.min(pauseNs, LAST_PAUSE_NS);
            returns.onClosed(nowNs, FAR, GREEDY);
            assertThat(mustWait(nowNs + expectedNs - 1, FAR, GREEDY)).as("%d ns", expectedNs).isTrue();
            nowNs += expectedNs;
            assertThat(mustWait(nowNs, FAR, GREEDY)).as("%d ns", expectedNs).isFalse();
        }
    }

    @Test
    void pauseStartsAgainAfterGoodConduct() {
        returns.onClosed(0, FAR, GREEDY);
        long nowNs = FIRST_PAUSE_NS + WATCH_NS - 1;
        returns.onClosed(nowNs, FAR, GREEDY);
        assertThat(mustWait(nowNs + 2 * FIRST_PAUSE_NS - 1, FAR, GREEDY)).isTrue();
        nowNs += 2 * FIRST_PAUSE_NS + WATCH_NS;
        returns.onClosed(nowNs, FAR, GREEDY);
        assertThat(mustWait(nowNs + FIRST_PAUSE_NS, FAR, GREEDY)).isFalse();
    }

    @Test
    void newNameOfHostComesTwice() {
        returns.onClosed(0, FAR, GREEDY);
        assertThat(mustWait(7, FAR, OTHER)).isTrue();
        assertThat(mustWait(7 + FIRST_PAUSE_NS - 1, FAR, OTHER)).isTrue();
        assertThat(mustWait(7 + FIRST_PAUSE_NS, FAR, OTHER)).isFalse();
        assertThat(mustWait(8 + FIRST_PAUSE_NS, FAR, OTHER)).as("from now on it may come at any time").isFalse();
    }

    @Test
    void watchOfHostEnds() {
        returns.onClosed(0, FAR, GREEDY);
        returns.onClosed(10, FAR, GREEDY);
        assertThat(mustWait(10 + WATCH_NS - 1, FAR, OTHER)).isTrue();
        assertThat(mustWait(10 + WATCH_NS, FAR, new PeerId(3, 3, 3))).isFalse();
    }

    @Test
    void otherHostsAreFree() {
        returns.onClosed(0, FAR, GREEDY);
        assertThat(mustWait(1, PeerAddress.ofIpv4(0x0a000002, 1000), GREEDY)).as("an id means nothing elsewhere").isFalse();
    }

    @Test
    void networkOfIpv6IsHost() {
        returns.onClosed(0, NETWORK, GREEDY);
        PeerAddress neighbour = new PeerAddress(NETWORK.high(), 2, 1000);
        assertThat(mustWait(1, neighbour, GREEDY)).isTrue();
        assertThat(mustWait(1, neighbour, OTHER)).isTrue();
        assertThat(mustWait(1, new PeerAddress(NETWORK.high() + 1, 1, 1000), GREEDY)).isFalse();
    }

    @Test
    void onlyNameWaitsOnLoopback() {
        returns.onClosed(0, LOOPBACK, GREEDY);
        assertThat(mustWait(1, LOOPBACK, OTHER)).isFalse();
        assertThat(mustWait(1, LOOPBACK, GREEDY)).isTrue();
        assertThat(mustWait(1, PeerAddress.ofIpv4(0x7f000002, 1000), GREEDY)).as("its other address").isTrue();
        assertThat(mustWait(FIRST_PAUSE_NS, LOOPBACK, GREEDY)).isFalse();
    }

    @Test
    void fullTableDropsOldestPause() {
        for (int i = 0; i <= 1000; i++) {
            returns.onClosed(0, FAR, new PeerId(7, i, 0));
        }
        assertThat(mustWait(1, FAR, new PeerId(7, 1000, 0))).isTrue();
        assertThat(mustWait(FIRST_PAUSE_NS, FAR, new PeerId(7, 1, 0))).isFalse();
        assertThat(mustWait(FIRST_PAUSE_NS, FAR, new PeerId(7, 0, 0))).as("forgotten, so it comes twice again").isTrue();
    }

    @Test
    void fullTableDropsOldestHost() {
        for (int host = 0; host <= 1000; host++) {
            returns.onClosed(0, PeerAddress.ofIpv4(0x0a000000 + host, 1), GREEDY);
        }
        assertThat(mustWait(1, PeerAddress.ofIpv4(0x0a000001, 1), OTHER)).isTrue();
        assertThat(mustWait(1, PeerAddress.ofIpv4(0x0a000000, 1), OTHER)).isFalse();
    }
}
