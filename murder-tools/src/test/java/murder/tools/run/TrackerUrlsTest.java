package murder.tools.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.CommandException;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrackerUrlsTest {
    @ParameterizedTest
    @CsvSource({
        "host1:8998, http://host1:8998/announce",
        "build_1:8998, http://build_1:8998/announce",
        "10.0.0.1:80, http://10.0.0.1:80/announce",
        "[2001:db8::1]:8998, http://[2001:db8::1]:8998/announce",
        "https://t.example/a/announce?key=1, https://t.example/a/announce?key=1",
        "udp://t.example:6969/announce, udp://t.example:6969/announce",
    })
    void makesUrlOfHostAndPort(String text, String url) throws UsageException {
        assertThat(TrackerUrls.parse(text)).isEqualTo(List.of(List.of(url)));
    }

    @Test
    void commasAreTiers() throws UsageException {
        assertThat(TrackerUrls.parse("a:1, b:2,udp://c:3")).isEqualTo(
            List.of(List.of("http://a:1/announce"), List.of("http://b:2/announce"), List.of("udp://c:3")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", ":80", "host:", "host:0", "host:65536", "host:port", "ftp://host:21/x", "a:1,,b:2", "udp://host/x",
        "http://", "http://user:pass@host:80/announce", "user@host:80", "a b:80", "2001:db8::1:80"})
    void refusesWhatIsNoTracker(String text) {
        assertThatThrownBy(() -> TrackerUrls.parse(text)).isInstanceOf(UsageException.class);
    }

    @Test
    void findsFirstTrackerWithAddress() {
        assertThat(TrackerUrls.first(List.of(List.of("not a url", "mailto:x"), List.of("http://[::1]:81/announce", "http://b/"))))
            .isEqualTo(InetSocketAddress.createUnresolved("::1", 81));
        assertThat(TrackerUrls.first(List.of(List.of("https://b/announce")))).isEqualTo(InetSocketAddress.createUnresolved("b", 443));
        assertThat(TrackerUrls.first(List.of())).isNull();
    }

    /** A name for loopback here means another address elsewhere. */
    @Test
    void ownNamesBindAllAddresses() {
        assertThat(LocalAddress.isLoopbackEverywhere("build1")).isFalse();
        assertThat(LocalAddress.isLoopbackEverywhere("10.0.0.1")).isFalse();
        for (String host : List.of("127.0.1.1", "::1", "LocalHost")) {
            assertThat(LocalAddress.isLoopbackEverywhere(host)).isTrue();
        }
    }

    /**
     * {@code 127.1} is an example for a name that means loopback here: not all hosts parse it as an
     * address.
     */
    @Test
    void announcedNameMustNotBeLoopback() throws Exception {
        Syntax syntax = new Syntax("x", "", "", List.of(), 0, TransferFlags.seederOptions(), List.of());
        assertThatThrownBy(() -> TransferFlags.parse(Arguments.parse(syntax, List.of("--announce-address=127.1")), null).announced())
            .isInstanceOf(CommandException.class).hasMessageContaining("means 127.0.0.1 on this host");
        assertThat(TransferFlags.parse(Arguments.parse(syntax, List.of("--announce-address=10.9.0.1")), null).announced())
            .isEqualTo(InetAddress.getByName("10.9.0.1"));
    }

    @Test
    void nameOfBothFamiliesBindsAll() throws Exception {
        InetAddress four = InetAddress.getByName("10.0.0.1");
        InetAddress six = InetAddress.getByName("fd00::1");
        assertThat(LocalAddress.hasBothFamilies(four, six)).isTrue();
        assertThat(LocalAddress.hasBothFamilies(four, InetAddress.getByName("10.0.0.2"))).isFalse();
        assertThat(LocalAddress.hasBothFamilies(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("::1"))).isFalse();
    }

    @Test
    void routeToLoopbackLeavesFromLoopback() {
        assertThat(LocalAddress.routeTo(InetSocketAddress.createUnresolved("127.0.0.1", 8998)).isLoopbackAddress()).isTrue();
        assertThat(LocalAddress.routeTo(InetSocketAddress.createUnresolved("localhost", 8998)).isLoopbackAddress()).isTrue();
        assertThat(LocalAddress.routeTo(null)).isNull();
        assertThat(LocalAddress.routeTo(InetSocketAddress.createUnresolved("no-such-host.invalid", 8998))).isNull();
    }
}
