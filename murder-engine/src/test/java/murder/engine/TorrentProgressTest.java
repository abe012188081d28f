package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.metainfo.PieceLayout;
import murder.wire.Bitfield;
import org.junit.jupiter.api.Test;

/** The values of a torrent that any thread may read without waiting for the engine. */
class TorrentProgressTest extends Loopback {
    private static final int PIECE_LENGTH = 16 << 10;

    @Test
    void countsBytesOfVerifiedPieces() {
        PieceLayout layout = new PieceLayout(2 * PIECE_LENGTH + 5, PIECE_LENGTH);
        VerifiedPieces pieces = new VerifiedPieces();
        pieces.onVerified(layout, 2);
        pieces.onVerified(layout, 2);
        assertThat(pieces.bytes()).isEqualTo(5);
        Bitfield have = new Bitfield(3);
        have.set(0);
        pieces.onChecked(layout, have);
        assertThat(pieces.bytes()).isEqualTo(PIECE_LENGTH);
        assertThat(pieces.copy()).hasToString("{0}");
    }

    @Test
    void filesSharePieces() throws Exception {
        Path release = Files.createDirectory(folder.resolve("release"));
        Files.write(release.resolve("a"), random(PIECE_LENGTH + 10, 1));
        Files.write(release.resolve("b"), random(PIECE_LENGTH, 2));
        Files.createFile(release.resolve("empty"));
        Metainfo metainfo = metainfo(release, PIECE_LENGTH);

        assertThat(verified(metainfo)).isEqualTo(Map.of("a", 0L, "b", 0L, "empty", 0L));
        assertThat(verified(metainfo, 1)).isEqualTo(Map.of("a", 10L, "b", PIECE_LENGTH - 10L, "empty", 0L));
        assertThat(verified(metainfo, 0, 2)).isEqualTo(Map.of("a", (long) PIECE_LENGTH, "b", 10L, "empty", 0L));
        assertThat(verified(metainfo, 0, 1, 2)).isEqualTo(Map.of("a", PIECE_LENGTH + 10L, "b", (long) PIECE_LENGTH, "empty", 0L));
    }

    private static Map<String, Long> verified(Metainfo metainfo, int... pieces) {
        BitSet set = new BitSet();
        for (int piece : pieces) {
            set.set(piece);
        }
        Map<String, Long> bytes = new TreeMap<>();
        FileProgress.of(metainfo, set).forEach(file -> bytes.put(String.join("/", file.file().path()), file.verifiedBytes()));
        return bytes;
    }

    @Test
    void progressNeedsNoTurn() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Engine engine = engine(options().notifications(Runnable::run));
        closedAtEnd(release::countDown);
        Torrent torrent = engine.add(TorrentOptions.seed(metainfo, source).listener(new TorrentListener() {
            @Override
            public void onStateChanged(Torrent changed, TorrentState state) {
                busy.countDown();
                awaitUninterrupted(release);
            }
        }).build());
        busy.await();

        assertThat(torrent.progress().state()).isEqualTo(TorrentState.FINISHING);
        assertThat(torrent.progress().verifiedShare()).isEqualTo(1);
        assertThat(torrent.verifiedPieces().cardinality()).isEqualTo(metainfo.layout().pieceCount());
        assertThat(torrent.files()).allMatch(FileProgress::isComplete);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void knowsNothingBeforeTheMetadata() throws Exception {
        Torrent torrent = engine().add(TorrentOptions.fetch(new InfoHash(1, 2, 3), folder.resolve("copy")).build());

        assertThat(torrent.progress()).isEqualTo(new TorrentProgress(TorrentState.FETCHING_METADATA, 0, 0, 0));
        assertThat(torrent.progress().verifiedShare()).isZero();
        assertThat(torrent.files()).isEmpty();
        assertThat(torrent.verifiedPieces()).isEqualTo(new BitSet());
    }

    @Test
    void countsCheckedBytes() throws Exception {
        Torrent torrent = engine().add(TorrentOptions.download(metainfo(List.of()), source).start(TorrentOptions.Start.CHECK).build());
        complete(torrent);

        assertThat(torrent.progress()).isEqualTo(new TorrentProgress(TorrentState.SEEDING, payload.length, payload.length, payload.length));
    }
}
