package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.List;
import murder.metainfo.InfoHash;
import murder.tools.cli.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MagnetTest {
    private static final String HASH = "0123456789abcdef0123456789ABCDEF01234567";

    @Test
    void readsHashNameTrackersAndPeers() throws UsageException {
        Magnet magnet = Magnet.parse("magnet:?xt=urn:btih:" + HASH
            + "&dn=my%20build+1&tr=http%3A%2F%2Ft%3A8998%2Fannounce&tr=udp://u:1/a,b&x.pe=127.0.0.1:6881&x.pe=[::1]:6882&so=0-3");
        assertThat(magnet.infoHash()).isEqualTo(InfoHash.parse(HASH));
        assertThat(magnet.name()).isEqualTo("my build+1");
        assertThat(magnet.trackers()).isEqualTo(List.of(List.of("http://t:8998/announce"), List.of("udp://u:1/a%2Cb")));
        assertThat(magnet.peers()).containsExactly(new InetSocketAddress("127.0.0.1", 6881), new InetSocketAddress("::1", 6882));
    }

    @Test
    void takesHashAsNameByDefault() throws UsageException {
        assertThat(Magnet.parse("magnet:?xt=urn:btih:" + HASH + "&tr=http://t:1/").name()).isEqualToIgnoringCase(HASH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"magnet:", "magnet:?", "magnet:?dn=x", "magnet:?xt=urn:btih:0123&tr=http://t:1/",
        "magnet:?xt=urn:btih:" + HASH, "magnet:?xt=urn:btih:zz23456789abcdef0123456789ABCDEF01234567&tr=http://t:1/",
        "magnet:?xt=urn:btmh:" + HASH + "&tr=http://t:1/", "magnet:?xt=urn:btih:" + HASH + "&tr=t",
        "magnet:?xt=urn:btih:" + HASH + "&x.pe=host", "magnet:?xt=urn:btih:" + HASH + "&x.pe=host:0",
        "magnet:?xt=urn:btih:" + HASH + "&tr=%zz"})
    void refusesWhatCannotBeFetched(String text) {
        assertThatThrownBy(() -> Magnet.parse(text)).isInstanceOf(UsageException.class).hasMessageContaining("magnet");
    }
}
