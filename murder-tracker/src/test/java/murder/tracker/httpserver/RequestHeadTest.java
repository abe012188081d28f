package murder.tracker.httpserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import murder.fuzz.Allocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "GET /announce?a=b HTTP/1.1 | GET | /announce | a=b",
        "GET / HTTP/1.0 | GET | / | -",
        "GET /? HTTP/1.0 | GET | / | ''",
        "HEAD http://tracker:80/x?y?z HTTP/1.1 | HEAD | /x | y?z",
        "GET http://tracker HTTP/1.1 | GET | / | -",
        "GET /a?x={%7b}[\u00e9]\"`# HTTP/1.1 | GET | /a | x=%7b%7b%7d%5b%e9%5d%22%60%23",
        "GET /a?x=a+b:c@d/e HTTP/1.1 | GET | /a | x=a+b:c@d/e",
        "GET /a?\u0001=\t HTTP/1.1 | GET | /a | %01=%09"}, quoteCharacter = '~')
    void readsTheFirstLine(String line, String method, String path, String query) {
        for (String end : List.of("\r\n\r\n", "\n\n", "\nHost: a b c\n\n")) {
            RequestHead head = head(line + end);
            assertThat(head.refusal).isZero();
            assertThat(head.method).isEqualTo(method);
            assertThat(head.uri.getRawPath()).isEqualTo(path);
            assertThat(head.uri.getRawQuery()).isEqualTo("''".equals(query) ? "" : query);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET", "GET /", "GET / SPDY/3", " / HTTP/1.1", "GET HTTP/1.1", "GET mailto:x HTTP/1.1", "GET  HTTP/1.1",
        "GET /a b HTTP/1.1", "GET /a HTTP/2.0", "GET //host/a HTTP/1.1", "GET /a?x=% HTTP/1.1", "GET /a?x=%zz HTTP/1.1", "GET * HTTP/1.1"})
    void refusesWhatIsNoRequest(String line) {
        assertThat(head(line + "\r\n\r\n").refusal).isEqualTo(400);
    }

    @Test
    void escapingTakesLittleMemory() {
        byte[] bytes = ("GET /" + "\0".repeat(2500) + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(new RequestHead(bytes, bytes.length).refusal).isZero();
        long before = Allocation.ofThisThread();
        RequestHead head = new RequestHead(bytes, bytes.length);
        long allocated = Allocation.ofThisThread() - before;
        assertThat(head.uri.getRawPath()).hasSize(1 + 3 * 2500);
        assertThat(allocated / bytes.length).isLessThan(150);
    }

    @Test
    void findsEndInAnySplit() {
        byte[] bytes = "GET / HTTP/1.1\r\na: b\r\n\r\nrest".getBytes(StandardCharsets.ISO_8859_1);
        int end = bytes.length - 4;
        for (int cut = 0; cut < end; cut++) {
            assertThat(RequestHead.end(bytes, 0, cut)).isEqualTo(-1);
            assertThat(RequestHead.end(bytes, cut, bytes.length)).isEqualTo(end);
        }
    }

    @Test
    void skipsInvalidFields() {
        RequestHead head = head("GET / HTTP/1.1\r\nHost : a:b \r\n no colon\r\n:x\r\na\rb: c\r\nX: 1\nx: 2\r\n\r\n");
        assertThat(head.fields).containsOnlyKeys("Host", "X");
        assertThat(head.fields.getFirst("host")).isEqualTo("a:b");
        assertThat(head.fields.get("x")).containsExactly("1", "2");
    }

    private static RequestHead head(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(RequestHead.end(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        return new RequestHead(bytes, bytes.length);
    }
}
