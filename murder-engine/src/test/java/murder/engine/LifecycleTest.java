package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import murder.bencode.BencodeWriter;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Starts and ends: orders at every moment, failures, and no endless waits. */
class LifecycleTest extends Loopback {
    /** Does something when a torrent gets into a state. */
    private static TorrentListener at(TorrentState when, Consumer<Torrent> then) {
        return new TorrentListener() {
            @Override
            public void onStateChanged(Torrent torrent, TorrentState state) {
                if (state == when) {
                    then.accept(torrent);
                }
            }
        };
    }

    private static void assertFails(Torrent torrent, TorrentException.Reason reason) {
        assertThat(torrent.completion()).failsWithin(Duration.ofSeconds(20)).withThrowableThat().havingCause()
            .isInstanceOfSatisfying(TorrentException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void immediateCloseReportsEveryEnd() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CompletableFuture<Thread> loop = new CompletableFuture<>();
        CompletableFuture<TorrentState> told = new CompletableFuture<>();
        Engine engine = engine(options().nanoClock(() -> {
            if (Thread.currentThread().getName().contains("-loop")) {
                loop.complete(Thread.currentThread());
                awaitUninterrupted(gate);
            }
            return System.nanoTime();
        }));
        Torrent torrent = engine.add(TorrentOptions.download(metainfo(List.of()), folder.resolve("copy"))
            .listener(at(TorrentState.REMOVED, ended -> told.complete(ended.state()))).build());
        loop.get(20, TimeUnit.SECONDS);

        assertThat(engine.close(Duration.ZERO)).isFalse();
        gate.countDown();

        assertFails(torrent, TorrentException.Reason.REMOVED);
        assertThat(told).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(TorrentState.REMOVED);
        assertThat(torrent.statistics().state()).isEqualTo(TorrentState.REMOVED);
    }

    private static void awaitUninterrupted(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DOWNLOADING", "FINISHING", "SEEDING"})
    void aListenerMayCloseTheEngine(TorrentState when) throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        Engine engine = engine();
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        Torrent torrent = engine.add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(seeder)))
            .listener(at(when, reached -> closed.complete(engine.close(Duration.ofSeconds(10))))).build());

        assertThat(closed).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(true);
        assertThat(torrent.state()).isEqualTo(TorrentState.REMOVED);
        assertThat(torrent.statistics().peers()).isZero();
        assertThat(torrent.completion().handle((statistics, error) -> "ended")).succeedsWithin(Duration.ofSeconds(20));
    }

    @Test
    void removesTorrentDuringCheck() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine engine = engine();
        Torrent torrent = engine.add(TorrentOptions.download(metainfo, source).start(TorrentOptions.Start.CHECK).build());

        assertThat(torrent.remove()).succeedsWithin(Duration.ofSeconds(20));
        assertFails(torrent, TorrentException.Reason.REMOVED);
        assertThat(complete(engine.add(TorrentOptions.download(metainfo, source).start(TorrentOptions.Start.CHECK).build())).checkedBytes())
            .isEqualTo(payload.length);
    }

    @Test
    void pausesTorrentDuringCheck() throws Exception {
        Torrent torrent = engine().add(TorrentOptions.download(metainfo(List.of()), source).start(TorrentOptions.Start.CHECK).build());
        torrent.pause();

        assertThat(complete(torrent).state()).isEqualTo(TorrentState.PAUSED);
        torrent.resume();
        assertThat(torrent.statistics().state()).isEqualTo(TorrentState.SEEDING);
    }

    @Test
    void pausedDownloadContinues() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        CompletableFuture<TorrentStatistics> paused = new CompletableFuture<>();
        Torrent torrent = engine().add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(seeder)))
            .downloadBytesPerSecond(4_000_000).listener(new TorrentListener() {
                @Override
                public void onPieceVerified(Torrent of, int piece) {
                    if (!paused.isDone()) {
                        of.pause();
                        paused.complete(of.statistics());
                    }
                }
            }).build());

        TorrentStatistics middle = paused.get(20, TimeUnit.SECONDS);
        assertThat(middle.state()).isEqualTo(TorrentState.PAUSED);
        assertThat(middle.peers()).isZero();
        assertThat(torrent.completion()).isNotDone();
        torrent.limitDownload(0);
        torrent.resume();

        assertThat(complete(torrent).verifiedBytes()).isEqualTo(payload.length);
        assertThat(folder.resolve("copy")).hasBinaryContent(payload);
    }

    @Test
    void redialsPeerAfterPause() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        ServerSocket listener = listener();
        Torrent torrent = engine().add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(listener))).build());
        try (RawPeer first = new RawPeer(listener.accept())) {
            first.heardHandshake();
            torrent.pause();
            assertThat(torrent.statistics().state()).isEqualTo(TorrentState.PAUSED);
            first.handshake(metainfo.infoHash(), 7);
            first.untilClosed();
        }
        torrent.resume();

        try (RawPeer second = RawPeer.accept(listener, metainfo.infoHash(), 7)) {
            assertThat(second.next()).isNotNull();
        }
    }

    @Test
    void liftedLimitDelaysNothing() throws Exception {
        Metainfo metainfo = metainfo(source, 32 * 1024);
        CompletableFuture<Void> begun = new CompletableFuture<>();
        ServerSocket listener = listener();
        Engine engine = engine(options().downloadBytesPerSecond(1));
        Torrent torrent = engine.add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(listener)))
            .downloadBytesPerSecond(1).listener(new TorrentListener() {
                private int pieces;

                @Override
                public void onPieceVerified(Torrent of, int piece) {
                    // The burst of such a limit: 128 KiB.
                    if (++pieces == 4) {
                        begun.complete(null);
                    }
                }
            }).build());
        RawPeer seeder = closedAtEnd(RawPeer.accept(listener, metainfo.infoHash(), 3));
        CompletableFuture<Void> served = CompletableFuture.runAsync(() -> seeder.serveHonestly(metainfo, payload));
        begun.get(20, TimeUnit.SECONDS);

        torrent.limitDownload(0);
        engine.limitDownload(0);

        assertThat(complete(torrent).verifiedBytes()).isEqualTo(payload.length);
        engine.close();
        served.get(20, TimeUnit.SECONDS);
    }

    @Test
    void uploadLimitChangesWhileThrottling() throws Exception {
        Metainfo metainfo = metainfo(source, 32 * 1024);
        Engine seeder = seeder(metainfo);
        seeder.limitUpload(1);
        CompletableFuture<Void> begun = new CompletableFuture<>();
        Torrent torrent = engine().add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(seeder)))
            .listener(new TorrentListener() {
                @Override
                public void onPieceVerified(Torrent of, int piece) {
                    begun.complete(null);
                }
            }).build());
        begun.get(20, TimeUnit.SECONDS);
        assertThat(torrent.completion()).isNotDone();
        assertThat(torrent.statistics().peerList()).singleElement().satisfies(peer -> {
            assertThat(peer.address()).isEqualTo(address(seeder));
            assertThat(peer.downloadedBytes()).isPositive();
        });

        seeder.limitUpload(0);

        assertThat(complete(torrent).verifiedBytes()).isEqualTo(payload.length);
    }

    @Test
    void refusesInvalidCallsWithoutHarm() throws Exception {
        Engine engine = engine();
        TorrentOptions options = TorrentOptions.seed(metainfo(List.of()), source).build();
        Torrent torrent = engine.add(options);

        assertThatThrownBy(() -> torrent.limitDownload(-1)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("-1");
        assertThatThrownBy(() -> torrent.limitUpload(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine.limitUpload(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine.limitDownload(-1)).isInstanceOf(IllegalArgumentException.class);
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere", 1);
        assertThatThrownBy(() -> torrent.addPeer(nowhere)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options().maxPeersPerTorrent(Integer.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
        torrent.addPeer(new InetSocketAddress(LOOPBACK, 0));

        assertThat(complete(torrent).state()).isEqualTo(TorrentState.SEEDING);
        assertThat(engine.close(Duration.ofSeconds(10))).isTrue();
        torrent.pause();
        torrent.addPeer(address(engine));
        torrent.limitDownload(5);
        assertThat(torrent.remove()).succeedsWithin(Duration.ZERO);
        assertThat(torrent.statistics().state()).isEqualTo(TorrentState.REMOVED);
    }

    @Test
    void faultOfLoopEndsEngine() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        Engine engine = engine(options().nanoClock(() -> {
            if (broken.get() && Thread.currentThread().getName().contains("-loop")) {
                throw new IllegalStateException("a clock that throws");
            }
            return System.nanoTime();
        }));
        Torrent torrent = engine.add(TorrentOptions.download(metainfo(List.of()), folder.resolve("copy")).build());
        broken.set(true);
        torrent.pause();

        assertFails(torrent, TorrentException.Reason.ENGINE_FAILED);
        assertThat(engine.failure()).hasMessageContaining("that throws");
        assertThat(engine.close(Duration.ofSeconds(10))).isTrue();
        assertThat(torrent.statistics().state()).isEqualTo(TorrentState.FAILED);
        assertThat(torrent.statistics().error()).contains("that throws");
        assertThatThrownBy(() -> engine.add(TorrentOptions.seed(metainfo(List.of()), source).build())).isInstanceOf(TorrentException.class);
    }

    @Test
    void refusingExecutorSilencesListenersOnly() throws Exception {
        Engine engine = engine(options().notifications(call -> {
            throw new RejectedExecutionException("shut down");
        }));

        assertThat(complete(engine.add(TorrentOptions.seed(metainfo(List.of()), source).build())).state()).isEqualTo(TorrentState.SEEDING);
        assertThat(engine.close(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void closeWaitsForLastListenerCall() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        List<String> heard = new ArrayList<>();
        Engine engine = engine();
        Torrent torrent = engine.add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(seeder)))
            .listener(new TorrentListener() {
                @Override
                public void onStateChanged(Torrent of, TorrentState state) {
                    heard.add(state.toString());
                }

                @Override
                public void onPieceVerified(Torrent of, int piece) {
                    if (!heard.get(heard.size() - 1).equals("piece")) {
                        heard.add("piece");
                    }
                }
            }).build());
        complete(torrent);

        assertThat(engine.close(Duration.ofSeconds(10))).isTrue();

        assertThat(heard).containsExactly("DOWNLOADING", "piece", "FINISHING", "SEEDING", "REMOVED");
    }

    @Test
    void removedTorrentLeavesNoBuffers() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        Engine engine = engine();
        Torrent torrent = engine.add(TorrentOptions.download(metainfo, folder.resolve("copy.bin")).peers(List.of(address(seeder))).build());
        complete(torrent);
        assertThat(engine.disk().heldBytes()).isPositive();
        assertThat(torrent.remove()).succeedsWithin(Duration.ofSeconds(20));
        assertThat(engine.disk().heldBytes()).isZero();
        engine.releaseMemory();
        assertThat(engine.disk().heldBytes()).isZero();
    }

    @Test
    void refusesPortInUse() throws Exception {
        Engine engine = engine();

        assertThatThrownBy(() -> engine(EngineOptions.builder().bindAddress(LOOPBACK).port(engine.port())))
            .isInstanceOf(IOException.class).hasMessageContaining(String.valueOf(engine.port()));
    }

    @Test
    void oversizedPayloadReportsFullDisk() throws Exception {
        int pieces = 400_000;
        byte[] info = new BencodeWriter().beginDictionary().key("length").integer((long) pieces << 26).key("name").string("huge")
            .key("piece length").integer(1 << 26).key("pieces").string(new byte[pieces * InfoHash.LENGTH]).end().toByteArray();
        Torrent torrent = engine().add(TorrentOptions.download(Metainfo.ofInfo(info, List.of()), folder.resolve("huge")).build());

        assertFails(torrent, TorrentException.Reason.DISK_FULL);
        assertThat(torrent.state()).isEqualTo(TorrentState.FAILED);
        assertThat(torrent.statistics().error()).contains("huge");
        assertThat(torrent.remove()).succeedsWithin(Duration.ofSeconds(20));
    }
}
