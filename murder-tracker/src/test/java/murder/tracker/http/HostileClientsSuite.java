package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;
import murder.tracker.AnnounceRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Requests of strangers, through sockets. For any request honest announces continue. The answer to
 * the stranger depends on the provider; the subclasses define it.
 */
@Timeout(60)
abstract class HostileClientsSuite {
    private static final int MANY = 50;

    private final List<Socket> open = new ArrayList<>();
    private TrackerServer server;
    private int hosts;

    /** Null for our own. */
    abstract HttpServerProvider provider();

    abstract void assertOversizedHead(String answer);

    abstract void assertPipelined(String answers);

    abstract void assertLinesOfLineFeedsAlone(String answer);

    abstract void assertRawBrace(String answer);

    abstract void assertMissingBody(String answer);

    @BeforeEach
    void start() throws IOException {
        server = TrackerServer.start(TrackerServerOptions.builder().bindAddress(InetAddress.getByName("127.0.0.1")).port(0)
            .provider(provider()).build());
    }

    @AfterEach
    void close() throws IOException {
        assertHonestAnnounce();
        assertThat(server.failedRequests()).isZero();
        assertThat(server.failure()).isNull();
        for (Socket socket : open) {
            socket.close();
        }
        server.close();
    }

    @Test
    void halfRequestLinesDelayNobody() throws IOException {
        for (int i = 0; i < MANY; i++) {
            connect().getOutputStream().write(Text.latin1("GET /annou"));
            assertHonestAnnounce();
        }
    }

    @Test
    void idleConnectionsDelayNobody() throws IOException {
        for (int i = 0; i < MANY; i++) {
            connect();
        }
        assertHonestAnnounce();
    }

    @Test
    void unreadAnswersDelayNobody() throws IOException {
        for (int i = 0; i < MANY; i++) {
            Socket socket = new Socket();
            open.add(socket);
            socket.setReceiveBufferSize(1024);
            socket.connect(new InetSocketAddress(server.address().getAddress(), server.port()));
            socket.getOutputStream().write(Text.latin1("GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n"));
            assertHonestAnnounce();
        }
    }

    @Test
    void missingBodiesDelayNobody() throws IOException {
        for (int i = 0; i < MANY; i++) {
            connect().getOutputStream().write(Text.latin1("POST /announce HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n"));
            assertHonestAnnounce();
        }
        Socket last = connect();
        last.getOutputStream().write(Text.latin1("POST /announce HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nhalf a body"));
        last.shutdownOutput();
        assertMissingBody(rest(last));
    }

    @Test
    void boundsHeads() throws IOException {
        assertOversizedHead(exchange("GET / HTTP/1.1\r\nX: " + "x".repeat(1 << 20)));
        assertOversizedHead(exchange("GET / HTTP/1.1\r\n" + "a:b\r\n".repeat(100_000)));
    }

    @Test
    void boundsRequestLines() throws IOException {
        assertThat(exchange("GET /" + "x".repeat(1 << 20))).doesNotContain(" 200 ");
    }

    @Test
    void refusesGarbage() throws IOException {
        for (String garbage : List.of("\r\n\r\n", "\0\0\0\0\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n", "GET\r\n\r\n",
                "GET /\r\n\r\n", "GET mailto:x HTTP/1.1\r\n\r\n", " / HTTP/1.1\r\n\r\n",
                "GET /announce?info_hash=%zz HTTP/1.1\r\nHost: h\r\n\r\n", "GET /announce?info_hash=% HTTP/1.1\r\nHost: h\r\n\r\n")) {
            assertThat(exchange(garbage)).as(garbage).doesNotContain(" 200 ");
        }
    }

    @Test
    void refusesBodiesWithoutLength() throws IOException {
        assertThat(exchange("POST /announce HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(exchange("POST /announce HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(exchange("POST /announce HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n")).startsWith("HTTP/1.1 501 ");
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        assertPipelined(exchange(announce().replace("close", "keep-alive") + announce()));
    }

    @Test
    void linesMayEndInLineFeeds() throws IOException {
        assertLinesOfLineFeedsAlone(exchange(announce().replace("\r", "")));
    }

    @Test
    void aRawBraceEndsNothing() throws IOException {
        assertRawBrace(exchange(announce().replace("&port", "&x={a}&port")));
    }

    @Test
    void clientsThatResetHarmNobody() throws IOException {
        for (int i = 0; i < MANY; i++) {
            try (Socket socket = connect()) {
                socket.setSoLinger(true, 0);
                socket.getOutputStream().write(Text.latin1(i % 2 == 0 ? "GET /announce" : announce()));
            }
        }
    }

    @Test
    void mutilatedRequestsAreAnsweredOrClosed() throws IOException {
        SplittableRandom random = new SplittableRandom();
        for (int i = 0; i < 300; i++) {
            byte[] bytes = Text.latin1(announce());
            for (int j = random.nextInt(1, 6); j > 0; j--) {
                int value = random.nextBoolean() ? random.nextInt() : "\r\n %&=?/.:{".charAt(random.nextInt(11));
                bytes[random.nextInt(bytes.length)] = (byte) value;
            }
            String sent = new String(bytes, StandardCharsets.ISO_8859_1);
            String answer = exchange(sent);
            assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 ")).as("%s%n%s", sent, answer).isTrue();
            assertThat(answer).doesNotStartWith("HTTP/1.1 500 ");
        }
    }

    private void assertHonestAnnounce() throws IOException {
        assertThat(exchange(announce())).startsWith("HTTP/1.1 200 ").contains("8:interval");
    }

    private String announce() {
        hosts++;
        return "GET /announce?" + AnnounceQuery.format(AnnounceRequest.of(new InfoHash(1, 2, 3), new PeerId(hosts, 0, 0), 6881, 1))
            + " HTTP/1.1\r\nHost: tracker\r\nConnection: close\r\n\r\n";
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(server.address().getAddress(), server.port());
        open.add(socket);
        return socket;
    }

    /** Sends all that the server takes, then the end; returns all that it answers. */
    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket(server.address().getAddress(), server.port())) {
            try {
                socket.getOutputStream().write(Text.latin1(request));
                socket.shutdownOutput();
            } catch (SocketException e) {
                assertThat(e).as("how a server refuses to read on").hasMessageMatching("(?i).*(broken pipe|reset|abort|not connected).*");
            }
            return rest(socket);
        }
    }

    private static String rest(Socket socket) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(answer);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }
}
