package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import murder.metainfo.InfoHash;
import murder.tracker.SwarmOptions;
import murder.tracker.SwarmTable;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * A handler that throws ends the tracker, so nothing that a stranger sends may make it throw: series of requests, made of parameters
 * good and bad and then mutilated, on a tracker whose tables are soon full.
 */
class HostileRequestsPropertyTest {
    private static final List<String> METHODS = List.of("GET", "GET", "GET", "GET", "HEAD", "POST", "get", "G\0T", "\u00ff");
    private static final List<String> PATHS = List.of("/announce", "/announce", "/announce", "/announce.php", "/scrape", "/scrape.php", "/",
        "/index.html", "//", "/announce/", "/%61nnounce", "http://x/announce", "http://", "http:///scrape", "*", "");
    private static final List<String> NAMES = List.of("info_hash", "peer_id", "port", "uploaded", "downloaded", "left", "event", "numwant",
        "key", "ip", "compact", "no_peer_id", "trackerid", "zone", "", "%", "x");
    private static final List<String> VALUES = List.of("", "0", "1", "65535", "65536", "-1", "-", "+1", "99999999999999999999",
        "18446744073709551615", "9223372036854775807", "1e3", "%", "%4", "%zz", "%00", "%ff%fe", "%0d%0a", "started", "stopped",
        "completed", "paused", "::", ":", "1::", "1:::2", "::1.2.3.4", "1.2.3.4", "1.2.3.4.5", "256.1.1.1", "fe80::1%25eth0",
        "::ffff:127.0.0.1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:1.2.3.4", "aaaaaaaaaaaaaaaaaaaa",
        "a".repeat(65), "a".repeat(257), "\u00e9", "d1:ae");
    private static final List<String> FIELDS = List.of("", "Connection: keep-alive\r\n", "Connection:\r\n", ":\r\n",
        "Connection: keep-alive\r\nContent-Length: x\r\n");
    private static final List<String> SOURCES = List.of("127.0.0.1", "10.0.0.1", "8.8.8.8", "8.8.4.4", "::1", "fe80::1", "2001:db8::1");

    @Property(tries = 1_000)
    void noRequestMakesTheHandlerThrow(@ForAll long seed) throws UnknownHostException {
        SplittableRandom random = new SplittableRandom(seed);
        SwarmTable table = new SwarmTable(SwarmOptions.builder().maxSwarms(2).maxPeersPerSwarm(4).maxPeers(6).build(), random.split());
        if (random.nextInt(3) == 0) {
            table.allowOnly(Map.of(new InfoHash(0x6161616161616161L, 0x6161616161616161L, 0x61616161), "<&>\u00e9\n"));
        }
        long[] clock = new long[1];
        TrackerHandler handler = new TrackerHandler(table, () -> clock[0]);
        for (int i = 0; i < 30; i++) {
            // Clocks that go back are not unheard of.
            clock[0] += random.nextInt(10) == 0 ? random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L) : 1_000_000;
            byte[] head = mutilated(request(random), random);
            int end = HttpRequest.endOfHead(head, 0, head.length);
            if (end < 0) {
                continue;
            }
            InetSocketAddress source = new InetSocketAddress(InetAddress.getByName(pick(SOURCES, random)), 1 + random.nextInt(65_535));
            HttpRequest request = HttpRequest.parse(head, end, source);
            HttpAnswer answer = request == null ? TrackerHandler.MALFORMED : handler.answer(request);
            ByteBuffer message = answer.message(true, request != null && request.another(), HttpAnswer.date(clock[0] / 1_000_000_000));
            assertThat(StandardCharsets.ISO_8859_1.decode(message).toString()).startsWith("HTTP/1.1 ").contains("\r\n\r\n");
        }
    }

    private static String request(SplittableRandom random) {
        StringBuilder text = new StringBuilder(pick(METHODS, random)).append(' ').append(pick(PATHS, random));
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
        return text.append(random.nextInt(9) == 0 ? "" : " HTTP/1.1").append("\r\nHost: x\r\n").append(pick(FIELDS, random))
            .append("\r\n").toString();
    }

    private static byte[] mutilated(String request, SplittableRandom random) {
        byte[] bytes = Text.latin1(request);
        if (random.nextInt(3) == 0) {
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                int value = random.nextBoolean() ? random.nextInt() : "\r\n %&=?/.:".charAt(random.nextInt(10));
                bytes[random.nextInt(bytes.length)] = (byte) value;
            }
        }
        return bytes;
    }

    private static <T> T pick(List<T> list, SplittableRandom random) {
        return list.get(random.nextInt(list.size()));
    }
}
