package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;
import murder.tracker.IpLiteral;
import murder.tracker.TrackerException.Reason;
import murder.tracker.TrackerException;
import murder.tracker.httpserver.SelectorHttpProvider;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTrackerClientTest {
    private static final AnnounceRequest REQUEST = AnnounceRequest.of(new InfoHash(1, 2, 3), new PeerId(4, 5, 6), 6881, 10);
    private static final String BODY = "d8:completei1e10:incompletei2e8:intervali15e5:peers6:\1\2\3\4\u001a\u00e1e";

    private final TrackerClient client = new TrackerClient(TrackerClientOptions.defaults(), new SplittableRandom(1));

    @Test
    void refusesConnectionToItself() throws Exception {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            socket.connect(socket.getLocalSocketAddress());
            assertThatThrownBy(() -> HttpConnection.requireOther(socket)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void asksAsTheOriginalClientDoes() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.0 200 OK\r\n\r\n" + BODY)) {
            client.announce(server.url() + "?pass=1", REQUEST.withEvent(AnnounceEvent.STARTED).withKey("nxLIze").withNumWant(30)
                .withIp(IpLiteral.parse("10.0.0.9", 0)).withZone("r\u00e4ck 1").withTrackerId("t&d"));
            assertThat(server.heads).singleElement().asString().startsWith("GET /announce?pass=1&"
                + "info_hash=%00%00%00%00%00%00%00%01%00%00%00%00%00%00%00%02%00%00%00%03"
                + "&peer_id=%00%00%00%00%00%00%00%04%00%00%00%00%00%00%00%05%00%00%00%06"
                + "&port=6881&uploaded=0&downloaded=0&left=10&no_peer_id=1&compact=1&event=started&ip=10.0.0.9&key=nxLIze"
                + "&trackerid=t%26d&numwant=30&zone=r%C3%A4ck%201 HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.0 200 OK\r\n\r\nBODY",
        "HTTP/1.0 200 Not Authorized\r\nContent-Type: text/plain\r\n\r\nBODY",
        "HTTP/1.1 200 OK\r\nContent-Length: LENGTH\r\n\r\nBODY and more that is not ours",
        "HTTP/1.1 200 OK\nContent-Length: LENGTH\n\nBODY",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\ncontent-length:LENGTH\r\n\r\nBODY",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\nd\r\nREST\r\n0\r\nTrailer: 1\r\n\r\n"})
    void readsEveryKindOfBody(String reply) throws Exception {
        String rest = BODY.substring(1);
        String bytes = reply.replace("BODY", BODY).replace("LENGTH", "" + BODY.length())
            .replace("REST", Integer.toHexString(rest.length()).toUpperCase(Locale.ROOT) + "\r\n" + rest);
        try (RawServer server = RawServer.answering(bytes)) {
            AnnounceResponse response = client.announce(server.url(), REQUEST);
            assertThat(response.peers()).containsExactly(new AnnouncedPeer(IpLiteral.parse("1.2.3.4", 6881), null));
            assertThat(response.intervalSeconds()).isEqualTo(15);
        }
    }

    @Test
    void readsGzip() throws Exception {
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        reply.writeBytes(Text.latin1("HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n"));
        try (OutputStream zip = new GZIPOutputStream(reply)) {
            zip.write(Text.latin1(BODY));
        }
        try (RawServer server = RawServer.answering(reply.toByteArray())) {
            assertThat(client.announce(server.url(), REQUEST).peers()).hasSize(1);
        }
    }

    @Test
    void aGzipBombIsRefused() throws Exception {
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        reply.writeBytes(Text.latin1("HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n"));
        try (OutputStream zip = new GZIPOutputStream(reply)) {
            zip.write(new byte[20 << 20]);
        }
        try (RawServer server = RawServer.answering(reply.toByteArray())) {
            assertReason(server.url(), Reason.REPLY_TOO_LONG);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "HTTP/1.1 404 Not Found~~gone | HTTP_STATUS",
        "HTTP/1.0 400 Not Authorized~~you sent me garbage - no info hash | HTTP_STATUS",
        "HTTP/1.1 503 Busy~~d8:intervali15ee | HTTP_STATUS",
        "HTTP/1.1 400 Bad~~d14:failure reason3:whye | REFUSED",
        "HTTP/1.1 200 OK~~d14:failure reason3:whye | REFUSED",
        "HTTP/1.1 200 OK~~<html>hello</html> | MALFORMED_REPLY",
        "HTTP/1.1 200 OK~~ | MALFORMED_REPLY",
        "HTTP/1.1 200 OK~~le | MALFORMED_REPLY",
        "HTTP/1.1 200 OK~~d5:peersi5ee | MALFORMED_REPLY",
        "SSH-2.0-OpenSSH~~ | MALFORMED_REPLY",
        "HTTP/1.1 2x0 OK~~ | MALFORMED_REPLY",
        "HTTP/1.1 200 OK~Content-Length: 12x~~abc | MALFORMED_REPLY",
        "HTTP/1.1 200 OK~Content-Length: 99999999999999999999~~abc | REPLY_TOO_LONG",
        "HTTP/1.1 200 OK~Content-Encoding: br~~abc | MALFORMED_REPLY",
        "HTTP/1.1 200 OK~Content-Encoding: gzip~~abc | MALFORMED_REPLY",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~zz~ | MALFORMED_REPLY",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~-1~ | MALFORMED_REPLY",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~abc~0~~ | MALFORMED_REPLY",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~7fffffff~abc | REPLY_TOO_LONG",
        "HTTP/1.1 302 Found~Location: udp://127.0.0.1:1/~~ | BAD_REDIRECT",
        "HTTP/1.1 302 Found~Location: file:///etc/passwd~~ | BAD_REDIRECT"})
    void oddRepliesBecomeTypedErrors(String reply, Reason reason) throws Exception {
        try (RawServer server = RawServer.answering(reply.replace("~", "\r\n"))) {
            assertReason(server.url(), reason);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"})
    void truncatedReplyFails(String reply) throws Exception {
        try (RawServer server = RawServer.answering(reply)) {
            assertThatThrownBy(() -> client.announce(server.url(), REQUEST)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void followsRedirectsOfEveryForm() throws Exception {
        try (RawServer server = new RawServer((head, socket) -> {
            String location = head.startsWith("GET /announce?") ? "/b/first" : head.startsWith("GET /b/first?") ? "second?x=1"
                : head.startsWith("GET /b/second?x=1&info_hash=") ? "http://127.0.0.1:" + socket.getLocalPort() + "/third" : null;
            socket.getOutputStream().write(Text.latin1(location == null ? "HTTP/1.0 200 OK\r\n\r\n" + BODY
                : "HTTP/1.1 307 Go\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n"));
        })) {
            assertThat(client.announce(server.url(), REQUEST).peers()).hasSize(1);
            assertThat(server.heads).hasSize(4).last().asString().startsWith("GET /third?info_hash=%00");
        }
    }

    @Test
    void followsRedirectWithQuery() throws Exception {
        try (RawServer server = new RawServer((head, socket) -> {
            String query = head.substring(head.indexOf('?'), head.indexOf(" HTTP"));
            socket.getOutputStream().write(Text.latin1(head.startsWith("GET /third") ? "HTTP/1.0 200 OK\r\n\r\n" + BODY
                : "HTTP/1.1 307 Go\r\nLocation: /third" + query + "\r\nContent-Length: 0\r\n\r\n"));
        })) {
            client.announce(server.url(), REQUEST);
            assertThat(server.heads.get(1)).containsOnlyOnce("info_hash=");
        }
    }

    @Test
    void refusesRedirectToLocalhostOrHttp() throws Exception {
        TrackerUrl tls = TrackerUrl.parse("https://t.example/announce");
        assertThatThrownBy(() -> HttpTrackerClient.requireSafe(tls, TrackerUrl.parse("http://t.example/announce")))
            .isInstanceOfSatisfying(TrackerException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_REDIRECT));
        HttpTrackerClient.requireSafe(tls, TrackerUrl.parse("https://other.example/"));
        HttpTrackerClient.requireSafe(TrackerUrl.parse("http://t.example/"), tls);
        try (RawServer server = RawServer.answering("HTTP/1.0 200 OK\r\n\r\n" + BODY)) {
            for (String host : List.of("127.0.0.1", "localhost", "169.254.169.254", "[::1]", "[fe80::1]", "0.0.0.0")) {
                TrackerUrl target = TrackerUrl.parse("http://" + host + ":" + server.port() + "/announce");
                assertThatThrownBy(() -> HttpConnection.open(target, TrackerClientOptions.defaults(), new Deadline(Duration.ofSeconds(5)),
                    false)).isInstanceOfSatisfying(TrackerException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_REDIRECT));
            }
            assertThat(server.heads).isEmpty();
        }
    }

    @Test
    void handshakesThatDripEnd() throws Exception {
        TrackerClient hasty = new TrackerClient(TrackerClientOptions.builder().connectTimeout(Duration.ofMillis(300)).build(),
            new SplittableRandom(1));
        try (ServerSocket dripping = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Thread thread = new Thread(() -> {
                try (Socket socket = dripping.accept()) {
                    // The beginning of a record that would be long: the client waits for the rest.
                    socket.getOutputStream().write(new byte[] {22, 3, 3, 64, 0});
                    while (true) {
                        socket.getOutputStream().write(0);
                        LockSupport.parkNanos(1_000_000);
                    }
                } catch (IOException e) {
                    return; // The client hung up.
                }
            });
            thread.start();
            assertThatThrownBy(() -> hasty.announce("https://127.0.0.1:" + dripping.getLocalPort() + "/announce", REQUEST))
                .isInstanceOf(IOException.class);
            thread.join();
        }
    }

    @Test
    void aRedirectLoopEnds() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 302 Found\r\nLocation: /announce\r\nContent-Length: 0\r\n\r\n")) {
            assertReason(server.url(), Reason.BAD_REDIRECT);
            assertThat(server.heads).hasSize(6);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\nX: ",
        "HTTP/1.0 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n"})
    void endlessRepliesAreCutOff(String start) throws Exception {
        try (RawServer server = new RawServer((head, socket) -> {
            socket.getOutputStream().write(Text.latin1(start));
            byte[] noise = Text.latin1("1\r\nx\r\n".repeat(2000));
            while (true) {
                socket.getOutputStream().write(noise);
            }
        })) {
            assertReason(server.url(), Reason.REPLY_TOO_LONG);
        }
    }

    @Test
    void silentTrackerTimesOut() throws Exception {
        TrackerClient hasty = new TrackerClient(TrackerClientOptions.builder().requestTimeout(Duration.ofMillis(50)).build(),
            new SplittableRandom(1));
        // The kernel accepts, but no program answers.
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> hasty.announce("http://127.0.0.1:" + silent.getLocalPort() + "/announce", REQUEST))
                .isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> client.announce("http://127.0.0.1:" + silent.getLocalPort() + "/announce", REQUEST,
                Duration.ofMillis(50))).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void drippingReplyHitsTimeLimit() throws Exception {
        try (RawServer server = new RawServer((head, socket) -> {
            byte[] drip = {'H'};
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(Text.latin1("HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n"));
            while (true) {
                socket.getOutputStream().write(drip);
            }
        })) {
            assertThatThrownBy(() -> client.announce(server.url(), REQUEST, Duration.ofMillis(200)))
                .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void consecutiveAnnouncesShareConnection() throws Exception {
        List<SocketAddress> sources = new CopyOnWriteArrayList<>();
        HttpServer tracker = tracker(sources, BODY);
        int[] left = {5};
        try (TrackerClient.Session session = client.session(() -> --left[0] > 0)) {
            for (int i = 0; i < 6; i++) {
                assertThat(session.announce(url(tracker), REQUEST, null).peers()).hasSize(1);
            }
            assertThat(sources.subList(0, 5)).containsOnly(sources.get(0));
            assertThat(sources.get(5)).as("the fifth was said to be the last").isNotEqualTo(sources.get(0));
        } finally {
            tracker.stop(0);
        }
    }

    /** Hosts that reach the tracker by one family alone learn of peers that announced by it. */
    @Test
    void announcesByBothFamilies() throws Exception {
        List<InetAddress> sources = new CopyOnWriteArrayList<>();
        HttpServer tracker = HttpServer.create(new InetSocketAddress(0), 50);
        tracker.createContext("/announce", exchange -> {
            sources.add(exchange.getRemoteAddress().getAddress());
            byte[] body = Text.latin1("d8:intervali9e5:peers6:" + (exchange.getRemoteAddress().getAddress() instanceof Inet4Address
                ? "ABCDEF" : "abcdef") + "e");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        tracker.start();
        InetAddress four = InetAddress.getByName("127.0.0.1");
        InetAddress six = InetAddress.getByName("::1");
        TrackerClient both = new TrackerClient(
            TrackerClientOptions.builder().resolver((host, deadline) -> new InetAddress[] {four, six}).build(), new SplittableRandom(1));
        try {
            assertThat(both.announce("http://tracker:" + tracker.getAddress().getPort() + "/announce", REQUEST).peers()).hasSize(2);
            assertThat(sources).containsExactly(four, six);
        } finally {
            tracker.stop(0);
        }
    }

    @Test
    void skipsUnreachableFamily() throws Exception {
        List<SocketAddress> sources = new CopyOnWriteArrayList<>();
        HttpServer tracker = tracker(sources, BODY); // On IPv4 alone.
        TrackerClient both = new TrackerClient(TrackerClientOptions.builder().resolver((host, deadline) -> new InetAddress[] {
            InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1")}).build(), new SplittableRandom(1));
        try {
            for (int i = 0; i < 3; i++) {
                assertThat(both.announce("http://tracker:" + tracker.getAddress().getPort() + "/announce", REQUEST).peers()).hasSize(1);
            }
            assertThat(sources).hasSize(3);
        } finally {
            tracker.stop(0);
        }
    }

    @Test
    void familyRestsForFiveMinutes() throws Exception {
        long[] nowNs = {0};
        Families families = new Families() {
            @Override
            long nowNs() {
                return nowNs[0];
            }
        };
        TrackerUrl url = TrackerUrl.parse("http://tracker:1/announce");
        InetAddress four = InetAddress.getByName("127.0.0.1");
        InetAddress six = InetAddress.getByName("::1");
        TrackerClientOptions options =
            TrackerClientOptions.builder().resolver((host, deadline) -> new InetAddress[] {four, six}).build();
        Deadline deadline = new Deadline(Duration.ofSeconds(9));
        assertThat(families.others(url, four, options, deadline)).containsExactly(six);
        assertThat(families.others(url, six, options, deadline)).containsExactly(four);
        assertThat(families.others(url, InetAddress.getByName("127.0.0.2"), options, deadline)).as("redirected").isEmpty();
        families.onFailure(url, new IOException("no route"));
        nowNs[0] = 299_999_999_999L;
        assertThat(families.others(url, four, options, deadline)).isEmpty();
        nowNs[0] = 300_000_000_000L;
        assertThat(families.others(url, four, options, deadline)).containsExactly(six);
    }

    @Test
    void keptConnectionServesOneTracker() throws Exception {
        HttpServer tracker = tracker(new CopyOnWriteArrayList<>(), BODY);
        HttpServer other = tracker(new CopyOnWriteArrayList<>(), "d14:failure reason5:othere");
        try (TrackerClient.Session session = client.session(() -> true)) {
            assertThat(session.announce(url(tracker), REQUEST, null).peers()).hasSize(1);
            assertThatThrownBy(() -> session.announce(url(other), REQUEST, null)).hasMessageContaining("other");
        } finally {
            tracker.stop(0);
            other.stop(0);
        }
    }

    @Test
    void sendsOneBufferPerConnection() throws Exception {
        List<SocketAddress> sources = new CopyOnWriteArrayList<>();
        HttpServer tracker = tracker(sources, BODY);
        try (TrackerClient.Session session = client.session(() -> true)) {
            for (int i = 0; i < 20; i++) {
                session.announce(url(tracker) + "?" + "x".repeat(3000), REQUEST, null);
            }
            assertThat(new HashSet<>(sources)).as("for 66 kB of requests").hasSize(3);
        } finally {
            tracker.stop(0);
        }
    }

    private static HttpServer tracker(List<SocketAddress> sources, String answer) throws IOException {
        HttpServer tracker = new SelectorHttpProvider(10, Duration.ofSeconds(10), fault -> { })
            .createHttpServer(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 10);
        tracker.createContext("/", exchange -> {
            sources.add(exchange.getRemoteAddress());
            Answer.send(exchange, 200, Answer.TEXT, Text.latin1(answer));
        });
        tracker.start();
        return tracker;
    }

    /** A reply whose connection stays open. */
    private static String kept(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\nConnection: keep-alive\r\n\r\n" + body;
    }

    private static String url(HttpServer tracker) {
        return "http://127.0.0.1:" + tracker.getAddress().getPort() + "/announce";
    }

    @ParameterizedTest
    @CsvSource({"0,false", "0,true", "8100,false", "8100,true"})
    void ignoresBytesBehindReply(int warningLength, boolean isReply) throws Exception {
        // The end of a body of 8 kB is read past the buffer of 4, and what comes behind it stays in
        // the socket.
        String body = BODY.substring(0, BODY.length() - 1) + "15:warning message" + warningLength + ":" + "w".repeat(warningLength) + "e";
        String more = isReply ? kept("de") : "\r\n";
        try (RawServer server = RawServer.answering(kept(body) + more); TrackerClient.Session session = client.session(() -> true)) {
            for (int i = 0; i < 3; i++) {
                assertThat(session.announce(server.url(), REQUEST, null).peers()).hasSize(1);
            }
        }
    }

    @Test
    void replacesConnectionClosedByTracker() throws Exception {
        try (RawServer server = RawServer.answering(kept(BODY)); TrackerClient.Session session = client.session(() -> true)) {
            for (int i = 0; i < 3; i++) {
                assertThat(session.announce(server.url(), REQUEST, null).peers()).hasSize(1);
            }
            assertThat(server.heads).hasSize(3).allMatch(head -> head.contains("\r\nConnection: keep-alive\r\n"));
        }
    }

    @Test
    void deadTrackerErrorNamesIt() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0)) {
            port = gone.getLocalPort();
        }
        assertThatThrownBy(() -> client.announce("http://127.0.0.1:" + port + "/announce", REQUEST)).isInstanceOf(IOException.class)
            .hasMessageContaining("127.0.0.1 port " + port);
    }

    @Test
    void comesFromTheBoundAddress() throws Exception {
        TrackerClient bound = new TrackerClient(TrackerClientOptions.builder().bindAddress(InetAddress.getByName("127.0.0.77")).build(),
            new SplittableRandom(1));
        String[] source = new String[1];
        try (RawServer server = new RawServer((head, socket) -> {
            source[0] = socket.getInetAddress().getHostAddress();
            socket.getOutputStream().write(Text.latin1("HTTP/1.0 200 OK\r\n\r\n" + BODY));
        })) {
            bound.announce(server.url(), REQUEST);
        }
        assertThat(source[0]).isEqualTo("127.0.0.77");
    }

    @ParameterizedTest
    @CsvSource({"wss://host/announce,UNSUPPORTED", "ftp://host/,UNSUPPORTED", "host:80/announce,BAD_URL", "http:///announce,BAD_URL",
        "http://host:0/,BAD_URL", "http://host:65536/,BAD_URL", "http://host:8a/,BAD_URL", "http://h/a b,BAD_URL", "http://u:p@h/,BAD_URL",
        "udp://host/,BAD_URL", "http://::1/,BAD_URL"})
    void unusableUrlsAreTypedErrors(String url, Reason reason) {
        assertReason(url, reason);
    }

    @Test
    void aUrlCannotSmuggleAHeader() {
        assertReason("http://host/announce\r\nX: y", Reason.BAD_URL);
    }

    @Property(tries = 400)
    void mutatedBodiesGiveTypedErrors(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int changes) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] body = Text.latin1("d8:completei1e10:incompletei2e8:intervali15e12:min intervali5e5:peersld2:ip9:127.0.0.14:porti22eee"
            + "6:peers618:aaaaaaaaaaaaaaaaaa10:tracker id1:t15:warning message1:we");
        for (int i = 0; i < changes; i++) {
            body[random.nextInt(body.length)] = (byte) (random.nextBoolean() ? random.nextInt(256)
                : "0123456789dlie:-".charAt(random.nextInt(16)));
        }
        assertTyped(catchThrowable(() -> Replies.readAnnounce(body)));
        assertTyped(catchThrowable(() -> Replies.readScrape(body)));
    }

    @Property(tries = 400)
    void mutatedHttpGivesReplyOrError(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int changes) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] reply = Text.latin1(random.nextBoolean() ? "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nA: b\r\n\r\n0123456789"
            : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\na;x\r\n0123456789\r\n0\r\n\r\n");
        for (int i = 0; i < changes; i++) {
            reply[random.nextInt(reply.length)] = (byte) random.nextInt(256);
        }
        Throwable thrown = catchThrowable(() -> HttpReply.read(new ByteArrayInputStream(reply)));
        if (thrown != null && !(thrown instanceof EOFException)) {
            assertTyped(thrown);
        }
    }

    private static void assertTyped(Throwable thrown) {
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(TrackerException.class);
        }
    }

    private void assertReason(String url, Reason reason) {
        assertThatThrownBy(() -> client.announce(url, REQUEST))
            .isInstanceOfSatisfying(TrackerException.class, e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }
}
