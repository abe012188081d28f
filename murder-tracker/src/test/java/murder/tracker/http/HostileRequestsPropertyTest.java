package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import murder.metainfo.InfoHash;
import murder.tracker.SwarmOptions;
import murder.tracker.SwarmTable;
import murder.tracker.httpserver.SelectorHttpProvider;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * No request may make a handler throw. Series of requests, made of parameters good and bad and then
 * mutilated, come to a tracker whose tables are soon full.
 */
class HostileRequestsPropertyTest {
    private static final List<String> METHODS = List.of("GET", "GET", "GET", "GET", "HEAD", "POST", "get", "G\0T", "\u00ff");
    private static final List<String> PATHS = List.of("/announce", "/announce", "/announce", "/announce.php", "/scrape", "/scrape.php", "/",
        "/index.html", "/announce/", "/%61nnounce", "/%zz", "");
    private static final List<String> NAMES = List.of("info_hash", "peer_id", "port", "uploaded", "downloaded", "left", "event", "numwant",
        "key", "ip", "compact", "no_peer_id", "trackerid", "zone", "", "%", "x");
    private static final List<String> VALUES = List.of("", "0", "1", "65535", "65536", "-1", "-", "+1", "99999999999999999999",
        "18446744073709551615", "9223372036854775807", "1e3", "%", "%4", "%zz", "%00", "%ff%fe", "%0d%0a", "started", "stopped",
        "completed", "paused", "::", ":", "1::", "1:::2", "::1.2.3.4", "1.2.3.4", "1.2.3.4.5", "256.1.1.1", "fe80::1%25eth0",
        "::ffff:127.0.0.1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:1.2.3.4", "aaaaaaaaaaaaaaaaaaaa",
        "a".repeat(65), "a".repeat(257), "\u00e9", "d1:ae");
    private static final List<String> FORWARDED = List.of("", ",", "127.0.0.1", "8.8.8.8, 10.0.0.9", "::1", "fe80::1%eth0", "x,y,z");
    private static final List<String> SOURCES = List.of("127.0.0.1", "10.0.0.1", "8.8.8.8", "8.8.4.4", "::1", "fe80::1", "2001:db8::1");

    @Property(tries = 1_000)
    void noRequestMakesAHandlerThrow(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        SwarmOptions options = SwarmOptions.builder().maxSwarms(2).maxPeersPerSwarm(4).maxPeers(6).build();
        SwarmTable table = new SwarmTable(options, random.split());
        if (random.nextInt(3) == 0) {
            table.allowOnly(Map.of(new InfoHash(0x6161616161616161L, 0x6161616161616161L, 0x61616161), "<&>\u00e9\n"));
        }
        long[] clock = new long[1];
        SharedTable shared = new SharedTable(table, () -> clock[0]);
        Callers callers = new Callers(options);
        HttpServer server = new SelectorHttpProvider(1, Duration.ofSeconds(1), fault -> { }).createHttpServer(null, 0);
        ServedSwarms served = new ServedSwarms(shared, null, null);
        List<HttpContext> contexts = List.of(server.createContext("/announce", new AnnounceHandler(shared, callers, null, null, served)),
            server.createContext("/announce.php", new AnnounceHandler(shared, callers, null, null, served)),
            server.createContext("/scrape", new ScrapeHandler(shared, callers, false, served)),
            server.createContext("/", new PageHandler(shared, callers, false)));
        RequestFilter filter = new RequestFilter();
        for (int i = 0; i < 30; i++) {
            // Clocks that go back are not unheard of.
            clock[0] += random.nextInt(10) == 0 ? random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L) : 1_000_000;
            InetSocketAddress source = new InetSocketAddress(InetAddress.getByName(pick(SOURCES, random)), 1 + random.nextInt(65_535));
            URI uri = uri(mutilated(target(random), random));
            if (uri != null) {
                HttpContext context = pick(contexts, random);
                StubExchange exchange = new StubExchange(context, pick(METHODS, random), uri, source);
                exchange.getRequestHeaders().set("X-Forwarded-For", pick(FORWARDED, random));
                new Filter.Chain(List.of(filter), context.getHandler()).doFilter(exchange);
                assertThat(exchange.getResponseCode()).as(uri.toString()).isIn(200, 403, 404, 405);
            }
        }
        server.stop(0);
        assertThat(filter.faults()).isZero();
    }

    /** Null for what a server refuses. */
    private static URI uri(String target) {
        try {
            return new URI(target);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static String target(SplittableRandom random) {
        StringBuilder text = new StringBuilder(pick(PATHS, random));
        char separator = '?';
        if (random.nextInt(10) > 0) {
            text.append("?info_hash=aaaaaaaaaaaaaaaaaaa").append((char) ('a' + random.nextInt(3))).append("&peer_id=bbbbbbbbbbbbbbbbbbb")
                .append((char) ('a' + random.nextInt(8))).append("&port=").append(random.nextInt(4))
                .append("&left=").append(random.nextInt(2));
            separator = '&';
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(separator).append(pick(NAMES, random)).append(random.nextInt(9) == 0 ? "" : "=").append(pick(VALUES, random));
            separator = random.nextInt(9) == 0 ? '?' : '&';
        }
        return text.toString();
    }

    private static String mutilated(String target, SplittableRandom random) {
        char[] chars = target.toCharArray();
        if (random.nextInt(3) == 0) {
            for (int i = 1 + random.nextInt(5); i > 0 && chars.length > 0; i--) {
                chars[random.nextInt(chars.length)] = random.nextBoolean() ? (char) random.nextInt(256)
                    : "%&=?/.:".charAt(random.nextInt(7));
            }
        }
        return new String(chars);
    }

    private static <T> T pick(List<T> list, SplittableRandom random) {
        return list.get(random.nextInt(list.size()));
    }
}
