package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import murder.fuzz.CountedHashes;
import murder.fuzz.WrongHashes;
import murder.metainfo.Metainfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** If a torrent has SHA-256, it alone decides, and no engine computes SHA-1 of the payload. */
class OneHashTest extends Loopback {
    private static final int PIECE = 64 * 1024;

    private Metainfo right;
    private Path copy;

    @BeforeEach
    void makeTorrent() throws Exception {
        right = metainfo(source, PIECE);
        copy = folder.resolve("copy");
    }

    private Torrent download(Metainfo metainfo, InetSocketAddress from) throws Exception {
        return engine().add(TorrentOptions.download(metainfo, copy).peers(List.of(from)).build());
    }

    @Test
    void engineComputesOnlySha256() throws Exception {
        InetSocketAddress seeder = address(seeder(right));
        try (CountedHashes counts = CountedHashes.start()) {
            Torrent torrent = download(right, seeder);
            complete(torrent);
            assertThat(counts.sha256()).as("a transfer").isEqualTo(payload.length);
            counts.reset();
            torrent.remove().get(20, TimeUnit.SECONDS);
            complete(engine().add(TorrentOptions.download(right, copy).start(TorrentOptions.Start.CHECK).build()));
            assertThat(counts.sha256()).as("a check").isEqualTo(payload.length);
            // The engine hashes lengths and times of files, too.
            assertThat(counts.sha1()).isLessThan(PIECE);
        }
    }

    @Test
    void wrongSha1DoesNotCount() throws Exception {
        Metainfo metainfo = WrongHashes.sha1(right);
        complete(download(metainfo, address(seeder(metainfo))));
        assertThat(copy).hasBinaryContent(payload);
        Torrent checked = engine().add(TorrentOptions.download(metainfo, source).start(TorrentOptions.Start.CHECK).build());
        assertThat(complete(checked).verifiedBytes()).isEqualTo(payload.length);
    }

    @Test
    void checkRefusesWrongSha256() throws Exception {
        CompletableFuture<Void> checked = new CompletableFuture<>();
        Torrent torrent = engine().add(TorrentOptions.download(WrongHashes.sha256(right), source).start(TorrentOptions.Start.CHECK)
            .listener(new TorrentListener() {
                @Override
                public void onStateChanged(Torrent of, TorrentState state) {
                    if (state == TorrentState.DOWNLOADING) {
                        checked.complete(null);
                    }
                }
            }).build());
        checked.get(20, TimeUnit.SECONDS);
        assertThat(torrent.statistics().checkedBytes()).isEqualTo(payload.length);
        assertThat(torrent.verifiedPieces().isEmpty()).isTrue();
    }

    @Test
    void transferRefusesWrongSha256() throws Exception {
        Metainfo metainfo = WrongHashes.sha256(right);
        ServerSocket listener = listener();
        CompletableFuture<InetSocketAddress> banned = new CompletableFuture<>();
        Torrent torrent = engine().add(TorrentOptions.download(metainfo, copy).peers(List.of(address(listener)))
            .listener(new TorrentListener() {
                @Override
                public void onPeerBanned(Torrent of, InetSocketAddress address) {
                    banned.complete(address);
                }
            }).build());
        try (RawPeer peer = RawPeer.accept(listener, metainfo.infoHash(), 3)) {
            peer.serve(metainfo, payload, false);
        } catch (IOException e) {
            // The engine has closed the connection while the peer was sending.
            assertThat(e).hasMessageContaining("reset");
        }
        banned.get(20, TimeUnit.SECONDS);
        assertThat(torrent.verifiedPieces().isEmpty()).isTrue();
        assertThat(torrent.statistics().hashFailedBytes()).isPositive();
        assertThat(copy).doesNotExist();
    }
}
