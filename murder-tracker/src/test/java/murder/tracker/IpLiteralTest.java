package murder.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import murder.peer.PeerAddress;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::1", "1:2:3:4:5:6:7:8", "1::", "1:2::7:8",
        "::ffff:10.0.0.1", "64:ff9b::1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "FE80::ABCD", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7::"})
    void readsWhatTheJdkReads(String text) throws UnknownHostException {
        assertThat(IpLiteral.parse(text, 7)).isEqualTo(PeerAddress.of(InetAddress.getByName(text).getAddress(), 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3", "1.2.3.4 ", "01234.1.1.1", "-1.2.3.4", ":", ":::",
        "1:",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "::1%eth0", "[::1]", ":1::",
        "1:2:3:4:5:6:7:8::", "\u0661.2.3.4"})
    void refusesWhatIsNoAddress(String text) {
        assertThat(IpLiteral.parse(text, 7)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,true", "10.255.0.1,true", "172.16.0.1,true", "172.31.255.255,true", "172.32.0.1,false", "192.168.1.1,true",
        "169.254.1.1,true", "11.0.0.1,false", "::1,true", "fe80::1,true", "fd00::1,true", "fec0::1,false", "2001:db8::1,false",
        "::2,false"})
    void knowsPrivateAddresses(String text, boolean isPrivate) {
        assertThat(IpLiteral.isPrivate(IpLiteral.parse(text, 0))).isEqualTo(isPrivate);
    }

    @Property(tries = 200)
    void readsFormattedAddress(@ForAll @Size(16) byte[] bytes, @ForAll boolean ipv4) {
        PeerAddress address = ipv4 ? PeerAddress.of(Arrays.copyOf(bytes, 4), 80) : PeerAddress.of(bytes, 80);
        assertThat(IpLiteral.parse(IpLiteral.format(address), 80)).isEqualTo(address);
    }

    @Property(tries = 1000)
    void anyTextGivesAddressOrNull(@ForAll @CharRange(from = '0', to = ':') @StringLength(max = 24) String digits) {
        PeerAddress address = IpLiteral.parse(digits.replace('/', '.').replace('9', '.'), 1);
        if (address != null) {
            assertThat(IpLiteral.parse(IpLiteral.format(address), 1)).isEqualTo(address);
        }
    }
}
