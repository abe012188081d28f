package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import murder.engine.TorrentOptions;
import murder.tools.cli.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorrentSourceTest {
    private static final String LINK = "magnet:?xt=urn:btih:0123456789abcdef0123456789ABCDEF01234567";

    @Test
    void completesTrackersAndResolvesPeers() throws Exception {
        TorrentSource source = TorrentSource.open(LINK + "&tr=t:8998&tr=udp://u:1/a,b&x.pe=127.0.0.1:6881&x.pe=[::1]:6882");

        TorrentOptions options = source.download(Path.of("copy")).build();
        assertThat(options.trackers()).isEqualTo(List.of(List.of("http://t:8998/announce"), List.of("udp://u:1/a%2Cb")));
        assertThat(options.peers()).containsExactly(new InetSocketAddress("127.0.0.1", 6881), new InetSocketAddress("::1", 6882));
    }

    @ParameterizedTest
    @ValueSource(strings = {LINK, LINK + "&tr=t", LINK + "&tr=udp://u", LINK + "&x.pe=host", LINK + "&x.pe=[::zz]:1",
        "magnet:"})
    void refusesLinksThatLeadNowhere(String link) {
        assertThatThrownBy(() -> TorrentSource.open(link)).isInstanceOf(UsageException.class).hasMessageContaining("magnet link: ");
    }
}
