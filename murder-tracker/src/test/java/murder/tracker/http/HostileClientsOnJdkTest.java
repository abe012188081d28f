package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.spi.HttpServerProvider;

/** On the JDK's provider, which refuses some of what our own answers. */
class HostileClientsOnJdkTest extends HostileClientsSuite {
    @Override
    HttpServerProvider provider() {
        return JdkProvider.get();
    }

    @Override
    void assertOversizedHead(String answer) {
        assertThat(answer).as("it resets the connection").isEmpty();
    }

    @Override
    void assertPipelined(String answers) {
        assertThat(answers.split("HTTP/1.1 200 ", -1)).as("it answers both").hasSize(3);
    }

    @Override
    void assertLinesOfLineFeedsAlone(String answer) {
        assertThat(answer).as("it waits for a carriage return").isEmpty();
    }

    @Override
    void assertRawBrace(String answer) {
        assertThat(answer).startsWith("HTTP/1.1 400 ");
    }

    @Override
    void assertMissingBody(String answer) {
        // JDK 17 lets the handler answer first; JDK 25 closes the connection.
        assertThat(answer).matches("(HTTP/1\\.1 405 (?s:.*))?");
    }
}
