package murder.tracker.httpserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorHttpServerTest {
    private static final String REQUEST = "GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(60);
    /** For tests that wait for its end. */
    private static final Duration PATIENCE = Duration.ofMillis(200);
    /**
     * More than the kernel keeps of what a receiver does not take, and more than half of what the
     * server keeps.
     */
    private static final int LONG = 30 << 20;

    private final List<HttpServer> started = new ArrayList<>();
    private final AtomicReference<Throwable> fault = new AtomicReference<>();

    @AfterEach
    void stop() {
        started.forEach(server -> server.stop(0));
        assertThat(fault).hasValue(null);
    }

    @Test
    void readsRequestsByteByByte() throws IOException {
        HttpServer server = start(10, SelectorHttpServerTest::echo);
        try (Socket socket = connect(server)) {
            socket.setTcpNoDelay(true);
            for (byte b : latin1("PUT /a HTTP/1.1\nContent-Length: 4\n\nbody")) {
                socket.getOutputStream().write(b);
            }
            assertThat(rest(socket)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nPUT /a null body");
        }
    }

    @Test
    void refusesHeadsThatDoNotEnd() throws IOException {
        HttpServer server = start(10, SelectorHttpServerTest::echo);
        try (Socket socket = connect(server)) {
            OutputStream out = socket.getOutputStream();
            out.write(latin1("GET / HTTP/1.1\r\nX: "));
            out.write(latin1("x".repeat(100_000)));
            socket.shutdownOutput();
            assertThat(rest(socket)).startsWith("HTTP/1.1 431 ");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"413 | Content-Length: 300000", "413 | Content-Length: 99999999999999999999",
        "400 | Content-Length: -1", "400 | Content-Length: 5x", "400 | Content-Length:", "501 | Transfer-Encoding: chunked",
        "400 | Content-Length: 5~Content-Length: 6", "417 | Expect: 100-continue~Content-Length: 300000"})
    void refusesBodiesThatItDoesNotRead(int status, String fields) throws IOException {
        HttpServer server = start(10, SelectorHttpServerTest::echo);
        try (Socket socket = connect(server)) {
            String head = "POST /a HTTP/1.1\r\n" + fields.replace("~", "\r\n") + "\r\n\r\n";
            socket.getOutputStream().write(latin1(head + "x".repeat(300_000)));
            socket.shutdownOutput();
            assertThat(rest(socket)).startsWith("HTTP/1.1 " + status + " ").contains("\r\nContent-Length: 0\r\n");
        }
    }

    @Test
    void sendsLongResponses() throws IOException {
        byte[] body = new byte[8_000_000];
        HttpServer server = start(10, exchange -> respond(exchange, 200, body));
        try (Socket socket = connect(server)) {
            socket.getOutputStream().write(latin1(REQUEST));
            assertThat(rest(socket)).endsWith("\0".repeat(body.length));
        }
    }

    @Test
    void letsConnectionsOverTheLimitWait() throws IOException {
        HttpServer server = start(2, SelectorHttpServerTest::echo);
        try (Socket first = connect(server); Socket second = connect(server); Socket third = connect(server)) {
            third.getOutputStream().write(latin1(REQUEST));
            first.getOutputStream().write(latin1(REQUEST));
            assertThat(rest(first)).endsWith("GET /a b ");
            assertThat(rest(third)).endsWith("GET /a b ");
            second.getOutputStream().write(latin1(REQUEST));
            assertThat(rest(second)).endsWith("GET /a b ");
        }
    }

    @Test
    void oneAddressExcludesNobody() throws IOException {
        HttpServer server = start(100, LONG_PATIENCE, SelectorHttpServerTest::echo);
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            idle.add(connect(server));
            idle.get(i).getOutputStream().write('G');
        }
        assertThat(exchange(server, REQUEST)).endsWith("GET /a b ");
        assertThat(idle.get(0).getInputStream().read()).as("the longest idle one goes").isEqualTo(-1);
        idle.get(99).getOutputStream().write(latin1(REQUEST.substring(1)));
        assertThat(rest(idle.get(99))).endsWith("GET /a b ");
        for (Socket socket : idle) {
            socket.close();
        }
    }

    @Test
    void drippingHeadsAreNotCopied() throws IOException {
        HttpServer server = start(10, LONG_PATIENCE, SelectorHttpServerTest::echo);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Socket socket = connect(server)) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(latin1("GET / HTTP/1.1\r\nX: " + "x".repeat(50_000)));
            assertThat(exchange(server, REQUEST)).endsWith("GET /a b ");
            long before = threads.getThreadAllocatedBytes(threadOf(threads));
            for (int i = 0; i < 300; i++) {
                socket.getOutputStream().write('x');
                assertThat(exchange(server, REQUEST)).endsWith("GET /a b ");
            }
            long each = (threads.getThreadAllocatedBytes(threadOf(threads)) - before) / 300;
            assertThat(each).as("bytes for a byte and a request").isLessThan(20_000);
            socket.getOutputStream().write(latin1("\r\n\r\n"));
            assertThat(rest(socket)).endsWith("GET / null ");
        }
    }

    /** Of the server that was started last. */
    private static long threadOf(ThreadMXBean threads) {
        return Arrays.stream(threads.getAllThreadIds())
            .filter(id -> threads.getThreadInfo(id) != null && threads.getThreadInfo(id).getThreadName().equals("murder-http"))
            .max().orElseThrow();
    }

    @Test
    void closesLargestHolderFirst() throws IOException {
        HttpServer server = start(10, LONG_PATIENCE, exchange -> respond(exchange, 200,
            new byte[exchange.getRequestURI().getPath().equals("/a") ? LONG : 1]));
        try (Socket half = connect(server); Socket deaf = connect(server); Socket second = connect(server)) {
            half.getOutputStream().write(latin1("GET /h"));
            deaf.getOutputStream().write(latin1(REQUEST));
            assertThat(deaf.getInputStream().read()).isEqualTo('H');
            for (int i = 0; i < 4; i++) {
                half.getOutputStream().write(latin1("x".repeat(8_000)));
                assertThat(exchange(server, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
            }
            second.getOutputStream().write(latin1("GET /a HTTP/1.1\r\nX: " + "x".repeat(60_000) + "\r\n\r\n"));
            assertThat(second.getInputStream().read()).isEqualTo('H');
            assertThat(exchange(server, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
            half.getOutputStream().write(latin1(" HTTP/1.1\r\n\r\n"));
            assertThat(rest(half)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void failedLogLinesEndNothing() throws IOException {
        Logger logger = Logger.getLogger("murder.tracker.httpserver.SelectorHttpServer");
        Handler broken = new Handler() {
            @Override
            public void publish(LogRecord line) {
                throw new NoClassDefFoundError("meant by this test");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(broken);
        logger.setUseParentHandlers(false);
        try {
            SelectorHttpServer server = (SelectorHttpServer) start(10, SelectorHttpServerTest::echo);
            server.warn("meant by this test", new IOException("Too many open files"));
            assertThat(exchange(server, REQUEST)).endsWith("GET /a b ");
        } finally {
            logger.removeHandler(broken);
            logger.setUseParentHandlers(true);
        }
    }

    @Test
    void clientsThatResetHarmNobody() throws IOException {
        HttpServer server = start(1, SelectorHttpServerTest::echo);
        for (int i = 0; i < 10; i++) {
            try (Socket socket = connect(server)) {
                socket.setSoLinger(true, 0);
                socket.getOutputStream().write('G');
            }
        }
        assertThat(exchange(server, REQUEST)).endsWith("GET /a b ");
    }

    @Test
    void failuresOfHandlersCostTheirRequest() throws IOException {
        HttpServer server = start(10, exchange -> {
            switch (exchange.getRequestURI().getPath()) {
                case "/runtime" -> throw new IllegalStateException("meant by this test");
                case "/io" -> throw new IOException("meant by this test");
                case "/half" -> {
                    exchange.sendResponseHeaders(200, 5);
                    exchange.getResponseBody().write('x');
                }
                case "/silent" -> exchange.close();
                default -> echo(exchange);
            }
        });
        assertThat(exchange(server, "GET /runtime HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 500 ");
        assertThat(exchange(server, "GET /io HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 500 ");
        assertThat(exchange(server, "GET /half HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 500 ").doesNotContain("x");
        assertThat(exchange(server, "GET /silent HTTP/1.1\r\n\r\n")).isEmpty();
        assertThat(exchange(server, REQUEST)).endsWith("GET /a b ");
    }

    @Test
    void reportsTheFaultThatEndsIt() throws IOException {
        Error error = new StackOverflowError("meant by this test");
        HttpServer server = start(1, exchange -> {
            throw error;
        });
        assertThat(exchange(server, REQUEST)).isEmpty();
        server.stop(0);
        assertThat(fault.getAndSet(null)).isSameAs(error);
    }

    @Test
    void discardsPipelinedRequests() throws IOException {
        HttpServer server = start(10, SelectorHttpServerTest::echo);
        try (Socket socket = connect(server)) {
            socket.getOutputStream().write(latin1(REQUEST + "GET /second HTTP/1.1\r\n\r\n"));
            socket.shutdownOutput();
            assertThat(rest(socket)).startsWith("HTTP/1.1 200 OK\r\n").contains("\r\nConnection: close\r\n").endsWith("GET /a b ")
                .doesNotContain("second");
        }
    }

    @Test
    void keepsConnectionsThatAskForIt() throws IOException {
        HttpServer server = start(10, SelectorHttpServerTest::echo);
        try (Socket socket = connect(server)) {
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(latin1("GET /" + i + " HTTP/1.1\r\nconnection:keep-alive\r\n\r\n"));
                assertThat(response(socket)).contains("\r\nConnection: keep-alive\r\n").endsWith("GET /" + i + " null ");
            }
            socket.getOutputStream().write(latin1(REQUEST));
            assertThat(rest(socket)).contains("\r\nConnection: close\r\n").endsWith("GET /a b ");
        }
    }

    @Test
    void keepsConnectionsForBoundedTime() throws IOException {
        HttpServer server = start(10, PATIENCE, SelectorHttpServerTest::echo);
        try (Socket socket = connect(server)) {
            long startNs = System.nanoTime();
            assertThatThrownBy(() -> {
                while (System.nanoTime() - startNs < 100 * PATIENCE.toNanos()) {
                    socket.getOutputStream().write(latin1("GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n"));
                    response(socket);
                }
            }).isInstanceOf(IOException.class);
        }
    }

    @Test
    void keepsNoConnectionWhenHalfFull() throws IOException {
        HttpServer server = start(2, SelectorHttpServerTest::echo);
        try (Socket first = connect(server)) {
            first.getOutputStream().write(latin1("GET /1 HTTP/1.1\r\nConnection: keep-alive\r\n\r\n"));
            assertThat(response(first)).contains("\r\nConnection: keep-alive\r\n");
            assertThat(exchange(server, "GET /2 HTTP/1.1\r\nConnection: keep-alive\r\n\r\n"))
                .contains("\r\nConnection: close\r\n").endsWith("GET /2 null ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: close\r\n", "Connection: keep-alive\r\nContent-Length: 0\r\n", "X-Connection: keep-alive\r\n",
        "Connection keep-alive\r\n", "Connection: Upgrade, keep-alive\r\n", "Connection: keep-alive\r\nConnection: close\r\n"})
    void keepsNoConnectionUnasked(String fields) throws IOException {
        HttpServer server = start(10, SelectorHttpServerTest::echo);
        assertThat(exchange(server, "GET /a?b HTTP/1.1\r\n" + fields + "\r\n")).contains("\r\nConnection: close\r\n").endsWith("GET /a b ");
    }

    @Test
    void doesNotAnswerHalfRequests() throws IOException {
        HttpServer server = start(10, SelectorHttpServerTest::echo);
        for (String half : List.of(REQUEST.substring(0, REQUEST.length() - 1), "POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\nbod")) {
            try (Socket socket = connect(server)) {
                socket.getOutputStream().write(latin1(half));
                socket.shutdownOutput();
                assertThat(rest(socket)).isEmpty();
            }
        }
    }

    @Test
    void closesIdleAndSlowConnections() throws IOException {
        HttpServer server = start(10, PATIENCE, exchange -> respond(exchange, 200, new byte[LONG]));
        try (Socket silent = connect(server); Socket slow = connect(server); Socket bodiless = connect(server);
                Socket deaf = connect(server); Socket leaving = connect(server)) {
            slow.getOutputStream().write(latin1("GET /a"));
            bodiless.getOutputStream().write(latin1("POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\n"));
            deaf.getOutputStream().write(latin1(REQUEST));
            leaving.getOutputStream().write(latin1("nonsense\r\n\r\n"));
            assertThat(rest(silent)).isEmpty();
            assertThat(rest(slow)).isEmpty();
            assertThat(rest(bodiless)).isEmpty();
            assertThat(rest(leaving)).startsWith("HTTP/1.1 400 ");
            // The deaf one reads only after two later connections were closed.
            for (int i = 0; i < 2; i++) {
                try (Socket later = connect(server)) {
                    assertThat(rest(later)).isEmpty();
                }
            }
            assertThat(lengthOf(deaf)).isBetween(1L, LONG - 1L);
        }
    }

    @Test
    void answersBesideThousandsOfIdleConnections() throws IOException {
        HttpServer server = start(5_000, SelectorHttpServerTest::echo);
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 2_000; i++) {
                idle.add(connect(server));
            }
            assertThat(exchange(server, REQUEST)).endsWith("GET /a b ");
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void idleConnectionsMakeWay() throws IOException {
        HttpServer server = start(3, PATIENCE, SelectorHttpServerTest::echo);
        try (Socket first = connect(server); Socket second = connect(server); Socket third = connect(server)) {
            assertThat(exchange(server, REQUEST)).endsWith("GET /a b ");
            assertThat(rest(first) + rest(second) + rest(third)).isEmpty();
        }
    }

    @Test
    void limitsUnreadResponses() throws IOException {
        HttpServer server = start(10, exchange -> respond(exchange, 200,
            new byte[exchange.getRequestURI().getPath().equals("/a") ? LONG : 1]));
        try (Socket first = connect(server); Socket second = connect(server)) {
            for (Socket socket : List.of(first, second)) {
                socket.getOutputStream().write(latin1(REQUEST));
                assertThat(socket.getInputStream().read()).isEqualTo('H'); // The response is on its way.
            }
            assertThat(exchange(server, "GET / HTTP/1.1\r\n\r\n")).as("a sign that the second is decided").startsWith("HTTP/1.1 200 ");
            assertThat(lengthOf(second)).isLessThan(LONG);
            assertThat(lengthOf(first)).isGreaterThan(LONG);
        }
    }

    @Test
    void choosesTheLongestPath() throws IOException {
        HttpServer server = start(10, exchange -> respond(exchange, 200, latin1("root")));
        HttpContext context = server.createContext("/deep", exchange -> respond(exchange, 200, latin1("deep")));
        assertThat(exchange(server, "GET /deep/er HTTP/1.1\r\n\r\n")).endsWith("deep");
        assertThat(exchange(server, "GET /dee HTTP/1.1\r\n\r\n")).endsWith("root");
        assertThat(exchange(server, "GET http://host HTTP/1.1\r\n\r\n")).endsWith("root");
        assertThatThrownBy(() -> server.createContext("/deep", SelectorHttpServerTest::echo)).isInstanceOf(IllegalArgumentException.class);
        server.removeContext(context);
        assertThat(exchange(server, "GET /deep/er HTTP/1.1\r\n\r\n")).endsWith("root");
        server.removeContext("/");
        assertThat(exchange(server, "GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404 ");
        assertThatThrownBy(() -> server.removeContext("/")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void filtersSeeTheExchangeFirst() throws IOException {
        HttpServer server = start(10, exchange -> respond(exchange, 200, exchange.getRequestBody().readAllBytes()));
        HttpContext context = server.createContext("/filtered", exchange -> respond(exchange, 200,
            latin1(exchange.getAttribute("key") + exchange.getHttpContext().getPath() + exchange.getRequestHeaders().getFirst("x-y"))));
        context.getFilters().add(new Filter() {
            @Override
            public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
                exchange.setAttribute("key", "value ");
                chain.doFilter(exchange);
            }

            @Override
            public String description() {
                return "test";
            }
        });
        assertThat(exchange(server, "GET /filtered HTTP/1.1\r\nX-Y:  z \r\n\r\n")).endsWith("value /filteredz");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {"HEAD | 7 | 200 | 7", "HEAD | -1 | 200 | 5", "GET | -1 | 204 | -",
        "GET | -1 | 200 | 0", "GET | 0 | 200 | 7", "GET | 7 | 200 | 7"})
    void sendsTheRightContentLength(String method, long announced, int status, String length) throws IOException {
        HttpServer server = start(10, exchange -> {
            exchange.getResponseHeaders().set("Content-Length", "5");
            exchange.sendResponseHeaders(status, announced);
            if (announced >= 0) {
                exchange.getResponseBody().write(latin1("content"));
            }
            exchange.close();
        });
        String response = exchange(server, method + " / HTTP/1.1\r\n\r\n");
        assertThat(response).startsWith("HTTP/1.1 " + status + " ");
        assertThat(response.endsWith("\r\n\r\ncontent")).isEqualTo(method.equals("GET") && announced >= 0);
        Matcher field = Pattern.compile("Content-Length: (\\d+)", Pattern.CASE_INSENSITIVE).matcher(response);
        assertThat(field.find() ? field.group(1) : null).isEqualTo(length);
        assertThat(field.find()).isFalse();
    }

    @Test
    void handlersCannotSplitResponses() throws IOException {
        HttpServer server = start(10, exchange -> {
            exchange.getResponseHeaders().set("X", "a\r\nY: b");
            respond(exchange, 200, latin1("never"));
        });
        assertThat(exchange(server, REQUEST)).startsWith("HTTP/1.1 500 ").doesNotContain("Y: b");
    }

    @Test
    void refusesMisuseOfAnExchange() throws IOException {
        List<String> refused = new ArrayList<>();
        HttpServer server = start(10, exchange -> {
            for (long length : new long[] {1L << 40, 3, 3}) {
                try {
                    exchange.sendResponseHeaders(200, length);
                } catch (IOException e) {
                    refused.add(length + ": " + e.getMessage());
                }
            }
            exchange.getResponseBody().write(latin1("abc"));
        });
        assertThat(exchange(server, REQUEST)).endsWith("\r\n\r\nabc");
        assertThat(refused).hasSize(2);
    }

    @Test
    void streamsCanBeReplaced() throws IOException {
        HttpServer server = start(10, exchange -> {
            InputStream other = new ByteArrayInputStream(latin1("other"));
            exchange.setStreams(other, null);
            assertThat(exchange.getRequestBody()).isSameAs(other);
            respond(exchange, 200, exchange.getRequestBody().readAllBytes());
        });
        assertThat(exchange(server, REQUEST)).endsWith("\r\n\r\nother");
    }

    @Test
    void refusesUnsupportedRequests() throws IOException {
        SelectorHttpProvider provider = new SelectorHttpProvider(10, LONG_PATIENCE, fault::set);
        HttpServer server = provider.createHttpServer(null, 0);
        HttpContext context = server.createContext("/");
        assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> server.setExecutor(Runnable::run)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> provider.createHttpsServer(null, 0)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> context.setAuthenticator(new BasicAuthenticator("realm") {
            @Override
            public boolean checkCredentials(String name, String password) {
                return true;
            }
        })).isInstanceOf(UnsupportedOperationException.class);
        server.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.start();
        assertThat(exchange(server, REQUEST)).as("a context without handler").startsWith("HTTP/1.1 500 ");
        int port = server.getAddress().getPort();
        server.stop(1);
        server.stop(0);
        provider.createHttpServer(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0).stop(0);
    }

    @Test
    void isNotRegisteredAsAService() {
        assertThat(SelectorHttpProvider.class.getResource("/META-INF/services/com.sun.net.httpserver.spi.HttpServerProvider")).isNull();
        assertThat(com.sun.net.httpserver.spi.HttpServerProvider.provider()).isNotInstanceOf(SelectorHttpProvider.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0 | Thu, 01 Jan 1970 00:00:00 GMT", "784111777 | Sun, 06 Nov 1994 08:49:37 GMT",
        "1709210096 | Thu, 29 Feb 2024 12:34:56 GMT"})
    void writesDatesOfHttp(long epochSecond, String date) {
        assertThat(SelectorHttpServer.date(epochSecond)).isEqualTo(date);
    }

    private HttpServer start(int maxConnections, HttpHandler handler) throws IOException {
        return start(maxConnections, LONG_PATIENCE, handler);
    }

    private HttpServer start(int maxConnections, Duration patience, HttpHandler handler) throws IOException {
        HttpServer server = new SelectorHttpProvider(maxConnections, patience, fault::set)
            .createHttpServer(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 5_000);
        started.add(server);
        server.createContext("/", handler);
        server.start();
        return server;
    }

    /** Answers with method, path, query and body. */
    private static void echo(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
        respond(exchange, 200, latin1(exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath() + " "
            + exchange.getRequestURI().getRawQuery() + " " + body));
    }

    private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Socket connect(HttpServer server) throws IOException {
        return new Socket(server.getAddress().getAddress(), server.getAddress().getPort());
    }

    /** Sends bytes and returns all that comes back until the server closes. */
    private static String exchange(HttpServer server, String request) throws IOException {
        try (Socket socket = connect(server)) {
            socket.getOutputStream().write(latin1(request));
            return rest(socket);
        }
    }

    /** Length of all that still comes, even if the other side cuts it off. */
    private static long lengthOf(Socket socket) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long length = 0;
        try {
            for (int n = socket.getInputStream().read(buffer); n >= 0; n = socket.getInputStream().read(buffer)) {
                length += n;
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        return length;
    }

    /** Reads one response, which has a length. */
    private static String response(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                throw new IOException("no complete head");
            }
            head.append((char) b);
        }
        Matcher length = Pattern.compile("Content-Length: (\\d+)").matcher(head);
        assertThat(length.find()).isTrue();
        byte[] body = socket.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
        return head + new String(body, StandardCharsets.ISO_8859_1);
    }

    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}
