package murder.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import murder.engine.sim.NetworkModel.HostProfile;
import murder.engine.swarm.SwarmConfig;
import murder.metainfo.PieceLayout;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Checks detect dishonest messages; packets travel in order. The test injects messages of a seeder
 * and a leecher.
 */
class SimEndTest {
    private static final int BLOCK = PieceLayout.BLOCK_LENGTH;
    private static final long LATENCY_NS = NetworkModel.MS;

    private SimNetwork network;
    private SimHost seeder;
    private SimHost leecher;
    private SimEnd seederEnd;
    private SimEnd leecherEnd;

    @BeforeEach
    void connect() {
        network = new SimNetwork(new PieceLayout(100 * 65_536, 65_536),
            NetworkModel.of(LATENCY_NS, 0).withChecks(NetworkModel.Checks.ALL), 1);
        HostProfile profile = HostProfile.leecher(1_000_000, SwarmConfig.DEPLOY);
        seeder = network.addHost(profile.asSeeder());
        leecher = network.addHost(profile);
        seeder.start();
        leecher.start();
        assertThat(network.runUntil(() -> leecher.storage.verified().count() > 10, 10 * NetworkModel.SECOND)).isTrue();
        seederEnd = seeder.ends().get(0);
        leecherEnd = leecher.ends().get(0);
        assertThat(leecherEnd.other()).isSameAs(seederEnd);
    }

    private static void assertFound(String fault, ThrowingCallable lie) {
        assertThatIllegalStateException().isThrownBy(lie).withMessageContaining(fault);
    }

    private int missing() {
        return leecher.storage.verified().nextClear(0);
    }

    /** A piece that the leecher lacks and the revealing seeder has not announced. */
    private int untold() {
        int piece = missing();
        while (leecherEnd.isTold(piece)) {
            piece = leecher.storage.verified().nextClear(piece + 1);
        }
        return piece;
    }

    @Test
    void detectsHaveOfUnverifiedPiece() {
        assertFound("HAVE of what was not verified", () -> leecherEnd.have(missing()));
        assertFound("HAVE ALL", () -> leecherEnd.haveAll());
        assertFound("not verified", () -> leecherEnd.bitfield(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -16}));
        leecherEnd.have(leecher.storage.verified().nextSet(0));
    }

    @Test
    void reportsForbiddenBlocks() {
        assertFound("not verified", () -> leecherEnd.block(missing(), 0, BLOCK));
        assertFound("not asked for", () -> seederEnd.block(untold(), 0, BLOCK));
        assertFound("not asked for", () -> seederEnd.reject(untold(), 0, BLOCK));
        seederEnd.choke();
        assertFound("while choking", () -> seederEnd.block(untold(), 0, BLOCK));
    }

    @Test
    void reportsForbiddenRequests() {
        assertFound("what is verified", () -> leecherEnd.request(leecher.storage.verified().nextSet(0), 0, BLOCK));
        assertFound("does not have", () -> leecherEnd.request(untold(), 0, BLOCK));
        int told = missing();
        while (!leecherEnd.isTold(told)) {
            told = leecher.storage.verified().nextClear(told + 1);
        }
        int piece = told;
        assertFound("whole blocks", () -> leecherEnd.request(piece, 0, BLOCK - 1));
        leecherEnd.request(piece, 0, BLOCK);
        leecherEnd.request(piece, 0, 2 * BLOCK);
        network.flush();
        assertFound("the same twice", () -> network.runUntil(() -> false, network.nowNs() + NetworkModel.SECOND));
        leecherEnd.receive(SimMessage.signal(SimMessage.CHOKE), null);
        assertFound("while choked", () -> leecherEnd.request(piece, 3 * BLOCK, BLOCK));
    }

    @Test
    void aBlockIsWrittenOnce() {
        long block = SimMessage.ofRange(SimMessage.BLOCK, missing(), 0, BLOCK);
        leecher.storage.discard(missing());
        leecher.storage.onBlocks(block, 1);
        assertFound("taken twice", () -> leecher.storage.onBlocks(block, 1));
        assertFound("before block", () -> leecher.storage.isGood(missing()));
    }

    @Test
    void smallMessageOvertakesOtherBlocks() {
        HostProfile profile = HostProfile.leecher(1_000_000, SwarmConfig.DEPLOY);
        SimHost third = network.addHost(profile);
        third.start();
        assertThat(network.runUntil(() -> third.ends().size() == 2 && third.storage.verified().count() > 0,
            network.nowNs() + 10 * NetworkModel.SECOND)).isTrue();
        SimEnd idle = third.ends().stream().filter(end -> end.other().host() == seeder).findFirst().orElseThrow();
        assertThat(idle.hasBlocks()).as("the seeder asks for nothing").isFalse();
        long sentNs = network.nowNs();
        assertThat(idle.other().peer().peerInterested()).isTrue();
        idle.notInterested();
        network.flush();
        assertThat(network.runUntil(() -> !idle.other().peer().peerInterested(), sentNs + NetworkModel.SECOND)).isTrue();
        assertThat(network.nowNs() - sentNs).isEqualTo(LATENCY_NS);
        // The seeder's end to the leecher has blocks waiting: 64 KiB take 65 ms.
        assertThat(network.runUntil(seederEnd::hasBlocks, network.nowNs() + NetworkModel.SECOND)).isTrue();
        long behindNs = network.nowNs();
        int piece = untold();
        seederEnd.have(piece);
        network.flush();
        assertThat(network.runUntil(() -> leecherEnd.isTold(piece), behindNs + NetworkModel.SECOND)).isTrue();
        assertThat(network.nowNs() - behindNs).isGreaterThan(LATENCY_NS);
    }
}
