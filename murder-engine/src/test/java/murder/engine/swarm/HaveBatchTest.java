package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HaveBatchTest {
    private static final long MS = 1_000_000L;
    private TestSwarm s;

    /**
     * Peer a gives, b and c lack everything; b is interested in us, c is not. The first piece is
     * here and announced.
     */
    @BeforeEach
    void aFirstPieceIsTold() throws Exception {
        s = new TestSwarm("""
            us ......
            a  ######
            b  ......
            c  ......
            """, 1);
        s.peer("b").at.onInterested(0);
        s.at(10 * MS);
        complete(0);
        s.at(20 * MS);
        s.peer("b").out.take();
        s.peer("c").out.take();
    }

    private void complete(int piece) throws Exception {
        s.send("a", piece + "/0");
        s.verified(piece, true);
    }

    @Test
    void batchesHavesToInterestedPeer() throws Exception {
        complete(next());
        assertThat(s.peer("b").out.take("have")).isEmpty();
        complete(next());
        assertThat(s.peer("b").out.take("have")).isEmpty();
        s.at(200 * MS);
        assertThat(s.peer("b").out.take("have")).hasSize(2);
        s.at(400 * MS);
        assertThat(s.peer("b").out.take("have")).isEmpty();
    }

    @Test
    void uninterestedPeerGetsHaveAtOnce() throws Exception {
        int piece = next();
        complete(piece);
        assertThat(s.peer("c").out.take("have")).containsExactly(String.valueOf(piece));
    }

    @Test
    void holderOfPieceGetsNoHave() throws Exception {
        s.peer("a").out.take();
        s.add("d", "######", "");
        s.peer("d").out.take();
        complete(next());
        s.at(200 * MS);
        assertThat(s.peer("a").out.take("have")).isEmpty();
        assertThat(s.peer("d").out.take("have")).isEmpty();
    }

    @Test
    void announcesAtOnceToRevealer() throws Exception {
        int piece = next();
        s.add("d", "......", "");
        s.peer("d").at.onHave(s.nowNs, piece);
        s.peer("d").out.take();
        complete(piece);
        assertThat(s.peer("d").out.take("have")).contains(String.valueOf(piece));
    }

    @Test
    void blockCarriesPendingHaves() throws Exception {
        int piece = next();
        complete(piece);
        s.request("b", "0/0");
        s.turn();
        assertThat(s.peer("b").out.take()).containsExactly("have " + piece, "block 0/0");
    }

    /** A piece that peer a was asked for. */
    private int next() {
        String block = s.asked("a").get(0);
        return Integer.parseInt(block.substring(0, block.indexOf('/')));
    }
}
