package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import org.junit.jupiter.api.Test;

class EngineStatisticsTest extends Loopback {
    private static TorrentStatistics moved(long down, long up, int peers) {
        return new TorrentStatistics(TorrentState.SEEDING, 0, 0, 0, 0, down, up, 3 * down, 4 * down, 5 * down, 6 * up, peers, 0, 0,
            Duration.ZERO, "", "", SlowFigures.NONE, List.of());
    }

    @Test
    void addsUpTorrents() {
        EngineStatistics gone = EngineStatistics.NOTHING.plus(moved(100, 200, 0));

        assertThat(gone.with(List.of(moved(1, 2, 3), moved(10, 20, 30)), 40, 50))
            .isEqualTo(new EngineStatistics(2, 40, 33, 111, 222, 333, 444, 555, 1332, 50));
    }

    @Test
    void totalsOutliveTorrents() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        Engine engine = engine();
        Torrent torrent = engine.add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(seeder))).build());
        engine.add(TorrentOptions.fetch(new InfoHash(1, 2, 3), folder.resolve("other")).build());
        complete(torrent);
        EngineStatistics busy = engine.statistics();
        assertThat(busy.torrents()).isEqualTo(2);
        assertThat(busy.downloadedBytes()).isEqualTo(payload.length);

        torrent.remove().get(30, TimeUnit.SECONDS);

        assertThat(engine.statistics()).extracting(EngineStatistics::torrents, EngineStatistics::downloadedBytes)
            .containsExactly(1, (long) payload.length);
        assertThat(engine.close(Duration.ofSeconds(20))).isTrue();
        assertThat(engine.statistics()).isEqualTo(new EngineStatistics(0, 0, 0, payload.length, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void countsConnectionsWithoutHandshake() throws Exception {
        Engine engine = engine();
        try (Socket silent = new Socket(LOOPBACK, engine.port())) {
            // The loop has handled an unanswered handshake, and so the connection before it.
            RawPeer stray = closedAtEnd(new RawPeer(new Socket(LOOPBACK, engine.port())));
            stray.handshake(new InfoHash(1, 2, 3), 1);
            assertThat(stray.next()).isNull();

            assertThat(engine.statistics().connections()).isEqualTo(silent.isConnected() ? 1 : 0);
            assertThat(engine.statistics().peers()).isZero();
        }
    }
}
