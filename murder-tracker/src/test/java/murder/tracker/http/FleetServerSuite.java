package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AnnounceEvent;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.FleetAgent;
import murder.tracker.FleetAgent.Presence;
import murder.tracker.FleetNews;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.Test;

/** The fleet of a tracker, over real sockets and on each provider. */
abstract class FleetServerSuite {
    private static final SwarmKey KEY = key(1);
    private static final SwarmKey NEW_KEY = key(2);
    private static final byte[] ORDER = "signed".getBytes(StandardCharsets.UTF_8);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final TrackerClient client =
        new TrackerClient(TrackerClientOptions.builder().requestTimeout(LIMIT).build(), new SplittableRandom(1));

    abstract HttpServerProvider provider();

    private static SwarmKey key(int first) {
        byte[] bytes = new byte[SwarmKey.LENGTH];
        bytes[0] = (byte) first;
        return SwarmKey.of(bytes);
    }

    private TrackerServer start(SwarmKey... keys) throws IOException {
        return TrackerServer.start(TrackerServerOptions.builder().bindAddress(InetAddress.getByName("127.0.0.1")).port(0)
            .provider(provider()).fleet("web", List.of(keys)).build());
    }

    private static AnnounceRequest agent(int number, SwarmKey key, long order, String report) {
        return AnnounceRequest.of(key.controlName("web"), new PeerId(number, 0, 0), 6880 + number, 1)
            .withNews(new FleetNews(order, report.getBytes(StandardCharsets.UTF_8)));
    }

    private AnnounceResponse tell(TrackerServer server, AnnounceRequest request, SwarmKey key) throws Exception {
        try (TrackerClient.Session session = client.session(() -> false)) {
            return session.announce(server.announceUrl(), request, key);
        }
    }

    /** As the client sends it. */
    private static String query(AnnounceRequest request) {
        return AnnounceQuery.format(Secrecy.encrypt(request, KEY));
    }

