package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.spi.HttpServerProvider;

/** On our own provider, which takes all that a tracker is asked, and answers nothing else. */
class HostileClientsTest extends HostileClientsSuite {
    @Override
    HttpServerProvider provider() {
        return null;
    }

    @Override
    void assertOversizedHead(String answer) {
        assertThat(answer).startsWith("HTTP/1.1 431 ");
    }

    @Override
    void assertPipelined(String answers) {
        assertThat(answers).startsWith("HTTP/1.1 200 ").containsOnlyOnce("HTTP/1.1 ").contains("\r\nConnection: close\r\n");
    }

    @Override
    void assertLinesOfLineFeedsAlone(String answer) {
        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("8:interval");
    }

    @Override
    void assertRawBrace(String answer) {
        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("8:interval");
    }

    @Override
    void assertMissingBody(String answer) {
        assertThat(answer).as("a request without its body is none").isEmpty();
    }
}
