package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import murder.bencode.BencodeWriter;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.peer.PeerId;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;
import murder.tracker.IpLiteral;
import murder.tracker.ScrapeResponse;
import murder.tracker.SwarmOptions;
import murder.tracker.TrackerException.Reason;
import murder.tracker.TrackerException;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The behaviour of a tracker on any provider of HTTP servers. */
abstract class TrackerServerSuite {
    /** The original client's line, with the port and the event as parameters. */
    private static final String ORIGINAL = "GET /announce?info_hash=%AEv%BE%00%01%02%03%04%05%06%07%08%09%0A%0B%0C%0D%0E%0F%10"
        + "&peer_id=T03H-----6yi9nqzt2rZ&port=29140&uploaded=0&downloaded=0&left=0&no_peer_id=1&compact=1&event=started&ip=127.0.0.1"
        + "&key=nxLIze HTTP/1.1\r\nHost: 127.0.0.1:8998\r\nAccept-Encoding: gzip\r\nUser-Agent: BitTornado/T-0.3.17\r\n\r\n";
    private static final InfoHash HASH = new InfoHash(1, 2, 3);

    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong();
    private final TrackerClient client = new TrackerClient(TrackerClientOptions.defaults(), new SplittableRandom(3));

    /** Null for our own. */
    abstract HttpServerProvider provider();

    private TrackerServer start(TrackerServerOptions.Builder options) throws IOException {
        return TrackerServer.start(options.build(), clock::get, new SplittableRandom(1));
    }

    private TrackerServerOptions.Builder options() throws IOException {
        return TrackerServerOptions.builder().bindAddress(InetAddress.getByName("127.0.0.1")).port(0).provider(provider());
    }

