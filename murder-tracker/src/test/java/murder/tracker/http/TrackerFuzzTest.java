package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import murder.bencode.BencodeException;
import murder.fuzz.Fuzz;
import murder.fuzz.Mutator;
import murder.fuzz.SeededProperties;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;
import murder.tracker.IpLiteral;
import murder.tracker.SwarmSnapshot;
import murder.tracker.TrackerException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;

/** Hostile queries, replies of trackers over HTTP and UDP, URLs, and state files. */
@Tag(SeededProperties.FUZZ)
class TrackerFuzzTest {
    private static final String HASH = "h".repeat(20);
    private static final String BODY = "d8:completei1e10:incompletei2e8:intervali15e12:min intervali5e5:peersld2:ip9:127.0.0.14:porti22eee"
        + "6:peers618:aaaaaaaaaaaaaaaaaa10:tracker id1:t15:warning message1:we";
    private static final String SCRAPE = "d5:filesd20:" + HASH + "d8:completei1e10:downloadedi2e10:incompletei3e4:name1:nee"
        + "5:flagsd1:xi1eee";
    private static final String BENCODE = "0123456789:-ilde";
    private static final AnnounceRequest REQUEST = AnnounceRequest.of(new InfoHash(1, 2, 3), new PeerId(4, 5, 6), 6881, 10);

