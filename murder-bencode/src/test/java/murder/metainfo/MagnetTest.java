package murder.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MagnetTest {
    private static final String HASH = "0123456789abcdef0123456789ABCDEF01234567";

    private static final String FULL = "magnet:?xt=urn:btih:" + HASH
        + "&dn=my%20build+1&tr=http%3A%2F%2Ft%3A8998%2Fannounce&tr=udp://u:1/a,b&x.pe=127.0.0.1:6881&x.pe=[::1]:6882&so=0-3";

    @Test
    void readsHashNameTrackersAndPeers() throws MetainfoException {
        Magnet magnet = Magnet.parse(FULL);

        assertThat(magnet.infoHash()).isEqualTo(InfoHash.parse(HASH));
        assertThat(magnet.name()).isEqualTo("my build+1");
        assertThat(magnet.trackers()).isEqualTo(List.of(List.of("http://t:8998/announce"), List.of("udp://u:1/a,b")));
        assertThat(magnet.peers()).containsExactly(InetSocketAddress.createUnresolved("127.0.0.1", 6881),
            InetSocketAddress.createUnresolved("::1", 6882));
    }

    @Test
    void writesParsedLinks() throws MetainfoException {
        Magnet magnet = Magnet.parse(FULL);

        assertThat(Magnet.parse(magnet.toString())).isEqualTo(magnet);
        assertThat(magnet.toString()).startsWith("magnet:?xt=urn:btih:" + InfoHash.parse(HASH) + "&dn=my%20build%2B1&tr=http%3A%2F%2Ft")
            .endsWith("&x.pe=%5B%3A%3A1%5D%3A6882");
    }

    @Test
    void readsBase32InEitherCase() throws MetainfoException {
        // RFC 4648 of the twenty bytes "foobarfoobarfoobarfo".
        InfoHash expected = InfoHash.parse("666f6f626172666f6f626172666f6f626172666f");
        assertThat(Magnet.parse("magnet:?xt=urn:btih:MZXW6YTBOJTG633CMFZGM33PMJQXEZTP").infoHash()).isEqualTo(expected);
        assertThat(Magnet.parse("magnet:?xt=urn:btih:mzxw6ytbojtg633cmfzgm33pmjqxeztp").infoHash()).isEqualTo(expected);
        assertThat(Magnet.parse("magnet:?xt=urn:btih:" + "A".repeat(32)).infoHash()).isEqualTo(InfoHash.parse("0".repeat(40)));
    }

    @Test
    void takesHashAsNameByDefault() throws MetainfoException {
        assertThat(Magnet.parse("magnet:?xt=urn:btih:" + HASH).name()).isEqualToIgnoringCase(HASH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"magnet:", "magnet:?", "magnet:?dn=x", "http://t/?xt=urn:btih:" + HASH, "magnet:?xt=urn:btih:0123",
        "magnet:?xt=urn:btih:MZXW6YTBOJTG633CMFZGM33PMJQXEZT1",
        "magnet:?xt=urn:btih:zz23456789abcdef0123456789ABCDEF01234567", "magnet:?xt=urn:btmh:" + HASH,
        "magnet:?xt=urn:btih:" + HASH + "&x.pe=host", "magnet:?xt=urn:btih:" + HASH + "&x.pe=host:0",
        "magnet:?xt=urn:btih:" + HASH + "&x.pe=:1", "magnet:?xt=urn:btih:" + HASH + "&tr=%zz"})
    void refusesWhatCannotBeRead(String text) {
        assertThatThrownBy(() -> Magnet.parse(text)).isInstanceOf(MetainfoException.class).hasMessageStartingWith("magnet link: ");
    }
}
