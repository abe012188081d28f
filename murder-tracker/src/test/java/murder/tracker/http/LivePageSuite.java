package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import murder.fuzz.PrometheusText;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.tracker.AddressRange;
import murder.tracker.AnnounceRequest;
import murder.tracker.FleetNews;
import murder.tracker.SwarmOptions;
import murder.trust.SwarmKey;
import org.junit.jupiter.api.Test;

/** The page of a fleet, what it asks for, and metrics: over real sockets and on each provider. */
abstract class LivePageSuite {
    private static final int HOSTS = 10_000;
    private static final int FIRST_LOAD = 300_000;

    abstract HttpServerProvider provider();

    private TrackerServer start() throws IOException {
        return TrackerServer.start(TrackerServerOptions.builder().bindAddress(InetAddress.getByName("127.0.0.1")).port(0)
            .provider(provider()).swarms(SwarmOptions.builder().trusted(List.of(AddressRange.parse("10.1.0.0/16"))).build())
            .fleet("web", List.of(SwarmKey.of(new byte[SwarmKey.LENGTH]))).build());
    }

    private static void tell(TrackerServer server, int agent, String report) {
        AnnounceRequest request = AnnounceRequest.of(new InfoHash(1, 2, 3), new PeerId(agent, 0, 0), 6881, 1)
            .withNews(new FleetNews(-1, report.getBytes(StandardCharsets.UTF_8)));
        server.fleet().onAnnounce(request, PeerAddress.ofIpv4(0x0a000000 + agent, 6881), 1);
    }

    private static String get(TrackerServer server, String target, String fields) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(Text.latin1("GET " + target + " HTTP/1.0\r\n" + fields + "\r\n"));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void largeFleetHasSmallFirstLoad() throws IOException {
        try (TrackerServer server = start()) {
            for (int i = 0; i < HOSTS; i++) {
                tell(server, i, "{\"type\":\"agent\",\"name\":\"host-" + i + ".example.com\",\"state\":\"fetching\",\"percent\":"
                    + i % 100 + ",\"tag\":\"release-" + "7".repeat(40) + "\",\"bytes_per_second\":12345678,\"error\":\""
                    + "slow ".repeat(30) + "\",\"slow\":\"few_sources\"}");
            }
            String page = get(server, "/", "");
            String update = get(server, "/live", "");
            assertThat(page).contains(" 200 ", "Content-Security-Policy").doesNotContain("src=", "href=", "@import", "url(");
            assertThat(update).contains("\"fleet\":\"web\"", "\"total\":" + HOSTS, "\"states\":{\"fetching\":" + HOSTS + "}",
                "\"causes\":{\"few sources\":" + HOSTS + "}");
            assertThat(page.length() + update.length()).isLessThan(FIRST_LOAD);
        }
    }

    @Test
    void wordsOfAgentsAreEscaped() throws IOException {
        try (TrackerServer server = start()) {
            tell(server, 1, "{\"name\":\"</script><img src=x>\\\"\\\\\",\"state\":\"failed\",\"error\":\"\\u003cb>\\u2028 &\"}");
            String update = get(server, "/live", "");
            assertThat(update).contains("[\"\\u003C/script\\u003E\\u003Cimg src=x\\u003E\\\"\\\\\",\"\",\"\",\"failed\",0,0,"
                + "\"\\u003Cb\\u003E\\u2028 \\u0026\"]").contains("\"cells\":\"f\"").doesNotContain("<");
            assertThat(get(server, "/metrics", "")).doesNotContain("img").contains("murder_fleet_hosts{state=\"failed\"} 1\n");
        }
    }

    @Test
    void strangersSeeNothing() throws IOException {
        try (TrackerServer server = start()) {
            String trusted = "X-Forwarded-For: 10.1.2.3\r\n";
            String stranger = "X-Forwarded-For: 10.2.2.3\r\n";
            for (String path : List.of("/", "/live", "/swarms", "/metrics")) {
                assertThat(get(server, path, stranger)).as(path).contains(" 403 ");
            }
            for (String path : List.of("/", "/live", "/swarms")) {
                assertThat(get(server, path, trusted)).as(path).contains(" 403 ");
            }
            assertThat(get(server, "/metrics", stranger)).contains("open http://127.0.0.1:" + server.port() + "/metrics on this host");
            assertThat(get(server, "/metrics", trusted)).contains(" 200 ", "murder_tracker_swarms 0\n");
        }
    }

    @Test
    void metricsHaveTypeAndHelp() throws IOException {
        try (TrackerServer server = start()) {
            tell(server, 1, "{\"name\":\"a\",\"state\":\"fetching\",\"slow\":\"disk_slow\",\"bytes_per_second\":5}");
            tell(server, 2, "{\"name\":\"b\",\"state\":\"active\"}");
            String reply = get(server, "/metrics", "");
            assertThat(reply).containsIgnoringCase("content-type: text/plain; version=0.0.4");
            String text = reply.substring(reply.indexOf("\r\n\r\n") + 4);
            assertThat(text).contains("murder_fleet_agents 2\n", "murder_fleet_order_serial -1\n",
                "murder_fleet_hosts{state=\"fetching\"} 1\n", "murder_fleet_hosts{state=\"lost\"} 0\n",
                "murder_fleet_receive_bytes_per_second 5\n", "murder_tracker_peers{state=\"complete\"} 0\n",
                "murder_tracker_failed_requests_total 0\n").endsWith("\n");
            Map<String, Double> samples = PrometheusText.parse(text);
            assertThat(samples).containsEntry("murder_fleet_busy_hosts{cause=\"disk_slow\"}", 1.0)
                .containsEntry("murder_fleet_busy_hosts{cause=\"silent\"}", 0.0).hasSize(2 + 2 + 1 + 2 + 13 + 8 + 1);
        }
    }

    @Test
    void swarmsHaveTheirOwnPage() throws IOException {
        try (TrackerServer server = start()) {
            assertThat(get(server, "/swarms", "")).contains("0 swarms");
            assertThat(get(server, "/index.html", "")).contains("Murder fleet");
        }
    }
}
