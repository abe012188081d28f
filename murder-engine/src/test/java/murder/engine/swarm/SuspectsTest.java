package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SuspectsTest {
    private final Suspects suspects = new Suspects(new Bans());
    private PeerConnection a;
    private PeerConnection b;
    private PeerConnection c;

    @BeforeEach
    void threePeers() throws Exception {
        TestSwarm s = new TestSwarm("us .\na .\nb .\nc .", 2);
        a = s.peer("a").at;
        b = s.peer("b").at;
        c = s.peer("c").at;
    }

    private static ActivePiece from(PeerConnection... sources) {
        ActivePiece piece = new ActivePiece(0, 0, sources.length);
        for (int block = 0; block < sources.length; block++) {
            piece.onReceived(0, block, sources[block]);
        }
        return piece;
    }

    @Test
    void badPieceConvictsItsOnlySender() {
        assertThat(suspects.onBadPiece(from(a, a))).isSameAs(a);
        assertThat(suspects.isBanned(a.address(), a.peerId())).isTrue();
        assertThat(suspects.isBanned(b.address(), b.peerId())).isFalse();
    }

    @Test
    void thirdBanCoversWholeHost() {
        suspects.onBadPiece(from(a, a));
        assertThat(suspects.isBanned(a.address().withPort(1), a.peerId())).isTrue();
        assertThat(suspects.isBanned(a.address().withPort(1))).isFalse();
        suspects.onBadPiece(from(a, a));
        suspects.onBadPiece(from(a, a));
        assertThat(suspects.isBanned(a.address().withPort(1), new PeerId(7, 7, 7))).isTrue();
        assertThat(suspects.isBanned(a.address().withPort(1))).isTrue();
    }

    @Test
    void bansPeerIdOnLoopback() throws Exception {
        PeerAddress loopback = PeerAddress.ofIpv4(0x7f000001, 1);
        PeerConnection peer = new TestSwarm("us .", 2).swarm.onConnected(0,
            new PeerConnection.Peer(loopback, true, new PeerId(8, 8, 8), true, true), new Recorder());
        assertThat(suspects.onBadPiece(from(peer, peer))).isSameAs(peer);
        assertThat(suspects.isBanned(loopback, new PeerId(7, 7, 7))).isFalse();
        assertThat(suspects.isBanned(loopback.withPort(2), peer.peerId())).isTrue();
    }

    @Test
    void suspicionOutlivesSwarm() throws Exception {
        String drawing = "us .\na #\nb #";
        TestSwarm before = new TestSwarm(drawing, 2, TestSwarm.CONFIG, suspects);
        assertThat(before.asked("b")).containsExactly("0/1");
        before.send("a", "0/0");
        before.send("b", "0/1");
        before.verified(0, false);
        TestSwarm after = new TestSwarm(drawing, 2, TestSwarm.CONFIG, suspects);
        assertThat(after.asked("a")).contains("0/0");
        assertThat(after.asked("b")).as("a suspect gets a piece alone").isEmpty();
    }

    @Test
    void badSharedPieceMakesSuspects() {
        assertThat(suspects.onBadPiece(from(a, b))).isNull();
        assertThat(List.of(suspects.isSuspect(a), suspects.isSuspect(b), suspects.isSuspect(c))).containsExactly(true, true, false);
        suspects.onGoodPiece(from(a, c));
        assertThat(suspects.isSuspect(a)).as("a piece in which others had a part clears nobody").isTrue();
        suspects.onGoodPiece(from(a, a));
        assertThat(suspects.isSuspect(a)).isFalse();
        assertThat(suspects.onBadPiece(from(b, b))).isSameAs(b);
        assertThat(suspects.isSuspect(b)).isFalse();
    }
}
