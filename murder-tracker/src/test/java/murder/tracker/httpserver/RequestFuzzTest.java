package murder.tracker.httpserver;

import static org.assertj.core.api.Assertions.assertThat;

import murder.fuzz.Fuzz;
import murder.fuzz.Mutator;
import murder.fuzz.SeededProperties;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** Hostile heads of HTTP requests. Every one is answered, some by a status that refuses it. */
@Tag(SeededProperties.FUZZ)
class RequestFuzzTest {
    private final Fuzz heads = Fuzz.of(new Mutator(Fuzz.samples("GET /announce?info_hash=%00 HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST http://host:80/x{y}#z HTTP/1.0\r\nContent-Length: 5\r\nConnection: keep-alive\r\nA:  b \r\n\r\n",
        "GET / HTTP/1.1\nConnection: Keep-Alive\nTransfer-Encoding: chunked\nExpect: 100-continue\n\n"), " /:?#%\r\n0123456789"),
        RequestFuzzTest::readHead).allocating(0, 200);

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void headsAreReadOrRefused(@ForAll long seed) throws Exception {
        heads.run(seed);
    }

    private static void readHead(byte[] bytes) {
        int end = RequestHead.end(bytes, 0, bytes.length);
        if (end < 0) {
            return;
        }
        RequestHead head = new RequestHead(bytes, end);
        assertThat(head.refusal).isIn(0, 400, 413, 417, 501);
        if (head.refusal == 0) {
            assertThat(head.uri.getRawPath()).startsWith("/");
            assertThat(head.messageLength).isBetween(head.length, Client.MAX_REQUEST_LENGTH + head.length);
        }
        assertThat(head.fields).isNotNull();
    }
}
