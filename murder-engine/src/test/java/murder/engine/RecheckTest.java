package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import murder.metainfo.Metainfo;
import org.junit.jupiter.api.Test;

/** {@link Torrent#recheck} in each state. */
class RecheckTest extends Loopback {
    private final BlockingQueue<TorrentState> states = new LinkedBlockingQueue<>();
    private final TorrentListener listener = new TorrentListener() {
        @Override
        public void onStateChanged(Torrent torrent, TorrentState state) {
            states.add(state);
        }
    };

    private void assertStates(TorrentState... expected) throws InterruptedException {
        for (TorrentState state : expected) {
            assertThat(states.poll(20, TimeUnit.SECONDS)).isEqualTo(state);
        }
    }

    private static void damage(Path file, long position) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
            channel.position(position).write(ByteBuffer.allocate(100));
        }
    }

    @Test
    void seederHashesAndSeedsOn() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Torrent torrent = engine().add(TorrentOptions.seed(metainfo, source).listener(listener).build());
        complete(torrent);
        assertStates(TorrentState.FINISHING, TorrentState.SEEDING);

        torrent.recheck();

        assertStates(TorrentState.CHECKING, TorrentState.FINISHING, TorrentState.SEEDING);
        assertThat(torrent.statistics().checkedBytes()).isEqualTo(payload.length);
        assertThat(source).hasBinaryContent(payload);
    }

    @Test
    void wrongPiecesAreFetchedAgain() throws Exception {
        Metainfo metainfo = metainfo(source, 32 * 1024);
        InetSocketAddress seeder = address(seeder(metainfo));
        Path copy = folder.resolve("copy");
        Torrent torrent = engine().add(TorrentOptions.download(metainfo, copy).peers(List.of(seeder)).listener(listener).build());
        complete(torrent);
        assertStates(TorrentState.DOWNLOADING, TorrentState.FINISHING, TorrentState.SEEDING);
        damage(copy, 1_000_000);

        torrent.recheck();
        torrent.addPeer(seeder);

        assertStates(TorrentState.CHECKING, TorrentState.DOWNLOADING, TorrentState.FINISHING, TorrentState.SEEDING);
        assertThat(copy).hasBinaryContent(payload);
        assertThat(torrent.statistics().downloadedBytes()).isEqualTo(payload.length + 32 * 1024);
        assertThat(torrent.progress().verifiedBytes()).isEqualTo(payload.length);
    }

    @Test
    void downloadGoesOnAfterwards() throws Exception {
        Metainfo metainfo = metainfo(source, 32 * 1024);
        Engine seeder = seeder(metainfo);
        Torrent torrent = engine().add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(seeder)))
            .downloadBytesPerSecond(2_000_000).listener(new TorrentListener() {
                private boolean done;

                @Override
                public void onPieceVerified(Torrent of, int piece) {
                    if (!done) {
                        done = true;
                        of.recheck();
                        of.limitDownload(0);
                    }
                }

                @Override
                public void onStateChanged(Torrent of, TorrentState state) {
                    states.add(state);
                }
            }).build());

        assertThat(complete(torrent).verifiedBytes()).isEqualTo(payload.length);
        assertStates(TorrentState.DOWNLOADING, TorrentState.CHECKING, TorrentState.DOWNLOADING, TorrentState.FINISHING,
            TorrentState.SEEDING);
        assertThat(folder.resolve("copy")).hasBinaryContent(payload);
    }

    /** More pieces than a check of the resume file samples. */
    @Test
    void detectsWrongResumeFile() throws Exception {
        Metainfo metainfo = metainfo(source, 16 * 1024);
        Engine seeder = seeder(metainfo);
        Path copy = folder.resolve("copy");
        TorrentOptions.Builder options = TorrentOptions.download(metainfo, copy).resumeFile(folder.resolve("resume"))
            .peers(List.of(address(seeder)));
        CompletableFuture<Void> middle = new CompletableFuture<>();
        Torrent first = engine().add(options.downloadBytesPerSecond(2_000_000).listener(new TorrentListener() {
            @Override
            public void onPieceVerified(Torrent of, int piece) {
                if (of.verifiedPieces().cardinality() > 150) {
                    middle.complete(null);
                }
            }
        }).build());
        middle.get(20, TimeUnit.SECONDS);
        first.remove().get(20, TimeUnit.SECONDS);
        damage(folder.resolve("copy.part"), first.verifiedPieces().nextSetBit(0) * 16L * 1024);

        Torrent second = engine().add(options.downloadBytesPerSecond(0).listener(listener).build());

        assertThat(complete(second).verifiedBytes()).isEqualTo(payload.length);
        assertThat(copy).hasBinaryContent(payload);
    }

    @Test
    void removalWhileRecheckingEndsIt() throws Exception {
        Torrent torrent = engine().add(TorrentOptions.seed(metainfo(List.of()), source).build());
        complete(torrent);
        torrent.recheck();

        assertThat(torrent.remove()).succeedsWithin(Duration.ofSeconds(20));
        assertThat(torrent.state()).isEqualTo(TorrentState.REMOVED);
    }
}
