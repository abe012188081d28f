package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import murder.metainfo.InfoHash;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest extends Loopback {
    private static final InfoHash HASH = InfoHash.ofInfo("any".getBytes(StandardCharsets.US_ASCII));

    private static TorrentOptions.Builder torrent() {
        return TorrentOptions.fetch(HASH, Path.of("copy"));
    }

    @Test
    void keepsEveryEngineOption() throws Exception {
        InetAddress announced = InetAddress.getByName("192.0.2.7");
        Executor notifications = Runnable::run;
        LongSupplier clock = () -> 5;

        EngineOptions.Values kept = EngineOptions.builder().name("fleet").bindAddress(LOOPBACK).port(6881).announcedAddress(announced)
            .maxPeersPerTorrent(7).uploadBytesPerSecond(1).downloadBytesPerSecond(2).diskThreads(3).seed(4).notifications(notifications)
            .nanoClock(clock).build().values;

        assertThat(new Object[] {kept.name, kept.bindAddress, kept.port, kept.announcedAddress, kept.maxPeersPerTorrent,
            kept.uploadBytesPerSecond, kept.downloadBytesPerSecond, kept.diskThreads, kept.seed, kept.notifications, kept.nanoClock})
            .containsExactly("fleet", LOOPBACK, 6881, announced, 7, 1L, 2L, 3, 4L, notifications, clock);
    }

    @Test
    void keepsEveryTorrentOption() {
        List<List<String>> trackers = List.of(List.of("http://127.0.0.1:1/announce"));
        List<InetSocketAddress> peers = List.of(new InetSocketAddress(LOOPBACK, 1));
        TorrentListener listener = new TorrentListener() { };

        TorrentOptions kept = torrent().resumeFile(Path.of("resume")).start(TorrentOptions.Start.CHECK).trackers(trackers).peers(peers)
            .zone("rack-7").uploadBytesPerSecond(1).downloadBytesPerSecond(2).listener(listener).followLink(false).ownerOnly(true).build();

        assertThat(new Object[] {kept.infoHash(), kept.metainfo(), kept.path(), kept.resumeFile(), kept.start(), kept.trackers(),
            kept.peers(), kept.zone(), kept.uploadBytesPerSecond(), kept.downloadBytesPerSecond(), kept.listener(), kept.followLink(),
            kept.ownerOnly()})
            .containsExactly(HASH, null, Path.of("copy"), Path.of("resume"), TorrentOptions.Start.CHECK, trackers, peers, "rack-7", 1L, 2L,
                listener, false, true);
    }

    @Test
    void builderDoesNotChangeBuiltOptions() {
        EngineOptions.Builder engine = EngineOptions.builder().port(1);
        EngineOptions firstEngine = engine.build();
        TorrentOptions.Builder torrent = torrent().zone("a");
        TorrentOptions firstTorrent = torrent.build();

        assertThat(engine.port(2).build().values.port).isEqualTo(2);
        assertThat(torrent.zone("b").build().zone()).isEqualTo("b");
        assertThat(firstEngine.values.port).isEqualTo(1);
        assertThat(firstTorrent.zone()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tracker:8998", "http://", "http://tracker:0/announce", "udp://tracker", "wss://tracker/announce",
        "http://a b/"})
    void refusesBadTrackerUrls(String url) {
        List<List<String>> trackers = List.of(List.of("http://tracker:8998/announce"), List.of("udp://tracker:1", url));
        assertThatThrownBy(() -> torrent().trackers(trackers)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(url);
    }

    @Test
    void listsAreCopied() {
        List<String> tier = new ArrayList<>(List.of("http://127.0.0.1:1/announce"));
        TorrentOptions options = torrent().trackers(List.of(tier)).build();

        tier.clear();

        assertThat(options.trackers()).containsExactly(List.of("http://127.0.0.1:1/announce"));
    }

    @Test
    void announcesTheBoundAddressByDefault() {
        assertThat(EngineOptions.defaults().values.announcedAddress).isNull();
        assertThat(EngineOptions.builder().bindAddress(LOOPBACK).build().values.announcedAddress).isNull();
    }

    @Test
    void settersRefuseNonsense() {
        refuses("65536", () -> EngineOptions.builder().port(65536));
        refuses("-1", () -> EngineOptions.builder().port(-1));
        refuses("5001", () -> EngineOptions.builder().maxPeersPerTorrent(EngineOptions.MAX_PEERS + 1));
        refuses("0", () -> EngineOptions.builder().maxPeersPerTorrent(0));
        refuses("-2", () -> EngineOptions.builder().uploadBytesPerSecond(-2));
        refuses("-3", () -> EngineOptions.builder().downloadBytesPerSecond(-3));
        refuses("-4", () -> EngineOptions.builder().diskThreads(-4));
        refuses("101", () -> EngineOptions.builder().name("n".repeat(101)));
        refuses("65", () -> torrent().zone("z".repeat(65)));
        refuses("-5", () -> torrent().uploadBytesPerSecond(-5));
        refuses("-6", () -> torrent().downloadBytesPerSecond(-6));
        refuses("nowhere", () -> torrent().peers(List.of(InetSocketAddress.createUnresolved("nowhere", 1))));
        refuses("info-hash", () -> torrent().start(TorrentOptions.Start.SEED).build());
    }

    private static void refuses(String value, ThrowingCallable setter) {
        assertThatThrownBy(setter).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(value);
    }

    @Test
    void threadsBearTheEnginesName() throws Exception {
        complete(engine(options().name("red")).add(TorrentOptions.seed(metainfo(List.of()), source).build()));
        complete(engine(options().name("blue")).add(TorrentOptions.seed(metainfo(List.of()), source).build()));

        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
            .contains("red-loop-1", "red-disk-1", "blue-loop-1", "blue-disk-1");
    }

    @Test
    void enginesWithoutANameAreNumbered() throws Exception {
        engine();
        engine();

        Set<String> loops = Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
            .filter(name -> name.matches("murder-[0-9]+-loop-1")).collect(Collectors.toSet());
        assertThat(loops).hasSizeGreaterThanOrEqualTo(2);
    }
}
