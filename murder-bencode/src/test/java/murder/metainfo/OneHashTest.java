package murder.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import murder.fuzz.CountedHashes;
import murder.fuzz.WrongHashes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** If a torrent has SHA-256, it alone decides, and nobody computes SHA-1 of the payload. */
class OneHashTest {
    private static final int PIECE = 16 * 1024;
    private static final int BYTES = 20 * PIECE + 123;

    @TempDir
    private Path folder;
    private Path payload;

    @BeforeEach
    void writePayload() throws Exception {
        byte[] bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        payload = Files.write(folder.resolve("build.bin"), bytes);
    }

    private Metainfo create(boolean sha256) throws Exception {
        return TorrentCreator.create(payload, TorrentCreator.Options.builder().pieceLength(PIECE).sha256(sha256).build(),
            HashProgress.NONE);
    }

    private PayloadVerifier.Result verify(Metainfo torrent) throws Exception {
        return PayloadVerifier.verify(torrent, payload, 2, HashProgress.NONE);
    }

    /** Without SHA-1 the torrent would have no place in a public swarm. */
    @Test
    void creationComputesEachHashOnce() throws Exception {
        try (CountedHashes counts = CountedHashes.start()) {
            Metainfo torrent = create(true);
            assertThat(counts.sha256()).isEqualTo(BYTES);
            assertThat(counts.sha1()).isEqualTo(BYTES + torrent.rawInfo().length);
            counts.reset();
            Metainfo sha1Only = create(false);
            assertThat(counts.sha256()).isZero();
            assertThat(counts.sha1()).isEqualTo(BYTES + sha1Only.rawInfo().length);
        }
    }

    @Test
    void verificationComputesOnlySha256() throws Exception {
        Metainfo torrent = create(true);
        Metainfo sha1Only = create(false);
        try (CountedHashes counts = CountedHashes.start()) {
            assertThat(verify(torrent).isIdentical()).isTrue();
            assertThat(counts.sha256()).isEqualTo(BYTES);
            assertThat(counts.sha1()).isZero();
            counts.reset();
            assertThat(verify(sha1Only).isIdentical()).isTrue();
            assertThat(counts.sha256()).isZero();
            assertThat(counts.sha1()).isEqualTo(BYTES);
        }
    }

    @Test
    void onlySha256Decides() throws Exception {
        Metainfo torrent = create(true);
        assertThat(verify(WrongHashes.sha1(torrent)).isIdentical()).isTrue();
        assertThat(verify(WrongHashes.sha256(torrent)).goodPieces().isEmpty()).isTrue();
    }
}