    @Test
    void closedTrackerAnswersMembersAlone() throws Exception {
        SwarmKey key = SwarmKey.random(new SecureRandom());
        AnnounceRequest request = AnnounceRequest.of(HASH, PeerId.random(new Random(1)), 6881, 0).withEvent(AnnounceEvent.STARTED);
        try (TrackerServer server = start(options().swarmKeys(List.of(key)).allow(directory));
             TrackerClient.Session session = client.session(() -> true)) {
            String url = "http://127.0.0.1:" + server.port() + "/announce";
            assertThatThrownBy(() -> session.announce(url, request, null)).hasMessageContaining("has no seal");
            assertThatThrownBy(() -> session.announce(url, request, SwarmKey.random(new SecureRandom())))
                .hasMessageContaining("another key");
            assertThatThrownBy(() -> session.announce(url, request, key)).hasMessageContaining("not authorized");
            Files.createFile(directory.resolve(HASH + ".hash"));
            server.keepHouse();
            assertThat(session.announce(url, request, key).complete()).isEqualTo(1);
            assertThat(session.announce(url, request, key).complete()).isEqualTo(1);
            assertThatThrownBy(() -> session.announce(url, request.withEvent(AnnounceEvent.STOPPED), null)).hasMessageContaining("no seal");
            assertThat(server.swarms().swarms().get(HASH).complete()).isEqualTo(1);
            assertThat(exchange(server, "GET /torrents/a.torrent HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void answersTheOriginalClient() throws IOException {
        try (TrackerServer server = start(options())) {
            String first = exchange(server, ORIGINAL);
            assertThat(first).startsWith("HTTP/1.1 200 OK\r\n").endsWith("5:peers0:e")
                .contains("\r\n\r\nd8:completei1e10:incompletei0e8:intervali")
                .containsIgnoringCase("\r\nContent-type: text/plain\r\n").containsIgnoringCase("\r\nContent-length: ");
            String second = exchange(server, ORIGINAL.replace("2rZ&port=29140", "2rA&port=29141").replace("left=0", "left=5"));
            assertThat(second).contains("8:completei1e10:incompletei1e8:intervali").endsWith("5:peers6:\177\0\0\1\u0071\u00d4e")
                .doesNotContain("warning message");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/announce", "/announce.php", "/tracker.php/announce"})
    void answersInRequestedForm(String path) throws IOException {
        try (TrackerServer server = start(options())) {
            exchange(server, ORIGINAL);
            String other = ORIGINAL.replace("/announce", path).replace("2rZ&", "2rA&").replace("left=0", "left=1").replace("29140", "2222");
            assertThat(exchange(server, other.replace("compact=1", "compact=0"))).endsWith("5:peers6:\177\0\0\1\u0071\u00d4e");
            assertThat(exchange(server, other.replace("&compact=1", "")))
                .endsWith("5:peersld2:ip9:127.0.0.14:porti29140eeee");
            assertThat(exchange(server, other.replace("&no_peer_id=1&compact=1", "")))
                .endsWith("5:peersld2:ip9:127.0.0.14:porti29140eeee");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "info_hash=%AEv%BE%00%01%02%03%04%05%06%07%08%09%0A%0B%0C%0D%0E%0F%10& | '' | info_hash is missing",
        "%AEv%BE | '' | info_hash has 17 bytes, not 20",
        "T03H | '' | peer_id has 16 bytes, not 20",
        "port=29140 | port=65536 | port is not in 0..65535",
        "port=29140 | port=x | port is not a number from 0 to 2^64-1",
        "&port=29140 | '' | port is missing",
        "left=0 | left=x | left is not a number from 0 to 2^64-1",
        "event=started | event=exploded | event is none of started, completed and stopped",
        "compact=1 | zone=ZONE | zone has 71 characters, at most 64 are allowed"})
    void aRefusalSaysWhatIsWrong(String what, String instead, String reason) throws IOException {
        try (TrackerServer server = start(options())) {
            assertThat(ORIGINAL).contains(what);
            assertThat(exchange(server, ORIGINAL.replace(what, instead.replace("ZONE", "a".repeat(71))))).startsWith("HTTP/1.1 200 OK")
                .endsWith("\r\n\r\nd14:failure reason" + reason.length() + ":" + reason + "e");
        }
    }

    @Test
    void tooLongAQueryIsRefused() throws IOException {
        try (TrackerServer server = start(options())) {
            assertThat(exchange(server, ORIGINAL.replace("key=nxLIze", "x=" + "a".repeat(20_000)))).contains("failure reason",
                "query of 20");
        }
    }

    @Test
    void answersUnknownPathsAndMethods() throws IOException {
        try (TrackerServer server = start(options())) {
            assertThat(exchange(server, "GET /favicon.ico HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 404")
                .contains("elsewhere in the universe");
            assertThat(exchange(server, "GET /announce/x HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 404");
            assertThat(exchange(server, "POST /announce HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc")).startsWith("HTTP/1.1 405")
                .containsIgnoringCase("allow: GET, HEAD");
            String head = exchange(server, ORIGINAL.replace("GET", "HEAD"));
            assertThat(head).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n").containsPattern("(?i)content-length: [1-9]");
            assertThat(exchange(server, "complete nonsense\r\n\r\n")).startsWith("HTTP/1.1 400");
            assertThat(exchange(server, "GET mailto:x HTTP/1.0\r\n\r\n")).doesNotContain("200");
            assertThat(exchange(server, "GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void headSaysTheLengthOfGet() throws IOException {
        try (TrackerServer server = start(options())) {
            for (String path : List.of("/", "/scrape", "/announce", "/nowhere")) {
                String got = exchange(server, "GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                String head = exchange(server, "HEAD " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                assertThat(head).endsWith("\r\n\r\n")
                    .containsIgnoringCase("\r\nContent-Length: " + got.substring(got.indexOf("\r\n\r\n") + 4).length() + "\r\n");
            }
        }
    }

    @Test
    void faultsOfHandlersCostTheirRequest() throws IOException {
        AtomicBoolean faulty = new AtomicBoolean(true);
        try (TrackerServer server = TrackerServer.start(options().build(), () -> {
            if (faulty.get()) {
                throw new IllegalStateException("meant by this test");
            }
            return 1;
        }, new SplittableRandom(1))) {
            for (int i = 1; i <= 3; i++) {
                assertThat(exchange(server, ORIGINAL)).startsWith("HTTP/1.1 500 ").endsWith("a fault of the tracker\n");
                assertThat(server.failedRequests()).isEqualTo(i);
            }
            faulty.set(false);
            assertThat(exchange(server, ORIGINAL)).startsWith("HTTP/1.1 200 ");
            assertThat(server.failedRequests()).isEqualTo(3);
            assertThat(server.failure()).isNull();
        }
    }

    @Test
    void clientAndServerMatch() throws Exception {
        try (TrackerServer server = start(options())) {
            String url = "http://127.0.0.1:" + server.port() + "/announce";
            client.announce(url, request(1, 0).withIp(IpLiteral.parse("2001:db8::7", 0)));
            client.announce(url, request(2, 9).withIp(IpLiteral.parse("10.1.1.1", 0)).withKey("k"));
            AnnounceResponse response = client.announce(url, request(3, 9).withZone("rack-1"));
            assertThat(response.complete()).isEqualTo(1);
            assertThat(response.incomplete()).isEqualTo(2);
            assertThat(response.peers()).containsExactlyInAnyOrder(new AnnouncedPeer(IpLiteral.parse("2001:db8::7", 6881), null),
                new AnnouncedPeer(IpLiteral.parse("10.1.1.1", 6882), null));
            client.announce(url, request(2, 0).withKey("k").withEvent(AnnounceEvent.COMPLETED));
            client.announce(url, request(3, 9).withEvent(AnnounceEvent.STOPPED));
            assertThat(client.scrape(url, List.of(HASH, new InfoHash(7, 7, 7))).swarms())
                .isEqualTo(Map.of(HASH, new ScrapeResponse.Counts(2, 1, 0, "")));
            clock.addAndGet((SwarmOptions.defaults().expirySeconds() + 1) * 1_000_000_000L);
            assertThat(client.announce(url, request(3, 9)).peers()).isEmpty();
        }
    }

    @Test
    void worksOverIpv6() throws Exception {
        try (TrackerServer server = start(options().bindAddress(InetAddress.getByName("::1")))) {
            String url = "http://[::1]:" + server.port() + "/announce";
            client.announce(url, request(1, 0));
            assertThat(client.announce(url, request(2, 1)).peers()).containsExactly(new AnnouncedPeer(IpLiteral.parse("::1", 6881), null));
        }
    }

    @Test
    void pageEscapesNames() throws Exception {
        torrent("one.torrent", "<b>&build");
        try (TrackerServer server = start(options().allow(directory))) {
            InfoHash hash = Metainfo.read(directory.resolve("one.torrent")).infoHash();
            client.announce("http://127.0.0.1:" + server.port() + "/announce", AnnounceRequest.of(hash, new PeerId(1, 1, 1), 5, 1));
            String page = exchange(server, "GET /index.html HTTP/1.0\r\n\r\n");
            assertThat(page).contains(hash.toString(), "&lt;b&gt;&amp;build").doesNotContain("<b>").contains("1 swarm");
        }
    }

    /** As a proxy on the tracker's host passes it on. */
    private static String forwarded(String path, String client) {
        return "GET " + path + " HTTP/1.0\r\nX-Forwarded-For: " + client + "\r\n\r\n";
    }

    @Test
    void strangersListNothing() throws Exception {
        try (TrackerServer server = start(options())) {
            client.announce(server.announceUrl(), request(1, 0));
            String hash = HASH.toString();
            assertThat(exchange(server, forwarded("/", "127.0.0.1"))).contains(hash);
            for (String stranger : List.of("198.51.100.7", "10.0.0.7", "127.0.0.1, 10.0.0.7", "2001:db8::7")) {
                assertThat(exchange(server, forwarded("/", stranger))).startsWith("HTTP/1.1 403 ").doesNotContain(hash)
                    .contains("open http://127.0.0.1:" + server.port() + "/ on this host, or through ssh -L ");
                assertThat(exchange(server, forwarded("/index.html", stranger))).startsWith("HTTP/1.1 403 ");
                assertThat(exchange(server, forwarded("/scrape", stranger))).contains("failure reason").doesNotContain("complete");
            }
            String query = "/scrape?info_hash=" + "%00%00%00%00%00%00%00%01%00%00%00%00%00%00%00%02%00%00%00%03";
            assertThat(exchange(server, forwarded(query, "10.0.0.7"))).contains("8:completei1e");
        }
    }

    @Test
    void proxiesNameTheirClients() throws IOException {
        try (TrackerServer server = start(options())) {
            String announce = ORIGINAL.replace("Host:", "X-Forwarded-For: 127.0.0.1, 192.0.2.7\r\nHost:");
            exchange(server, announce.replace("ip=127.0.0.1", "ip=192.0.2.8"));
            assertThat(exchange(server, ORIGINAL.replace("2rZ&port=29140", "2rA&port=29141").replace("left=0", "left=5")))
                .endsWith("5:peers6:\u00c0\0\2\7\u0071\u00d4e");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: http://evil.example", "Referer: http://evil.example/page", "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site", "origin: null"})
    void announcesOfWebPagesAreRefused(String field) throws IOException {
        try (TrackerServer server = start(options())) {
            assertThat(exchange(server, ORIGINAL.replace("Host:", field + "\r\nHost:"))).startsWith("HTTP/1.1 403 ");
            assertThat(server.swarms().swarms()).isEmpty();
            assertThat(exchange(server, ORIGINAL.replace("Host:", "Sec-Fetch-Site: none\r\nHost:"))).contains("8:interval");
            assertThat(exchange(server, "GET / HTTP/1.0\r\n" + field + "\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void servesTheTorrentsOfTheDirectory() throws Exception {
        torrent("one two.torrent", "one");
        Files.writeString(directory.resolve("broken.torrent"), "no torrent");
        Files.writeString(directory.resolve("readme.txt"), "no torrent either");
        try (TrackerServer server = start(options().allow(directory))) {
            String got = exchange(server, "GET /torrents/one%20two.torrent HTTP/1.0\r\n\r\n");
            assertThat(got).startsWith("HTTP/1.1 200 ").containsIgnoringCase("content-type: application/x-bittorrent")
                .endsWith("\r\n\r\n" + Files.readString(directory.resolve("one two.torrent"), StandardCharsets.ISO_8859_1));
            for (String other : List.of("broken.torrent", "readme.txt", "absent.torrent", "", "../one%20two.torrent", "%2e%2e/state",
                    "x/one%20two.torrent", "%00.torrent")) {
                assertThat(exchange(server, "GET /torrents/" + other + " HTTP/1.0\r\n\r\n")).as(other).doesNotContain(" 200 ");
            }
        }
        try (TrackerServer server = start(options())) {
            assertThat(exchange(server, "GET /torrents/one%20two.torrent HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void servesInfoHashesThatFilesName() throws Exception {
        Files.createFile(directory.resolve(HASH + ".hash"));
        Files.createFile(directory.resolve("nonsense.hash"));
        try (TrackerServer server = start(options().allow(directory))) {
            client.announce(server.announceUrl(), request(1, 0));
            assertNotAllowed(server.announceUrl(), new InfoHash(7, 7, 7));
        }
    }

    @Test
    void rewrittenTorrentKeepsSwarm() throws Exception {
        InfoHash one = torrent("one.torrent", "one");
        byte[] content = Files.readAllBytes(directory.resolve("one.torrent"));
        try (TrackerServer server = start(options().allow(directory))) {
            client.announce(server.announceUrl(), request(1, 0, one));
            Files.write(directory.resolve("one.torrent"), new byte[0]);
            server.keepHouse();
            assertThat(client.announce(server.announceUrl(), request(2, 1, one)).peers()).hasSize(1);
            Files.write(directory.resolve("one.torrent"), content);
            server.keepHouse();
            assertThat(server.swarms().swarms().get(one).name()).isEqualTo("one");
            Files.delete(directory.resolve("one.torrent"));
            server.keepHouse();
            assertNotAllowed(server.announceUrl(), one);
        }
    }

    @Test
    void tellsItsUrl() throws IOException {
        try (TrackerServer server = start(options())) {
            assertThat(server.announceUrl()).isEqualTo("http://127.0.0.1:" + server.port() + "/announce");
            assertThatThrownBy(() -> start(options().port(server.port()))).isInstanceOf(BindException.class)
                .hasMessageContaining("127.0.0.1 port " + server.port() + ": ");
        }
        try (TrackerServer server = start(options().bindAddress(InetAddress.getByName("::1")))) {
            assertThat(server.announceUrl()).isEqualTo("http://[0:0:0:0:0:0:0:1]:" + server.port() + "/announce");
        }
        try (TrackerServer server = start(options().bindAddress(null))) {
            assertThat(server.announceUrl()).startsWith("http://").doesNotContain("0.0.0.0").endsWith(":" + server.port() + "/announce");
        }
    }

    @Test
    void servesTorrentsOfChangingDirectory() throws Exception {
        InfoHash one = torrent("one.torrent", "one");
        Files.writeString(directory.resolve("broken.torrent"), "no torrent");
        Files.writeString(directory.resolve("readme.txt"), "no torrent either");
        try (TrackerServer server = start(options().allow(directory))) {
            String url = "http://127.0.0.1:" + server.port() + "/announce";
            client.announce(url, request(1, 1, one));
            assertNotAllowed(url, HASH);

            InfoHash two = torrent("broken.torrent", "two");
            Files.setLastModifiedTime(directory.resolve("broken.torrent"), FileTime.fromMillis(5_000));
            server.keepHouse();
            client.announce(url, request(1, 1, two));
            assertThat(server.swarms().swarms().get(two).name()).isEqualTo("two");

            Files.delete(directory.resolve("one.torrent"));
            server.keepHouse();
            assertNotAllowed(url, one);
            assertThat(server.swarms().swarms()).containsOnlyKeys(two);
        }
    }

    @Test
    void missingDirectoryFailsStart() {
        assertThatThrownBy(() -> start(options().allow(directory.resolve("absent")))).isInstanceOf(IOException.class);
    }

    @Test
    void theStateSurvivesARestart() throws Exception {
        Path state = directory.resolve("state");
        try (TrackerServer server = start(options().state(state))) {
            client.announce("http://127.0.0.1:" + server.port() + "/announce", request(1, 0).withKey("k"));
        }
        try (TrackerServer server = start(options().state(state))) {
            String url = "http://127.0.0.1:" + server.port() + "/announce";
            assertThat(client.announce(url, request(2, 1)).peers()).containsExactly(new AnnouncedPeer(IpLiteral.parse("127.0.0.1", 6881),
                null));
        }
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
        assertThat(Files.getPosixFilePermissions(state)).as("it holds keys").isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void stateFollowsNoLink() throws Exception {
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Files.createSymbolicLink(directory.resolve("state.tmp"), victim);
        Files.setPosixFilePermissions(Files.createFile(directory.resolve("state")), PosixFilePermissions.fromString("rw-r--r--"));
        Files.write(directory.resolve("state"), StateFile.encode(List.of()));
        try (TrackerServer server = start(options().state(directory.resolve("state")))) {
            client.announce(server.announceUrl(), request(1, 0));
        }
        assertThat(victim).hasContent("precious");
        assertThat(directory.resolve("state")).isRegularFile();
        assertThat(Files.getPosixFilePermissions(directory.resolve("state"))).hasSize(2);
    }

    @Test
    void savesStateWhileRunning() throws Exception {
        Path state = directory.resolve("state");
        try (TrackerServer server = start(options().state(state))) {
            client.announce("http://127.0.0.1:" + server.port() + "/announce", request(1, 0));
            server.keepHouse();
            assertThat(StateFile.decode(Files.readAllBytes(state))).singleElement().satisfies(swarm -> assertThat(swarm.peers())
                .hasSize(1));
        }
    }

    @Test
    void renamesBrokenStateFile() throws Exception {
        Path state = directory.resolve("state");
        Files.writeString(state, "d6:swarms");
        try (TrackerServer server = start(options().state(state))) {
            assertThat(server.swarms().swarms()).isEmpty();
            assertThat(directory.resolve("state.corrupt")).hasContent("d6:swarms");
        }
        assertThat(StateFile.decode(Files.readAllBytes(state))).isEmpty();
    }

    @Test
    void unwritableStateKeepsTrackerRunning() throws Exception {
        Path gone = Files.createDirectory(directory.resolve("gone"));
        try (TrackerServer server = start(options().state(gone.resolve("state")))) {
            Files.delete(gone);
            server.keepHouse();
            assertThat(client.announce("http://127.0.0.1:" + server.port() + "/announce", request(1, 0)).complete()).isEqualTo(1);
        }
    }

    @Test
    void closingTwiceIsHarmless() throws Exception {
        TrackerServer server = start(options());
        int port = server.port();
        server.close();
        server.close();
        try (TrackerServer again = start(options().port(port))) {
            assertThat(again.port()).isEqualTo(port);
        }
    }

    private void assertNotAllowed(String url, InfoHash hash) {
        assertThatThrownBy(() -> client.announce(url, request(1, 1, hash)))
            .isInstanceOfSatisfying(TrackerException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
            .hasMessageContaining("not authorized");
    }

    private InfoHash torrent(String file, String name) throws Exception {
        byte[] torrent = new BencodeWriter().beginDictionary().key("info").beginDictionary().key("length").integer(5).key("name")
            .string(name)
            .key("piece length").integer(16384).key("pieces").string(new byte[20]).end().end().toByteArray();
        Files.write(directory.resolve(file), torrent);
        return Metainfo.parse(torrent).infoHash();
    }

    private static AnnounceRequest request(int peer, long left) {
        return request(peer, left, HASH);
    }

    private static AnnounceRequest request(int peer, long left, InfoHash hash) {
        return AnnounceRequest.of(hash, new PeerId(peer, 0, 0), 6880 + peer, left);
    }

    /**
     * Sends bytes and returns all that comes back until the server closes, one character a byte.
     */
    private static String exchange(TrackerServer server, String request) throws IOException {
        try (Socket socket = new Socket(server.address().getAddress(), server.port())) {
            socket.getOutputStream().write(Text.latin1(request));
            socket.shutdownOutput(); // The JDK's provider would wait for another request.
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
