package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;
import murder.tracker.IpLiteral;
import murder.tracker.ScrapeResponse;
import murder.tracker.TrackerException.Reason;
import murder.tracker.TrackerException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class UdpTrackerClientTest {
    private static final AnnounceRequest REQUEST = AnnounceRequest.of(new InfoHash(1, 2, 3), new PeerId(4, 5, 6), 6881, 10)
        .withProgress(7, 8, 9).withEvent(AnnounceEvent.STARTED).withKey("k").withNumWant(30);
    private static final long CONNECTION = 0x1122334455667788L;

    /** A tracker that answers packets by a script; null is silence. */
    private static final class UdpTracker implements AutoCloseable {
        interface Script {
            byte[] answer(ByteBuffer packet);
        }

        final List<ByteBuffer> packets = new CopyOnWriteArrayList<>();
        final List<Integer> ports = new CopyOnWriteArrayList<>();
        private final DatagramSocket socket;

        UdpTracker(String address, Script script) throws IOException {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), 0));
            Thread thread = new Thread(() -> serve(script), "udp-tracker");
            thread.setDaemon(true);
            thread.start();
        }

        String url() {
            return "udp://127.0.0.1:" + port() + "/announce";
        }

        int port() {
            return socket.getLocalPort();
        }

        private void serve(Script script) {
            while (!socket.isClosed()) {
                try {
                    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                    socket.receive(packet);
                    ByteBuffer bytes = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
                    packets.add(bytes.duplicate());
                    ports.add(packet.getPort());
                    byte[] reply = script.answer(bytes);
                    if (reply != null) {
                        socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                    }
                } catch (IOException e) {
                    // Closed: the test is over.
                    return;
                }
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private final TrackerClient client = new TrackerClient(
        TrackerClientOptions.builder().udpRetransmit(Duration.ofMillis(200)).build(), new SplittableRandom(1));

    @Test
    void connectsAndAnnouncesByBep15() throws Exception {
        try (UdpTracker tracker = new UdpTracker("127.0.0.1", UdpTrackerClientTest::answer)) {
            AnnounceResponse response = client.announce(tracker.url(), REQUEST);
            assertThat(response).isEqualTo(new AnnounceResponse(1800, 0, 4, 3,
                List.of(new AnnouncedPeer(IpLiteral.parse("1.2.3.4", 80), null)), "", ""));
            client.announce(tracker.url(), REQUEST.withEvent(AnnounceEvent.STOPPED));
            // One connect, which serves both announces.
            assertThat(tracker.packets).hasSize(3);
            ByteBuffer connect = tracker.packets.get(0);
            assertThat(connect.remaining()).isEqualTo(16);
            assertThat(connect.getLong(0)).isEqualTo(0x41727101980L);
            ByteBuffer announce = tracker.packets.get(1);
            assertThat(announce.remaining()).isEqualTo(98);
            assertThat(announce.getLong(0)).isEqualTo(CONNECTION);
            assertThat(announce.getInt(8)).isEqualTo(1);
            assertThat(InfoHash.read(announce.duplicate().position(16))).isEqualTo(REQUEST.infoHash());
            assertThat(PeerId.read(announce.duplicate().position(36))).isEqualTo(REQUEST.peerId());
            assertThat(announce.getLong(56)).isEqualTo(8);
            assertThat(announce.getLong(64)).isEqualTo(9);
            assertThat(announce.getLong(72)).isEqualTo(7);
            assertThat(announce.getInt(80)).isEqualTo(2);
            assertThat(announce.getInt(84)).isZero();
            assertThat(announce.getInt(92)).isEqualTo(30);
            assertThat(announce.getShort(96)).isEqualTo((short) 6881);
            assertThat(tracker.packets.get(2).getInt(80)).isEqualTo(3);
        }
    }

    @Test
    void usesIdFromOwnPort() throws Exception {
        try (UdpTracker tracker = new UdpTracker("127.0.0.1", UdpTrackerClientTest::answer)) {
            for (int i = 0; i < 4; i++) {
                client.announce(tracker.url(), REQUEST);
            }
            assertThat(tracker.packets).as("one connect").hasSize(5);
            assertThat(new HashSet<>(tracker.ports)).as("trackers bind ids to ports").hasSize(1);
        }
    }

    /**
     * The first address has no route, as those of the other family on a host that has one family:
     * nobody can say over which link.
     */
    @Test
    void triesOtherFamilyWhenUnreachable() throws Exception {
        try (UdpTracker tracker = new UdpTracker("127.0.0.1", UdpTrackerClientTest::answer)) {
            TrackerClient both = new TrackerClient(TrackerClientOptions.builder().resolver((host, deadline) -> new InetAddress[] {
                InetAddress.getByName("fe80::1"), InetAddress.getByName("127.0.0.1")}).build(), new SplittableRandom(1));
            assertThat(both.announce("udp://tracker:" + tracker.port() + "/announce", REQUEST)).isNotNull();
        }
    }

    @Test
    void retriesSoonAfterTrackerRestart() throws Exception {
        long[] connection = {CONNECTION};
        try (UdpTracker tracker = new UdpTracker("127.0.0.1", packet -> packet.getInt(8) == 0
            ? header(packet, 16).putLong(connection[0]).array() : packet.getLong(0) == connection[0] ? answer(packet) : null)) {
            client.announce(tracker.url(), REQUEST);
            connection[0]++;
            client.announce(tracker.url(), REQUEST);
            assertThat(tracker.packets).as("connect, announce, one in vain, connect, announce").hasSize(5);
        }
    }

    @Test
    void ipv6TrackerGivesIpv6Peers() throws Exception {
        try (UdpTracker tracker = new UdpTracker("::1", packet -> packet.getInt(8) == 0 ? answer(packet)
            : header(packet, 38).putInt(60).putInt(0).putInt(1).put(new byte[15]).put((byte) 9).putShort((short) 80).array())) {
            assertThat(client.announce("udp://[::1]:" + tracker.port(), REQUEST).peers())
                .containsExactly(new AnnouncedPeer(IpLiteral.parse("::9", 80), null));
        }
    }

    @Test
    void scrapes() throws Exception {
        try (UdpTracker tracker = new UdpTracker("127.0.0.1", packet -> packet.getInt(8) == 0 ? answer(packet)
            : header(packet, 32).putInt(1).putInt(2).putInt(3).putInt(4).putInt(5).putInt(6).array())) {
            InfoHash other = new InfoHash(9, 9, 9);
            assertThat(client.scrape(tracker.url(), List.of(REQUEST.infoHash(), other)).swarms()).isEqualTo(Map.of(
                REQUEST.infoHash(), new ScrapeResponse.Counts(1, 2, 3, ""), other, new ScrapeResponse.Counts(4, 5, 6, "")));
        }
    }

    @Test
    void repeatsUnansweredRequests() throws Exception {
        int[] count = new int[1];
        try (UdpTracker tracker = new UdpTracker("127.0.0.1", packet -> switch (count[0]++) {
            case 0 -> null;
            case 1 -> ByteBuffer.allocate(16).putInt(0).putInt(~packet.getInt(12)).putLong(666).array();
            case 2 -> new byte[3];
            default -> answer(packet);
        })) {
            assertThat(client.announce(tracker.url(), REQUEST).peers()).hasSize(1);
            assertThat(tracker.packets.get(0).duplicate().position(12)).isEqualTo(tracker.packets.get(1).duplicate().position(12));
        }
    }

    @Test
    void silenceTimesOut() throws Exception {
        try (UdpTracker tracker = new UdpTracker("127.0.0.1", packet -> null)) {
            assertThatThrownBy(() -> client.announce(tracker.url(), REQUEST, Duration.ofMillis(50)))
                .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aRefusalIsTheTrackersText() throws Exception {
        try (UdpTracker tracker = new UdpTracker("127.0.0.1", packet -> packet.getInt(8) == 0 ? answer(packet)
            : ByteBuffer.allocate(11).putInt(3).putInt(packet.getInt(12)).put("why".getBytes(StandardCharsets.US_ASCII)).array())) {
            assertThatThrownBy(() -> client.announce(tracker.url(), REQUEST)).hasMessage("why")
                .isInstanceOfSatisfying(TrackerException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
        }
    }

    @Test
    void reconnectsWhenTrackerForgotConnection() throws Exception {
        long[] connection = {CONNECTION};
        try (UdpTracker tracker = new UdpTracker("127.0.0.1", packet -> {
            if (packet.getInt(8) == 0) {
                return ByteBuffer.allocate(16).putInt(0).putInt(packet.getInt(12)).putLong(connection[0]).array();
            }
            return packet.getLong(0) == connection[0] ? answer(packet)
                : ByteBuffer.allocate(8).putInt(3).putInt(packet.getInt(12)).array();
        })) {
            client.announce(tracker.url(), REQUEST);
            connection[0]++;
            assertThat(client.announce(tracker.url(), REQUEST).peers()).hasSize(1);
        }
    }

    @Test
    void tellsThePathByBep41() throws Exception {
        try (UdpTracker tracker = new UdpTracker("127.0.0.1", UdpTrackerClientTest::answer)) {
            String path = "/" + "p".repeat(299) + "?x=1";
            client.announce("udp://127.0.0.1:" + tracker.port() + path, REQUEST);
            ByteBuffer options = tracker.packets.get(1).duplicate().position(98);
            assertThat(options.get()).isEqualTo((byte) 2);
            assertThat(options.get() & 0xff).isEqualTo(255);
            options.position(options.position() + 255);
            assertThat(options.get()).isEqualTo((byte) 2);
            byte[] rest = new byte[options.get()];
            options.get(rest);
            assertThat(new String(rest, StandardCharsets.US_ASCII)).isEqualTo(path.substring(255));
            assertThat(options.get()).isZero();
            assertThat(options.hasRemaining()).isFalse();
        }
    }

    @Property(tries = 60)
    void anyReplyGivesResponseOrError(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        try (UdpTracker tracker = new UdpTracker("127.0.0.1", packet -> {
            byte[] reply = answer(packet);
            if (random.nextBoolean()) {
                return Arrays.copyOf(reply, 8 + random.nextInt(reply.length));
            }
            int at = random.nextInt(reply.length - 4);
            // The transaction id stays, else the reply is not for us and the test only waits.
            reply[at < 4 ? at : at + 4] = (byte) random.nextInt(256);
            return reply;
        })) {
            client.announce(tracker.url(), REQUEST);
        } catch (TrackerException e) {
            assertThat(e.reason()).isIn(Reason.MALFORMED_REPLY, Reason.REFUSED);
        }
    }

    /** The right answer to a connect or an announce. */
    private static byte[] answer(ByteBuffer packet) {
        return packet.getInt(8) == 0 ? header(packet, 16).putLong(CONNECTION).array()
            : header(packet, 26).putInt(1800).putInt(3).putInt(4).putInt(0x01020304).putShort((short) 80).array();
    }

    private static ByteBuffer header(ByteBuffer packet, int length) {
        return ByteBuffer.allocate(length).putInt(packet.getInt(8)).putInt(packet.getInt(12));
    }
}
