package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import murder.metainfo.Metainfo;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Typical uses of engines in an embedding tool. */
class EngineTest extends Loopback {
    private TrackerServer tracker;

    @BeforeEach
    void tracker() throws IOException {
        tracker = closedAtEnd(TrackerServer.start(TrackerServerOptions.builder().bindAddress(LOOPBACK).port(0).build()));
    }

    private List<List<String>> trackers() {
        return List.of(List.of("http://127.0.0.1:" + tracker.port() + "/announce"));
    }

    @Test
    void peerFetchesFileFromGivenSeeder() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        Path target = folder.resolve("copy.bin");

        TorrentStatistics end = complete(engine().add(TorrentOptions.download(metainfo, target).peers(List.of(address(seeder))).build()));

        assertThat(target).hasBinaryContent(payload);
        assertThat(end.verifiedBytes()).isEqualTo(payload.length);
        assertThat(end.state()).isEqualTo(TorrentState.SEEDING);
        assertThat(end.hashFailedBytes()).isZero();
    }

    @Test
    void eightPeersDownloadByTracker() throws Exception {
        Metainfo metainfo = metainfo(trackers());
        seeder(metainfo);
        List<Torrent> torrents = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            torrents.add(engine().add(TorrentOptions.download(metainfo, folder.resolve("copy" + i)).build()));
        }
        for (int i = 0; i < 8; i++) {
            complete(torrents.get(i));
            assertThat(folder.resolve("copy" + i)).hasBinaryContent(payload);
        }
    }

    @Test
    void peerStartsFromInfoHash() throws Exception {
        Metainfo metainfo = metainfo(trackers());
        seeder(metainfo);
        Path target = folder.resolve("copy.bin");

        Torrent torrent = engine().add(TorrentOptions.fetch(metainfo.infoHash(), target).trackers(trackers()).build());

        complete(torrent);
        assertThat(target).hasBinaryContent(payload);
        assertThat(torrent.metainfo()).hasValueSatisfying(found -> assertThat(found.rawInfo()).isEqualTo(metainfo.rawInfo()));
    }

    @Test
    void lonelySeederAnnouncesAgain() throws Exception {
        try (ServerSocket lateComer = new ServerSocket(0, 1, LOOPBACK)) {
            AtomicInteger announces = new AtomicInteger();
            HttpServer quick = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
            closedAtEnd(() -> quick.stop(0));
            quick.createContext("/announce", exchange -> {
                // Nobody at first; then a peer that never dials, so that only a second announce can
                // bring them together.
                byte[] reply = "d8:intervali1e5:peers0:e".getBytes(StandardCharsets.US_ASCII);
                if (announces.getAndIncrement() > 0) {
                    reply = ByteBuffer.allocate(30).put("d8:intervali1e5:peers6:".getBytes(StandardCharsets.US_ASCII))
                        .put(LOOPBACK.getAddress()).putShort((short) lateComer.getLocalPort()).put((byte) 'e').array();
                }
                exchange.sendResponseHeaders(200, reply.length);
                exchange.getResponseBody().write(reply);
                exchange.close();
            });
            quick.start();
            seeder(metainfo(List.of(List.of("http://127.0.0.1:" + quick.getAddress().getPort() + "/announce"))));
            lateComer.setSoTimeout(30_000);
            try (Socket dialled = lateComer.accept()) {
                assertThat(new String(dialled.getInputStream().readNBytes(20), StandardCharsets.US_ASCII)).endsWith("BitTorrent protocol");
            }
        }
    }

    @Test
    void stoppedPeerContinuesDownload() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        Path target = folder.resolve("copy.bin");
        Path resume = folder.resolve("resume");
        CompletableFuture<Void> half = new CompletableFuture<>();
        Engine first = engine();
        first.add(TorrentOptions.download(metainfo, target).peers(List.of(address(seeder))).resumeFile(resume)
            .downloadBytesPerSecond(5_000_000).listener(new TorrentListener() {
                private int pieces;

                @Override
                public void onPieceVerified(Torrent torrent, int piece) {
                    if (++pieces == torrent.metainfo().orElseThrow().layout().pieceCount() / 2) {
                        half.complete(null);
                    }
                }
            }).build());
        half.get(20, TimeUnit.SECONDS);
        assertThat(first.close(Duration.ofSeconds(5))).isTrue();
        assertThat(target).doesNotExist();

        TorrentStatistics end = complete(engine().add(
            TorrentOptions.download(metainfo, target).peers(List.of(address(seeder))).resumeFile(resume).build()));

        assertThat(target).hasBinaryContent(payload);
        assertThat(end.downloadedBytes()).isLessThanOrEqualTo(payload.length / 2 + metainfo.layout().pieceLength());
    }

    @Test
    void pausedTorrentMovesNothing() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        Torrent torrent = engine().add(TorrentOptions.download(metainfo, folder.resolve("copy.bin")).build());
        torrent.pause();
        torrent.pause();
        torrent.addPeer(address(seeder));
        assertThat(torrent.statistics().state()).isEqualTo(TorrentState.PAUSED);
        assertThat(torrent.statistics().peers()).isZero();

        torrent.resume();

        assertThat(complete(torrent).verifiedBytes()).isEqualTo(payload.length);
    }

    @Test
    void theSameTorrentTwiceIsRefused() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine engine = seeder(metainfo);

        assertThatThrownBy(() -> engine.add(TorrentOptions.seed(metainfo, source).build()))
            .isInstanceOfSatisfying(TorrentException.class, e -> assertThat(e.reason()).isEqualTo(TorrentException.Reason.DUPLICATE));
    }

    @Test
    void removedTorrentCanBeAddedAgain() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine engine = engine();
        Torrent torrent = engine.add(TorrentOptions.download(metainfo, folder.resolve("copy.bin")).build());

        assertThat(engine.torrent(metainfo.infoHash())).contains(torrent);
        assertThat(engine.failure()).isNull();
        torrent.remove().get(10, TimeUnit.SECONDS);
        torrent.remove().get(10, TimeUnit.SECONDS);

        assertThatThrownBy(() -> torrent.completion().get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(TorrentException.class);
        assertThat(engine.torrents()).isEmpty();
        assertThat(engine.torrent(metainfo.infoHash())).isEmpty();
        engine.add(TorrentOptions.seed(metainfo, source).build()).completion().get(10, TimeUnit.SECONDS);
    }

    @Test
    void seedingMissingFileFails() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Torrent torrent = engine().add(TorrentOptions.seed(metainfo, folder.resolve("nowhere")).build());

        assertThatThrownBy(() -> torrent.completion().get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
            .cause().isInstanceOfSatisfying(TorrentException.class,
                e -> assertThat(e.reason()).isEqualTo(TorrentException.Reason.STORAGE));
        assertThat(torrent.state()).isEqualTo(TorrentState.FAILED);
        assertThat(torrent.statistics().error()).contains("nowhere");
    }

    @Test
    void secondCloseKeepsLastStatistics() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine engine = engine();
        Torrent torrent = engine.add(TorrentOptions.seed(metainfo, source).build());
        complete(torrent);

        assertThat(engine.close(Duration.ofSeconds(5))).isTrue();
        assertThat(engine.close(Duration.ofSeconds(5))).isTrue();

        assertThat(torrent.statistics().state()).isEqualTo(TorrentState.REMOVED);
        assertThatThrownBy(() -> engine.add(TorrentOptions.seed(metainfo, source).build())).isInstanceOf(TorrentException.class);
    }
}
