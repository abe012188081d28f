package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import murder.engine.TorrentOptions;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.tools.cli.CommandException;
import murder.tools.cli.UsageException;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    @Test
    void takesTorrentsFromATracker(@TempDir Path directory) throws Exception {
        Path build = Files.writeString(directory.resolve("build"), "build");
        byte[] torrent = TorrentCreator.create(build, TorrentCreator.Options.defaults(), (done, total) -> { }).toBytes();
        Files.write(directory.resolve("b 1.torrent"), torrent);
        try (TrackerServer tracker = TrackerServer.start(TrackerServerOptions.builder().port(0).allow(directory)
            .bindAddress(InetAddress.getByName("127.0.0.1")).build())) {
            String url = "http://127.0.0.1:" + tracker.port() + "/torrents/b%201.torrent";
            assertThat(TorrentSource.open(url).infoHash()).isEqualTo(Metainfo.parse(torrent).infoHash());
            assertThatThrownBy(() -> TorrentSource.open(url + "x")).isInstanceOf(CommandException.class).hasMessageContaining("404");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LINK, LINK + "&tr=t", LINK + "&tr=udp://u", LINK + "&x.pe=host", LINK + "&x.pe=[::zz]:1",
        "magnet:"})
    void refusesLinksThatLeadNowhere(String link) {
        assertThatThrownBy(() -> TorrentSource.open(link)).isInstanceOf(UsageException.class).hasMessageContaining("magnet link: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a b", "http://", "http:///x", "https://[::1", "http://a:b/", "http://%"})
    void refusesWhatIsNoUrl(String url) {
        assertThatThrownBy(() -> TorrentSource.open(url)).isInstanceOf(CommandException.class).hasMessageContaining("is no URL");
    }
}
