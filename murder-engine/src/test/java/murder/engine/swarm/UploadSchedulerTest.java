package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import murder.metainfo.PieceLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UploadSchedulerTest {
    private static final long SECOND = TestSwarm.SECOND;
    private TestSwarm s;

    @BeforeEach
    void peersThatAskedForTwoPieces() throws Exception {
        s = swarm();
    }

    private static TestSwarm swarm(TokenBucket... limits) throws Exception {
        TestSwarm s = new TestSwarm("""
            us ##
            a  ..
            b  ..
            """, 2, TestSwarm.CONFIG, limits);
        for (String name : List.of("a", "b")) {
            s.peer(name).out.take();
            for (String block : List.of("0/0", "0/1", "1/0", "1/1")) {
                s.request(name, block);
            }
        }
        return s;
    }

    @Test
    void sendsOnePiecePerTurn() {
        s.peer("a").out.capacity = 2;
        s.peer("b").out.capacity = 2;
        s.turn();
        assertThat(s.peer("a").out.take()).containsExactly("block 0/0", "block 0/1");
        assertThat(s.peer("b").out.take()).containsExactly("block 0/0", "block 0/1");
        for (String name : List.of("b", "a")) {
            s.peer(name).out.capacity = 9;
            s.peer(name).at.onWritable();
        }
        s.turn();
        assertThat(s.peer("a").out.take()).containsExactly("block 1/0", "block 1/1");
        assertThat(s.peer("b").out.take()).containsExactly("block 1/0", "block 1/1");
    }

    @Test
    void skipsPeerWithFullConnection() {
        s.peer("a").out.capacity = 0;
        s.turn();
        assertThat(s.peer("a").out.take()).isEmpty();
        assertThat(s.peer("b").out.take()).hasSize(4);
        s.peer("a").out.capacity = 1;
        s.peer("a").at.onWritable();
        s.turn();
        assertThat(s.peer("a").out.take()).containsExactly("block 0/0");
    }

    @Test
    void sharedRateLimitSchedulesNextSend() throws Exception {
        TokenBucket limit = new TokenBucket(PieceLayout.BLOCK_LENGTH);
        limit.take(SwarmConfig.MAX_REQUEST_LENGTH - 3 * PieceLayout.BLOCK_LENGTH);
        s = swarm(limit);
        long deadlineNs = s.swarm.onTurn(0);
        assertThat(s.peer("a").out.take().size() + s.peer("b").out.take().size()).isEqualTo(3);
        // Housekeeping comes before that.
        assertThat(deadlineNs).isEqualTo(SwarmConfig.TICK_NS);
        UploadScheduler scheduler = s.swarm.uploads();
        assertThat(scheduler.nextDeadlineNs()).isEqualTo(SECOND);
        scheduler.transmit(SECOND - 1);
        assertThat(s.peer("a").out.take().size() + s.peer("b").out.take().size()).isZero();
    }

    @Test
    void cancelRejectsQueuedRequest() throws Exception {
        s.peer("a").out.capacity = 0;
        s.peer("a").at.onCancel(0, 0, 16384, 16384);
        assertThat(s.peer("a").out.take()).containsExactly("reject 0/1");
        s.peer("a").out.capacity = 9;
        s.turn();
        assertThat(s.peer("a").out.take()).containsExactly("block 0/0", "block 1/0", "block 1/1");
    }
}
