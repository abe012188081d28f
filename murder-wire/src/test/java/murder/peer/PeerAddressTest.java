package murder.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "1.2.3.4", "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.16.0.1",
        "192.168.1.1", "223.255.255.255", "240.0.0.1", "255.255.255.254", "2001:db8::1", "fd00::1", "fec0::1", "fe7f::1", "64:ff9b::1"})
    void routesToAddressesOfHosts(String text) throws UnknownHostException {
        assertThat(address(text).isRoutable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254", "224.0.0.1",
        "239.255.255.255", "255.255.255.255", "::", "::1", "::7f00:1", "fe80::1", "febf::1", "ff02::1", "::ffff:127.0.0.1"})
    void routesNowhereElse(String text) throws UnknownHostException {
        assertThat(address(text).isRoutable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.0.0", "169.254.255.255", "fe80::1", "febf::1", "::ffff:169.254.1.1"})
    void knowsLinkLocalAddresses(String text) throws UnknownHostException {
        assertThat(address(text).isLinkLocal()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.253.255.255", "169.255.0.0", "127.0.0.1", "fec0::1", "fe7f::1", "::1", "::a9fe:1"})
    void knowsOtherAddresses(String text) throws UnknownHostException {
        assertThat(address(text).isLinkLocal()).isFalse();
    }

    private static PeerAddress address(String text) throws UnknownHostException {
        return PeerAddress.of(InetAddress.getByName(text).getAddress(), 22);
    }
}