    private void assertRefused(TrackerServer server, AnnounceRequest request, SwarmKey key) {
        assertThatThrownBy(() -> tell(server, request, key)).isInstanceOfSatisfying(TrackerException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED));
    }

    private static List<String> reports(TrackerServer server, long since) {
        return server.fleet().reportsSince(since).stream().map(agent -> new String(agent.report(), StandardCharsets.UTF_8)).toList();
    }

    private static String get(TrackerServer server, String target, String fields) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(Text.latin1("GET " + target + " HTTP/1.0\r\n" + fields + "\r\n"));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void reportsReachTheBoard() throws Exception {
        try (TrackerServer server = start(KEY)) {
            String report = "{\"name\":\"h\u00e4\",\"state\":\"fetching\"}\n{\"x\":1}\n";
            AnnounceResponse answer = tell(server, agent(1, KEY, -1, report), KEY);
            assertThat(answer.fleet().reportEveryMs()).isEqualTo(2000);
            assertThat(answer.fleet().order()).isNull();
            assertThat(reports(server, 0)).containsExactly(report);
            FleetAgent agent = server.fleet().reportsSince(0).get(0);
            assertThat(agent.address().port()).isEqualTo(6881);
            assertThat(agent.presence()).isEqualTo(Presence.HERE);
            tell(server, agent(1, KEY, -1, "gone").withEvent(AnnounceEvent.STOPPED), KEY);
            assertThat(server.fleet().reportsSince(agent.version())).singleElement()
                .satisfies(left -> assertThat(left.presence()).isEqualTo(Presence.LEFT));
        }
    }

    @Test
    void longestReportAndOrderPass() throws Exception {
        try (TrackerServer server = start(KEY)) {
            byte[] order = new byte[16 << 10];
            order[9] = 'e';
            server.fleet().publish(Long.MAX_VALUE / 20, order);
            AnnounceResponse answer = tell(server, agent(1, KEY, Long.MAX_VALUE / 20 - 1, "\"".repeat(1024)), KEY);
            assertThat(answer.fleet().order()).isEqualTo(order);
            assertThat(reports(server, 0)).containsExactly("\"".repeat(1024));
        }
    }

    @Test
    void oldOrderGetsNewest() throws Exception {
        try (TrackerServer server = start(KEY)) {
            server.fleet().publish(7, ORDER);
            assertThat(tell(server, agent(1, KEY, 6, ""), KEY).fleet().order()).isEqualTo(ORDER);
            assertThat(tell(server, agent(2, KEY, 7, ""), KEY).fleet().order()).isNull();
            assertThat(tell(server, agent(3, KEY, -1, ""), KEY).fleet().order()).isEqualTo(ORDER);
        }
    }

    @Test
    void strangersChangeNothing() throws Exception {
        try (TrackerServer server = start(KEY)) {
            long version = server.fleet().version();
            assertRefused(server, agent(1, KEY, 9, "evil"), null);
            assertRefused(server, agent(1, KEY, 9, "evil"), NEW_KEY);
            String query = query(agent(1, KEY, 9, "a"));
            String sealed = new Seal.Maker().seal(KEY, query, InetAddress.getByName("127.0.0.1"));
            String changed = sealed.replaceFirst("&report=..", "&report=__");
            assertThat(changed).isNotEqualTo(sealed);
            assertThat(get(server, "/announce?" + changed, "")).contains("failure reason");
            assertThat(get(server, "/announce?" + sealed.replace("&order=9", "&order=8"), "")).contains("failure reason");
            assertThat(server.fleet().version()).isEqualTo(version);
            assertThat(server.fleet().reportsSince(0)).isEmpty();
            assertThat(server.swarms().swarms()).doesNotContainKey(KEY.controlName("web"));
        }
    }

    @Test
    void replayedReportChangesNothing() throws Exception {
        try (TrackerServer server = start(KEY)) {
            // The client of tell() has a clock of its own, and its seal must be the later one.
            Seal.Maker earlier = new Seal.Maker() {
                @Override
                long epochMs() {
                    return super.epochMs() - 1000;
                }
            };
            String old = earlier.seal(KEY, query(agent(1, KEY, 1, "old")), InetAddress.getByName("127.0.0.1"));
            assertThat(get(server, "/announce?" + old, "")).contains("report every");
            tell(server, agent(1, KEY, 2, "new"), KEY);
            long version = server.fleet().version();
            assertThat(get(server, "/announce?" + old, "")).contains("was here before");
            assertThat(server.fleet().version()).isEqualTo(version);
            assertThat(reports(server, 0)).containsExactly("new");
        }
    }

    @Test
    void refusesUnreadableReport() throws Exception {
        try (TrackerServer server = start(KEY)) {
            String query = query(agent(1, KEY, 1, ""));
            Seal.Maker maker = new Seal.Maker(); // Each of its seals has another time.
            for (String report : List.of("A".repeat(2000), "***", "A", "AAAA", "A".repeat(1000))) {
                String sealed = maker.seal(KEY, query + "&report=" + report, InetAddress.getByName("127.0.0.1"));
                assertThat(get(server, "/announce?" + sealed, "")).as(report).contains("failure reason", "report ");
            }
            assertThat(server.fleet().reportsSince(0)).isEmpty();
        }
    }

    @Test
    void otherSwarmsStayOpen() throws Exception {
        try (TrackerServer server = start(KEY)) {
            AnnounceRequest open = AnnounceRequest.of(new InfoHash(1, 2, 3), new PeerId(1, 0, 0), 1, 1)
                .withNews(new FleetNews(3, new byte[9]));
            server.fleet().publish(7, ORDER);
            AnnounceResponse answer = tell(server, open, null);
            assertThat(answer.fleet().order()).isNull();
            assertThat(answer.fleet().reportEveryMs()).isZero();
            assertThat(server.fleet().reportsSince(0)).isEmpty();
        }
    }

    @Test
    void acceptsBothKeysDuringReplacement() throws Exception {
        try (TrackerServer server = start(KEY)) {
            assertThat(tell(server, agent(1, NEW_KEY, -1, "new"), NEW_KEY).fleet().reportEveryMs()).as("some open swarm").isZero();
            server.useKeys(List.of(NEW_KEY, KEY));
            tell(server, agent(2, NEW_KEY, -1, "new"), NEW_KEY);
            tell(server, agent(1, KEY, -1, "old"), KEY);
            tell(server, agent(1, NEW_KEY, -1, "both"), NEW_KEY);
            assertThat(reports(server, 0)).as("an agent with both keys is one").containsExactly("new", "both");
            server.useKeys(List.of(NEW_KEY));
            tell(server, agent(1, NEW_KEY, -1, "new"), NEW_KEY);
            assertThat(get(server, "/announce?" + new Seal.Maker().seal(KEY, query(agent(3, NEW_KEY, -1, "old")),
                InetAddress.getByName("127.0.0.1")), "")).contains("another key");
        }
    }

    @Test
    void servesOnlyNamedSwarms() throws Exception {
        try (TrackerServer server = start(KEY)) {
            AnnounceRequest one = AnnounceRequest.of(new InfoHash(1, 2, 3), new PeerId(1, 0, 0), 1, 1);
            tell(server, one, null);
            server.serveOnly(Map.of());
            assertThat(server.swarms().swarms()).doesNotContainKey(one.infoHash());
            assertRefused(server, one, null);
            tell(server, agent(1, KEY, -1, "always"), KEY);
            server.serveOnly(Map.of(one.infoHash(), "release 7"));
            tell(server, one, null);
            assertThat(server.swarms().swarms().get(one.infoHash()).name()).isEqualTo("release 7");
            server.useKeys(List.of(NEW_KEY));
            tell(server, agent(1, NEW_KEY, -1, "still"), NEW_KEY);
            assertRefused(server, agent(1, KEY, -1, "old"), KEY);
        }
    }

    @Test
    void opensOnlyNamedSwarms() throws Exception {
        try (TrackerServer server = TrackerServer.start(TrackerServerOptions.builder()
            .bindAddress(InetAddress.getByName("127.0.0.1")).port(0).provider(provider())
            .swarmKeys(List.of(KEY)).fleet("web", List.of(KEY)).build())) {
            AnnounceRequest open = AnnounceRequest.of(new InfoHash(1, 2, 3), new PeerId(1, 0, 0), 1, 1);
            AnnounceRequest closed = AnnounceRequest.of(new InfoHash(1, 2, 4), new PeerId(1, 0, 0), 1, 1);
            assertRefused(server, open, null);
            server.serveOnly(Map.of(open.infoHash(), "open", closed.infoHash(), "closed"), Set.of(open.infoHash()));
            tell(server, open, null);
            assertThat(tell(server, AnnounceRequest.of(open.infoHash(), new PeerId(2, 0, 0), 2, 1), null).peers()).hasSize(1);
            assertRefused(server, closed, null);
            tell(server, closed, KEY);
            assertRefused(server, agent(1, KEY, -1, "stranger"), null);
            server.serveOnly(Map.of(closed.infoHash(), "closed"));
            assertRefused(server, open, null);
        }
    }

    @Test
    void strangersScrapeOnlyOpenSwarms() throws Exception {
        try (TrackerServer server = TrackerServer.start(TrackerServerOptions.builder()
            .bindAddress(InetAddress.getByName("127.0.0.1")).port(0).provider(provider())
            .swarmKeys(List.of(KEY)).fleet("web", List.of(KEY)).build())) {
            InfoHash name = new InfoHash(1, 2, 3);
            String scrape = "/scrape?info_hash=%00%00%00%00%00%00%00%01%00%00%00%00%00%00%00%02%00%00%00%03";
            String stranger = "X-Forwarded-For: 10.0.0.8\r\n";
            server.serveOnly(Map.of(name, "closed"));
            tell(server, AnnounceRequest.of(name, new PeerId(1, 0, 0), 1, 1), KEY);
            assertThat(get(server, scrape, "")).contains("10:incompletei1e");
            assertThat(get(server, scrape, stranger)).contains("failure reason").doesNotContain("complete");
            server.serveOnly(Map.of(name, "open"), Set.of(name));
            assertThat(get(server, scrape, stranger)).contains("10:incompletei1e");
        }
    }

    @Test
    void showsFleetToHostAndMembers() throws Exception {
        try (TrackerServer server = start(KEY)) {
            server.fleet().publish(7, ORDER);
            tell(server, agent(1, KEY, 7, "{\"a\":\"</script>\\\"\u2028\"}\n"), KEY);
            long version = server.fleet().version();
            String escaped = "\"report\":\"{\\\"a\\\":\\\"\\u003C/script\\u003E\\\\\\\"\\u2028\\\"}\\u000A\"";
            String local = get(server, "/fleet?since=0", "");
            assertThat(local).contains(" 200 ", "{\"version\":" + version + ",\"serial\":7,\"present\":1,\"more\":false,", escaped);
            assertThat(get(server, "/fleet?since=" + version, "")).contains("\"agents\":[]");
            assertThat(get(server, "/fleet?since=x", "")).contains(" 400 ");

            String stranger = "X-Forwarded-For: 10.0.0.8\r\n";
            assertThat(get(server, "/fleet?since=0", stranger)).contains(" 403 ").doesNotContain("script");
            String member = new Seal.Maker().sealReader(KEY, "since=0", InetAddress.getByName("10.0.0.8"));
            assertThat(get(server, "/fleet?" + member, stranger)).contains(" 200 ").doesNotContain("agents", "script");
            assertThat(get(server, "/fleet?" + member, "X-Forwarded-For: 10.0.0.9\r\n")).contains(" 403 ");
            String announce = new Seal.Maker().seal(KEY, "since=0", InetAddress.getByName("10.0.0.8"));
            assertThat(get(server, "/fleet?" + announce, stranger)).as("sealed for another use").contains(" 403 ");
            assertThat(client.fleet(server.announceUrl(), 0, KEY)).contains(escaped);
        }
    }

    @Test
    void largeFleetComesInParts() throws Exception {
        try (TrackerServer server = start(KEY)) {
            for (int i = 0; i < 2001; i++) {
                server.fleet().onAnnounce(agent(i, KEY, -1, "report"), PeerAddress.ofIpv4(i, 1), 1);
            }
            String first = client.fleet(server.announceUrl(), 0, KEY);
            assertThat(first).contains("\"more\":true").hasSizeLessThan(1_100_000);
            long version = Long.parseLong(first.substring(first.indexOf(':') + 1, first.indexOf(',')));
            String rest = client.fleet(server.announceUrl(), version, KEY);
            assertThat(rest).contains("\"more\":false", "\"version\":" + server.fleet().version()).containsOnlyOnce("\"id\"");
        }
    }

    @Test
    void boardWakesWaitingReaders() throws Exception {
        try (TrackerServer server = start(KEY)) {
            FleetBoard board = server.fleet();
            long version = board.version();
            AtomicInteger calls = new AtomicInteger();
            board.onChange(calls::incrementAndGet);
            CompletableFuture<Long> waited = CompletableFuture.supplyAsync(() -> {
                try {
                    return board.await(version, LIMIT);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            tell(server, agent(1, KEY, -1, "a"), KEY);
            assertThat(waited.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(version + 1);
            tell(server, agent(1, KEY, -1, "a"), KEY);
            board.publish(3, ORDER);
            board.publish(3, ORDER);
            assertThat(calls).as("a report and an order").hasValue(2);
            assertThat(board.await(version + 2, Duration.ofMillis(1))).isEqualTo(version + 2);
        }
    }

    @Test
    void trackerWithoutFleetHasNone() throws Exception {
        try (TrackerServer server = TrackerServer.start(TrackerServerOptions.builder().bindAddress(InetAddress.getByName("127.0.0.1"))
                .port(0).provider(provider()).build())) {
            assertThat(get(server, "/fleet?since=0", "")).contains(" 404 ");
            assertThatThrownBy(server::fleet).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> TrackerServerOptions.builder().fleet("web", List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