    private final Fuzz queries = Fuzz.of(new Mutator(Fuzz.samples("info_hash=" + HASH + "&peer_id=" + HASH
        + "&port=6881&uploaded=1&downloaded=2&left=3&event=started&numwant=50&key=abc&ip=10.0.0.1&compact=1&no_peer_id=1"
        + "&trackerid=t&zone=r%207",
        "info_hash=%00%ff" + "h".repeat(18) + "&peer_id=" + HASH + "&port=1&left=&ip=::ffff:1.2.3.4&numwant=-1"), "&=%+0123456789.:-"),
        TrackerFuzzTest::readQuery).throwing(TrackerException.class).allocating(0, 60);
    private final Fuzz replies = Fuzz.of(new Mutator(List.of(http("Content-Length: " + BODY.length(), BODY),
        http("Content-Length: " + SCRAPE.length() + "\r\nConnection: keep-alive", SCRAPE), http("A: b", BODY),
        http("Transfer-Encoding: chunked", "10\r\n" + BODY.substring(0, 16) + "\r\n" + Integer.toHexString(BODY.length() - 16)
            + ";x=y\r\n" + BODY.substring(16) + "\r\n0\r\nTrailer: 1\r\n\r\n"),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 302 Found\r\nLocation: /x\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1),
        zipped(BODY), zipped("a".repeat(1 << 20))), BENCODE + "\r\n "), TrackerFuzzTest::readReply)
        .throwing(TrackerException.class).throwing(EOFException.class)
        // The longest body, as it grows, zipped and not; then what a body of tiny values takes.
        .allocating(6L * Replies.MAX_LENGTH, 600);
    private final Fuzz bodies = Fuzz.of(new Mutator(Fuzz.samples(BODY, SCRAPE,
        "d8:interval2:155:peers12:abcdefghijkle", "d8:intervali5e5:peersdee"), BENCODE), TrackerFuzzTest::readBody)
        .throwing(TrackerException.class).allocating(0, 600);
    private final Fuzz states = Fuzz.of(new Mutator(List.of(state()), BENCODE), bytes -> {
        assertThat(StateFile.decode(StateFile.encode(StateFile.decode(bytes)))).isEqualTo(StateFile.decode(bytes));
    }).throwing(BencodeException.class).allocating(0, 1200);
    private final Fuzz urls = Fuzz.of(new Mutator(Fuzz.samples("http://10.0.0.1:8998/announce", "udp://[fd00::1]:80/announce?x=1",
        "https://tracker.example/a/b/announce.php?pass=%20#x", "//host/announce", "/announce", "x/announce"), ":/?#[]@%."),
        TrackerFuzzTest::readUrl).throwing(TrackerException.class).allocating(0, 100);
    private final Fuzz addresses = Fuzz.of(new Mutator(Fuzz.samples("1.2.3.4", "::1", "2001:db8::8:800:200c:417a", "::ffff:1.2.3.4"),
        ".:0123456789abcdefF"), TrackerFuzzTest::readAddress).allocating(0, 100);
    private final Fuzz packets = Fuzz.of(new Mutator(List.of(announcePacket(), scrapePacket()), "\0\3"), this::readPacket)
        .throwing(TrackerException.class)
        // A datagram, and the peers that fit into one.
        .allocating(3 * 65_535 + Replies.MAX_PEERS * 100L, 10);
    private DatagramSocket tracker;
    private volatile byte[] answer;
    private TrackerClient client;

    TrackerFuzzTest() throws IOException {
    }

    @Property(tries = 30_000, shrinking = ShrinkingMode.OFF)
    void queriesAreReadOrRefused(@ForAll long seed) throws Exception {
        queries.run(seed);
    }

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void repliesAreReadOrRefused(@ForAll long seed) throws Exception {
        replies.run(seed);
        bodies.run(seed);
    }

    @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
    void packetsAreReadOrRefused(@ForAll long seed) throws Exception {
        if (tracker == null) {
            tracker = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            Thread thread = new Thread(this::serve, "udp-tracker");
            thread.setDaemon(true);
            thread.start();
        }
        packets.run(seed);
    }

    @AfterProperty
    void closeTracker() {
        if (tracker != null) {
            tracker.close();
        }
    }

    @Property(tries = 15_000, shrinking = ShrinkingMode.OFF)
    void statesAreReadOrRefused(@ForAll long seed) throws Exception {
        states.run(seed);
    }

    @Property(tries = 15_000, shrinking = ShrinkingMode.OFF)
    void urlsAreReadOrRefused(@ForAll long seed) throws Exception {
        urls.run(seed);
        addresses.run(seed);
    }

    private static void readQuery(byte[] bytes) throws TrackerException {
        AnnounceRequest read = AnnounceQuery.parse(Query.parse(new String(bytes, StandardCharsets.ISO_8859_1)));
        assertThat(AnnounceQuery.parse(Query.parse(AnnounceQuery.format(read)))).isEqualTo(read);
    }

    private static void readReply(byte[] bytes) throws IOException, TrackerException {
        HttpReply reply = HttpReply.read(new ByteArrayInputStream(bytes));
        assertThat(reply.status()).isBetween(0, 999);
        assertThat(reply.body().length).isLessThanOrEqualTo(Replies.MAX_LENGTH);
        if (reply.isRedirect()) {
            TrackerUrl.parse("http://a/announce").redirect(reply.header("location"));
        } else if (reply.body().length > 0 && reply.body()[0] == 'd') {
            readBody(reply.body());
        }
    }

    private static void readBody(byte[] body) throws TrackerException {
        assertThat(Replies.readScrape(body).swarms().size()).isLessThanOrEqualTo(body.length / InfoHash.LENGTH);
        AnnounceResponse read = Replies.readAnnounce(body);
        assertThat(read.peers().size()).isLessThanOrEqualTo(Replies.MAX_PEERS);
        assertThat(read.intervalSeconds()).isBetween(1, 86_400);
        assertThat(read.minIntervalSeconds()).isBetween(0, 86_400);
    }

    private static void readUrl(byte[] bytes) throws TrackerException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        TrackerUrl base = TrackerUrl.parse("https://a:1/b/announce");
        if (text.indexOf("://") < 0) {
            assertThat(base.redirect(text).port()).isBetween(1, 65_535);
            return;
        }
        TrackerUrl read = TrackerUrl.parse(text);
        assertThat(TrackerUrl.parse(read.toString())).isEqualTo(read);
        if (read.path().contains("/announce")) {
            read.scrape();
        }
    }

    private static void readAddress(byte[] bytes) {
        PeerAddress read = IpLiteral.parse(new String(bytes, StandardCharsets.ISO_8859_1), 7);
        if (read != null) {
            assertThat(IpLiteral.parse(IpLiteral.format(read), 7)).isEqualTo(read);
        }
    }

    /** The client sends a new request each time, and gets the input with its transaction id. */
    private void readPacket(byte[] bytes) throws IOException, TrackerException {
        answer = bytes;
        client = new TrackerClient(TrackerClientOptions.builder().requestTimeout(Duration.ofSeconds(20)).build(), new SplittableRandom(1));
        AnnounceResponse read = client.announce("udp://127.0.0.1:" + tracker.getLocalPort() + "/announce", REQUEST);
        assertThat(read.peers().size()).isLessThanOrEqualTo(Replies.MAX_PEERS);
        assertThat(read.intervalSeconds()).isBetween(1, 86_400);
        assertThat(read.complete()).isGreaterThanOrEqualTo(AnnounceResponse.UNKNOWN);
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        while (!tracker.isClosed()) {
            try {
                tracker.receive(packet);
                ByteBuffer asked = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
                byte[] reply = asked.getInt(8) == 0 ? new byte[16] : answer;
                // As long as a datagram may be over IPv4; one without transaction id would only be
                // waited for.
                ByteBuffer out = ByteBuffer.allocate(Math.min(65_507, Math.max(8, reply.length)));
                out.put(reply, 0, Math.min(reply.length, out.capacity())).putInt(4, asked.getInt(12));
                tracker.send(new DatagramPacket(out.array(), out.capacity(), packet.getSocketAddress()));
            } catch (IOException e) {
                return; // Closed: the property is over.
            }
        }
    }

    private static byte[] announcePacket() {
        return ByteBuffer.allocate(32).putInt(1).putInt(0).putInt(1800).putInt(3).putInt(4).putInt(0x01020304).putShort((short) 80)
            .putInt(0x01020305).putShort((short) 81).array();
    }

    private static byte[] scrapePacket() {
        return ByteBuffer.allocate(20).putInt(1).putInt(0).putInt(3).putInt(4).putInt(5).array();
    }

    private static byte[] state() {
        List<SwarmSnapshot.Peer> peers = List.of(
            new SwarmSnapshot.Peer(new AnnouncedPeer(PeerAddress.ofIpv4(0x0a000001, 6881), new PeerId(1, 2, 3)), "key", true, "zone"),
            new SwarmSnapshot.Peer(new AnnouncedPeer(new PeerAddress(1, 2, 3), new PeerId(4, 5, 6)), "", false, "\u20ac"));
        return StateFile.encode(List.of(new SwarmSnapshot(new InfoHash(1, 2, 3), 7, peers),
            new SwarmSnapshot(new InfoHash(4, 5, 6), 0, List.of())));
    }

    private static byte[] http(String head, String body) {
        return ("HTTP/1.1 200 OK\r\n" + head + "\r\n\r\n" + body).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] zipped(String body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(body.getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toByteArray();
    }
}
