package murder.engine.swarm;

import static murder.engine.swarm.TestSwarm.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import murder.peer.PeerAddress;
import org.junit.jupiter.api.Test;

class PeerSelectionTest {
    private static final SwarmConfig CONFIG = new SwarmConfig(10, 20, 4, 8, 100, 4, 100, 250, false, 8, 12);
    private final PeerSelection selection = new PeerSelection(CONFIG, new SplittableRandom(1));
    private final Suspects suspects = new Suspects(new Bans());

    private static PeerAddress host(int i) {
        return PeerAddress.ofIpv4(10 << 24 | i, 6881);
    }

    private void add(int count) {
        for (int i = 1; i <= count; i++) {
            selection.add(host(i));
        }
    }

    private List<PeerAddress> dial(long nowNs, int connected) {
        List<PeerAddress> dialled = new ArrayList<>();
        for (PeerAddress a = next(nowNs, connected); a != null; a = next(nowNs, connected)) {
            dialled.add(a);
        }
        return dialled;
    }

    private PeerAddress next(long nowNs, int connected) {
        return selection.next(nowNs, connected, false, suspects);
    }

    private long deadline(int connected) {
        return selection.nextDeadlineNs(connected, false, suspects);
    }

    @Test
    void limitsHalfOpenDials() {
        add(6);
        assertThat(dial(SECOND, 0)).startsWith(host(1)).hasSizeLessThanOrEqualTo(4);
        while (selection.dialling() < 4) {
            assertThat(next(100 * SECOND, 0)).isNotNull();
        }
        assertThat(next(200 * SECOND, 0)).isNull();
        assertThat(deadline(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void dialsBurstThenAtRate() {
        add(10);
        // An eighth of a second's worth, which is one here, and one now.
        assertThat(dial(0, 0)).hasSize(2);
        assertThat(deadline(0)).isEqualTo(SECOND / 8);
        assertThat(dial(SECOND / 8 - 1, 0)).isEmpty();
        assertThat(dial(SECOND / 8, 0)).hasSize(1);
    }

    @Test
    void neverDialsAddressesOfNoPeer() {
        for (int ip : new int[] {0, 0xe0000001, 0xefffffff, 0xffffffff}) {
            selection.add(PeerAddress.ofIpv4(ip, 6881));
        }
        selection.add(new PeerAddress(0xff02L << 48, 1, 6881));
        selection.add(new PeerAddress(0, 0, 6881));
        assertThat(dial(SECOND, 0)).isEmpty();
        assertThat(selection.untried()).isZero();
    }

    @Test
    void dialsSlowlyAfterManyFailures() {
        PeerSelection many = new PeerSelection(SwarmConfig.DEPLOY, new SplittableRandom(1));
        long nowNs = 0;
        for (int i = 0; i < 2000; i++) {
            many.add(PeerAddress.ofIpv4(10 << 24 | i, 6881));
        }
        for (int i = 0; i < 99; i++) {
            nowNs = fail(many, nowNs);
        }
        assertThat(nowNs).isLessThan(SECOND);
        long hundredthNs = fail(many, nowNs);
        long nextNs = fail(many, hundredthNs);
        assertThat(nextNs).as("half a second after the last").isEqualTo(hundredthNs + SECOND / 2);
        for (nowNs = nextNs; nowNs < 50 * SECOND; nowNs = fail(many, nowNs)) {
            assertThat(many.next(nowNs, 0, false, suspects)).isNull();
        }
        long quietNs = nowNs + 61 * SECOND;
        for (int i = 0; i < 40; i++) {
            assertThat(many.next(quietNs, 0, false, suspects)).as("a minute later it dials as ever").isNotNull();
            many.onConnected();
            quietNs += SECOND / 200;
        }
    }

    /** The next dial fails at once. Returns when. */
    private long fail(PeerSelection many, long nowNs) {
        long dialNs = Math.max(nowNs, many.nextDeadlineNs(0, false, suspects));
        PeerAddress dialled = many.next(dialNs, 0, false, suspects);
        assertThat(dialled).isNotNull();
        many.onDialFailed(dialNs, dialled);
        return dialNs;
    }

    @Test
    void remembersAddressesThatWereNotDialled() {
        add(1);
        for (int i = 0; i < 50; i++) {
            assertThat(dial(i * SECOND, 0)).containsExactly(host(1));
            assertThat(selection.untried()).isZero();
            selection.onNotDialled(i * SECOND, host(1));
            assertThat(selection.dialling()).isZero();
            assertThat(selection.untried()).isEqualTo(1);
            assertThat(deadline(0)).isEqualTo((i + 1) * SECOND);
        }
    }

    @Test
    void dialsOnlyUpToLimit() {
        add(3);
        assertThat(dial(0, 10)).isEmpty();
        assertThat(dial(0, 9)).hasSize(1);
    }

    @Test
    void dialsSinglyBeyondHalfOfPlaces() {
        PeerSelection quick = new PeerSelection(SwarmConfig.DEPLOY, new SplittableRandom(1));
        for (int i = 1; i <= 50; i++) {
            quick.add(host(i));
        }
        for (int i = 0; i < 16; i++) {
            assertThat(quick.next(0, 0, false, suspects)).isNotNull();
        }
        assertThat(quick.next(0, 0, false, suspects)).isNull();
        long laterNs = quick.nextDeadlineNs(0, false, suspects);
        assertThat(laterNs).isEqualTo(SECOND / 200);
        assertThat(quick.next(laterNs, 0, false, suspects)).isNotNull();
        assertThat(quick.next(laterNs, 0, false, suspects)).isNull();
    }

    @Test
    void retriesFailedAddressWithBackOff() {
        selection.add(host(1));
        long nowNs = 0;
        long lastWaitNs = 0;
        int tries = 0;
        while (deadline(0) != Long.MAX_VALUE) {
            nowNs = Math.max(nowNs, deadline(0));
            assertThat(next(nowNs - 1, 0)).isNull();
            assertThat(next(nowNs, 0)).isEqualTo(host(1));
            selection.onDialFailed(nowNs, host(1));
            tries++;
            lastWaitNs = deadline(0) == Long.MAX_VALUE ? lastWaitNs : deadline(0) - nowNs;
            if (tries == 1) {
                assertThat(lastWaitNs).isBetween(SECOND / 8, 3 * SECOND / 8);
            }
        }
        assertThat(tries).isEqualTo(13);
        assertThat(lastWaitNs).isBetween(30 * SECOND, 90 * SECOND);
    }

    @Test
    void shortConnectionCountsAsFailure() {
        selection.add(host(1));
        for (int i = 0; i < 8; i++) {
            selection.next(i * 1000 * SECOND, 0, false, suspects);
            selection.onConnected();
            selection.onDisconnected(i * 1000 * SECOND, host(1), false, SECOND);
        }
        assertThat(deadline(0) - 7000 * SECOND).isGreaterThan(10 * SECOND);
        selection.next(8000 * SECOND, 0, false, suspects);
        selection.onConnected();
        selection.onDisconnected(9000 * SECOND, host(1), false, 1000 * SECOND);
        assertThat(deadline(0) - 9000 * SECOND).isLessThan(2 * SECOND);
    }

    @Test
    void delaysDialToConnectedPeer() {
        selection.add(host(1));
        next(0, 0);
        selection.onRefused(0, host(1), Refusal.ALREADY_CONNECTED);
        assertThat(deadline(0)).isEqualTo(60 * SECOND);
    }

    @Test
    void neverDialsItselfAgain() {
        selection.add(host(1));
        next(0, 0);
        selection.onRefused(0, host(1), Refusal.SELF);
        selection.add(host(1));
        assertThat(deadline(0)).isEqualTo(Long.MAX_VALUE);
        assertThat(next(1000 * SECOND, 0)).isNull();
    }

    @Test
    void neverDialsBannedAddress() throws Exception {
        TestSwarm s = new TestSwarm("us .\na # dialled", 1);
        ActivePiece piece = new ActivePiece(0, 0, 1);
        piece.onReceived(0, 0, s.peer("a").at);
        suspects.onBadPiece(piece);
        selection.add(s.peer("a").at.address().withPort(6881));
        assertThat(next(0, 0)).isNull();
        assertThat(deadline(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void seederDoesNotDialSeeders() {
        selection.add(host(1));
        next(0, 0);
        selection.onConnected();
        selection.onDisconnected(SECOND, host(1), true, SECOND);
        assertThat(selection.next(100 * SECOND, 0, false, suspects)).isEqualTo(host(1));
        selection.onConnected();
        selection.onDisconnected(101 * SECOND, host(1), true, SECOND);
        assertThat(selection.next(200 * SECOND, 0, true, suspects)).isNull();
        assertThat(selection.nextDeadlineNs(0, true, suspects)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void failedAddressesMakeRoomInTable() {
        add(30);
        assertThat(selection.untried()).isEqualTo(12);
        next(0, 0);
        selection.onDialFailed(0, host(1));
        selection.add(host(31));
        assertThat(selection.untried()).isEqualTo(12);
        selection.add(host(1).withPort(0));
        assertThat(selection.untried()).isEqualTo(12);
    }
}
