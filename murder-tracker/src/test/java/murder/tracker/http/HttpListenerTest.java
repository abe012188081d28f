package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpListenerTest {
    private static final String REQUEST = "GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n";

    /** Patience for tests that wait for its end. */
    private static final long SHORT_NS = 200_000_000;
    /** More than the kernel keeps of what a receiver does not take, and more than half of what the listener keeps. */
    private static final int LONG = 30 << 20;

    private final List<HttpListener> started = new ArrayList<>();

    @AfterEach
    void close() {
        started.forEach(HttpListener::close);
    }

    @Test
    void aRequestMayComeByteByByte() throws IOException {
        HttpListener listener = start(10, HttpListenerTest::echo);
        try (Socket socket = connect(listener)) {
            socket.setTcpNoDelay(true);
            for (byte b : Text.latin1(REQUEST)) {
                socket.getOutputStream().write(b);
            }
            assertThat(rest(socket)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nGET /a b");
        }
    }

    @Test
    void aHeadThatDoesNotEndIsRefusedAndTheAnswerArrives() throws IOException {
        HttpListener listener = start(10, HttpListenerTest::echo);
        try (Socket socket = connect(listener)) {
            OutputStream out = socket.getOutputStream();
            out.write(Text.latin1("GET / HTTP/1.1\r\nX: "));
            out.write(Text.latin1("x".repeat(100_000)));
            socket.shutdownOutput();
            assertThat(rest(socket)).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void aBodyThatNobodyReadsDoesNotDestroyTheAnswer() throws IOException {
        HttpListener listener = start(10, HttpListenerTest::echo);
        try (Socket socket = connect(listener)) {
            socket.getOutputStream().write(Text.latin1("POST /a HTTP/1.1\r\nContent-Length: 300000\r\n\r\n" + "x".repeat(300_000)));
            socket.shutdownOutput();
            assertThat(rest(socket)).endsWith("POST /a null");
        }
    }

    @Test
    void aLongAnswerIsSentWhole() throws IOException {
        byte[] body = new byte[8_000_000];
        HttpListener listener = start(10, request -> new HttpAnswer(200, "text/plain", body));
        try (Socket socket = connect(listener)) {
            socket.getOutputStream().write(Text.latin1(REQUEST));
            assertThat(rest(socket)).endsWith("\0".repeat(body.length));
        }
    }

    @Test
    void moreConnectionsThanAllowedWaitAndAreAnswered() throws IOException {
        HttpListener listener = start(2, HttpListenerTest::echo);
        try (Socket first = connect(listener); Socket second = connect(listener); Socket third = connect(listener)) {
            third.getOutputStream().write(Text.latin1(REQUEST));
            first.getOutputStream().write(Text.latin1(REQUEST));
            assertThat(rest(first)).endsWith("GET /a b");
            assertThat(rest(third)).endsWith("GET /a b");
            second.getOutputStream().write(Text.latin1(REQUEST));
            assertThat(rest(second)).endsWith("GET /a b");
        }
    }

    @Test
    void whoLeavesWithoutAWordHarmsNobody() throws IOException {
        HttpListener listener = start(1, HttpListenerTest::echo);
        for (int i = 0; i < 10; i++) {
            try (Socket socket = connect(listener)) {
                socket.setSoLinger(true, 0); // A reset instead of a goodbye.
                socket.getOutputStream().write('G');
            }
        }
        try (Socket socket = connect(listener)) {
            socket.getOutputStream().write(Text.latin1(REQUEST));
            assertThat(rest(socket)).endsWith("GET /a b");
        }
        assertThat(listener.failure()).isNull();
    }

    @Test
    void aFaultOfItsOwnEndsItAndIsTold() throws IOException {
        IllegalStateException fault = new IllegalStateException("meant by this test");
        HttpListener listener = start(1, request -> {
            throw fault;
        });
        try (Socket socket = connect(listener)) {
            socket.getOutputStream().write(Text.latin1(REQUEST));
            assertThat(rest(socket)).isEmpty();
        }
        listener.close();
        assertThat(listener.failure()).isSameAs(fault);
    }

    @Test
    void aSecondRequestOnTheSameConnectionIsNotAnswered() throws IOException {
        HttpListener listener = start(10, HttpListenerTest::echo);
        try (Socket socket = connect(listener)) {
            socket.getOutputStream().write(Text.latin1(REQUEST + "GET /second HTTP/1.1\r\n\r\n"));
            socket.shutdownOutput();
            assertThat(rest(socket)).startsWith("HTTP/1.1 200 OK\r\n").contains("\r\nConnection: close\r\n").endsWith("GET /a b")
                .doesNotContain("second");
        }
    }

    @Test
    void requestsFollowOneAnotherOnAConnectionThatIsToBeKept() throws IOException {
        HttpListener listener = start(10, HttpListenerTest::echo);
        try (Socket socket = connect(listener)) {
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(Text.latin1("GET /" + i + " HTTP/1.1\r\nconnection:keep-alive\r\n\r\n"));
                assertThat(answer(socket)).contains("\r\nConnection: keep-alive\r\n").endsWith("GET /" + i + " null");
            }
            socket.getOutputStream().write(Text.latin1(REQUEST));
            assertThat(rest(socket)).contains("\r\nConnection: close\r\n").endsWith("GET /a b");
        }
    }

    @Test
    void aConnectionIsKeptForTheTimeOfOneRequestHoweverManyCome() throws IOException {
        HttpListener listener = start(10, SHORT_NS, HttpListenerTest::echo);
        try (Socket socket = connect(listener)) {
            long startNs = System.nanoTime();
            assertThatThrownBy(() -> {
                while (System.nanoTime() - startNs < 100 * SHORT_NS) {
                    socket.getOutputStream().write(Text.latin1("GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n"));
                    answer(socket);
                }
            }).isInstanceOf(IOException.class);
            assertThat(System.nanoTime() - startNs).isGreaterThan(SHORT_NS / 2);
        }
    }

    @Test
    void noConnectionIsKeptWhereHalfOfThePlacesAreTaken() throws IOException {
        HttpListener listener = start(2, HttpListenerTest::echo);
        try (Socket first = connect(listener)) {
            first.getOutputStream().write(Text.latin1("GET /1 HTTP/1.1\r\nConnection: keep-alive\r\n\r\n"));
            assertThat(answer(first)).contains("\r\nConnection: keep-alive\r\n");
            try (Socket second = connect(listener)) {
                second.getOutputStream().write(Text.latin1("GET /2 HTTP/1.1\r\nConnection: keep-alive\r\n\r\n"));
                assertThat(rest(second)).contains("\r\nConnection: close\r\n").endsWith("GET /2 null");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: close\r\n", "Connection: keep-alive\r\nContent-Length: 0\r\n", "X-Connection: keep-alive\r\n",
        "Transfer-encoding: chunked\r\nConnection: keep-alive\r\n", "Connection keep-alive\r\n", "Connection: Upgrade, keep-alive\r\n",
        "Connection: keep-alive\r\nContent-Length : 5\r\n", "Connection: keep-alive\r\nConnection: close\r\n"})
    void aConnectionIsNotKeptForARequestWithABodyOrNotAskedTo(String fields) throws IOException {
        HttpListener listener = start(10, HttpListenerTest::echo);
        try (Socket socket = connect(listener)) {
            socket.getOutputStream().write(Text.latin1("GET /a?b HTTP/1.1\r\n" + fields + "\r\n"));
            assertThat(rest(socket)).contains("\r\nConnection: close\r\n").endsWith("GET /a b");
        }
    }

    @Test
    void halfARequestIsNotAnswered() throws IOException {
        HttpListener listener = start(10, HttpListenerTest::echo);
        try (Socket socket = connect(listener)) {
            socket.getOutputStream().write(Text.latin1(REQUEST.substring(0, REQUEST.length() - 1)));
            socket.shutdownOutput();
            assertThat(rest(socket)).isEmpty();
        }
    }

    @Test
    void whoIsIdleOrSlowIsClosedInTheEnd() throws IOException {
        HttpListener listener = start(10, SHORT_NS, request -> new HttpAnswer(200, "text/plain", new byte[LONG]));
        try (Socket silent = connect(listener); Socket slow = connect(listener); Socket deaf = connect(listener);
                Socket leaving = connect(listener)) {
            slow.getOutputStream().write(Text.latin1("GET /a"));
            deaf.getOutputStream().write(Text.latin1(REQUEST));
            leaving.getOutputStream().write(Text.latin1("nonsense\r\n\r\n"));
            assertThat(rest(silent)).isEmpty();
            assertThat(rest(slow)).isEmpty();
            assertThat(rest(leaving)).startsWith("HTTP/1.1 400 ");
            // It takes its answer only when those that came before it are closed, and one more that came later.
            try (Socket later = connect(listener)) {
                assertThat(rest(later)).isEmpty();
            }
            assertThat(lengthOf(deaf)).isBetween(1L, LONG - 1L);
        }
        assertThat(listener.failure()).isNull();
    }

    @Test
    void thousandsOfIdleConnectionsDoNotKeepOthersWaiting() throws IOException {
        HttpListener listener = start(5_000, HttpListenerTest::echo);
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 2_000; i++) {
                idle.add(connect(listener));
            }
            try (Socket socket = connect(listener)) {
                socket.getOutputStream().write(Text.latin1(REQUEST));
                assertThat(rest(socket)).endsWith("GET /a b");
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void idleConnectionsThatTakeAllPlacesMakeWay() throws IOException {
        HttpListener listener = start(3, SHORT_NS, HttpListenerTest::echo);
        try (Socket first = connect(listener); Socket second = connect(listener); Socket third = connect(listener);
                Socket fourth = connect(listener)) {
            fourth.getOutputStream().write(Text.latin1(REQUEST));
            assertThat(rest(fourth)).endsWith("GET /a b");
            assertThat(rest(first) + rest(second) + rest(third)).isEmpty();
        }
    }

    @Test
    void answersThatNobodyTakesHaveALimitTogether() throws IOException {
        HttpListener listener = start(10, request -> new HttpAnswer(200, "text/plain", new byte[request.path().equals("/a") ? LONG : 0]));
        try (Socket first = connect(listener); Socket second = connect(listener); Socket third = connect(listener)) {
            for (Socket socket : List.of(first, second)) {
                socket.getOutputStream().write(Text.latin1(REQUEST));
                assertThat(socket.getInputStream().read()).isEqualTo('H'); // So the answer is on its way.
            }
            third.getOutputStream().write(Text.latin1("GET / HTTP/1.1\r\n\r\n"));
            assertThat(rest(third)).as("answered when it is decided what becomes of the second").startsWith("HTTP/1.1 200 ");
            assertThat(lengthOf(second)).isLessThan(LONG);
            assertThat(lengthOf(first)).isGreaterThan(LONG);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "GET /announce?a=b HTTP/1.1 | GET | /announce | a=b",
        "GET / HTTP/1.0 | GET | / | -",
        "GET /? HTTP/1.0 | GET | / | ''",
        "HEAD http://tracker:80/x?y?z HTTP/1.1 | HEAD | /x | y?z",
        "GET http://tracker HTTP/1.1 | GET | / | -"})
    void readsTheFirstLine(String line, String method, String path, String query) {
        for (String end : List.of("\r\n\r\n", "\n\n", "\nHost: a b c\n\n")) {
            byte[] head = Text.latin1(line + end);
            assertThat(HttpRequest.endOfHead(head, 0, head.length)).isEqualTo(head.length);
            assertThat(HttpRequest.parse(head, head.length, null)).isEqualTo(new HttpRequest(method, path, query, false, null));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET", "GET /", "GET / SPDY/3", " / HTTP/1.1", "GET HTTP/1.1", "GET mailto:x HTTP/1.1", "GET  HTTP/1.1",
        "GET /a b HTTP/1.1", "GET /a HTTP/2.0"})
    void refusesWhatIsNoRequest(String line) {
        byte[] head = Text.latin1(line + "\r\n\r\n");
        assertThat(HttpRequest.parse(head, head.length, null)).isNull();
    }

    @Test
    void theEndOfAHeadIsFoundWhereverItIsCut() {
        byte[] head = Text.latin1("GET / HTTP/1.1\r\na: b\r\n\r\nrest");
        int end = head.length - 4;
        for (int cut = 0; cut < end; cut++) {
            assertThat(HttpRequest.endOfHead(head, 0, cut)).isEqualTo(-1);
            assertThat(HttpRequest.endOfHead(head, cut, head.length)).isEqualTo(end);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0 | Thu, 01 Jan 1970 00:00:00 GMT", "784111777 | Sun, 06 Nov 1994 08:49:37 GMT",
        "1709210096 | Thu, 29 Feb 2024 12:34:56 GMT"})
    void writesDatesAsHttpHasThem(long epochSecond, String date) {
        assertThat(HttpAnswer.date(epochSecond)).isEqualTo(date);
    }

    private HttpListener start(int maxConnections, HttpListener.Handler handler) throws IOException {
        return start(maxConnections, HttpListener.PATIENCE_NS, handler);
    }

    private HttpListener start(int maxConnections, long patienceNs, HttpListener.Handler handler) throws IOException {
        HttpListener listener = new HttpListener(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 5_000, maxConnections,
            patienceNs, handler);
        started.add(listener);
        listener.start();
        return listener;
    }

    private static HttpAnswer echo(HttpRequest request) {
        return new HttpAnswer(200, "text/plain", Text.latin1(request.method() + " " + request.path() + " " + request.query()));
    }

    private static Socket connect(HttpListener listener) throws IOException {
        return new Socket(listener.address().getAddress(), listener.address().getPort());
    }

    /** Of all that still comes, be it cut off by the other side. */
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

    /** Of one answer, which has a length. */
    private static String answer(Socket socket) throws IOException {
        String head = RawServer.head(socket.getInputStream());
        Matcher length = Pattern.compile("Content-Length: (\\d+)").matcher(head);
        assertThat(length.find()).isTrue();
        byte[] body = socket.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
        return head + new String(body, StandardCharsets.ISO_8859_1);
    }

    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}
