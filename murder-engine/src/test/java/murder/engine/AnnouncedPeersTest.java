package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;
import org.junit.jupiter.api.Test;

/** Whom the engine dials because a tracker says so. */
class AnnouncedPeersTest {
    private static final String ELSEWHERE = "http://10.0.0.1:6969/announce";
    private static final List<String> ALL = List.of("10.0.0.2", "127.0.0.1", "169.254.169.254", "224.0.0.1", "0.0.0.0",
        "255.255.255.255", "2001:db8::2", "::1", "fe80::2", "ff02::1");

    private static List<String> allowed(String url, String bound, String announced) throws Exception {
        AnnouncedPeers peers = new AnnouncedPeers(address(bound), address(announced));
        List<AnnouncedPeer> told = ALL.stream().map(AnnouncedPeersTest::peer).toList();
        AnnounceResponse response = peers.allowed(url, new AnnounceResponse(60, 30, 1, 2, told, "id", "careful"));
        assertThat(new AnnounceResponse(60, 30, 1, 2, told, "id", "careful")).usingRecursiveComparison().ignoringFields("peers")
            .isEqualTo(response);
        return ALL.stream().filter(text -> response.peers().contains(peer(text))).toList();
    }

    private static InetAddress address(String text) throws Exception {
        return text == null ? null : InetAddress.getByName(text);
    }

    private static AnnouncedPeer peer(String text) {
        try {
            return new AnnouncedPeer(PeerAddress.of(address(text).getAddress(), 22), (PeerId) null);
        } catch (Exception e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @Test
    void trackerNamesOtherHostsOnly() throws Exception {
        assertThat(allowed(ELSEWHERE, null, null)).containsExactly("10.0.0.2", "2001:db8::2");
        assertThat(allowed(ELSEWHERE, "0.0.0.0", "10.0.0.3")).containsExactly("10.0.0.2", "2001:db8::2");
    }

    @Test
    void peerOnLoopbackDialsLoopback() throws Exception {
        assertThat(allowed(ELSEWHERE, "127.0.0.1", null)).containsExactly("10.0.0.2", "127.0.0.1", "2001:db8::2", "::1");
    }

    @Test
    void peerKnownByLinkDialsLink() throws Exception {
        assertThat(allowed(ELSEWHERE, null, "169.254.3.4")).containsExactly("10.0.0.2", "169.254.169.254", "2001:db8::2", "fe80::2");
    }

    @Test
    void trackerOnThisHostNamesLoopback() throws Exception {
        for (String url : List.of("http://127.0.0.1:6969/announce", "udp://localhost:6969", "http://[::1]:6969/announce")) {
            assertThat(allowed(url, null, null)).as(url).containsExactly("10.0.0.2", "127.0.0.1", "2001:db8::2", "::1");
        }
    }

    @Test
    void noReplyStaysNoReply() throws Exception {
        assertThat(new AnnouncedPeers(null, null).allowed(ELSEWHERE, null)).isNull();
    }
}
