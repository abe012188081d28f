package murder.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import murder.fuzz.Sha1Collision;
import murder.hash.Sha1;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two payloads with the same SHA-1. */
class CollisionTest {
    @TempDir
    Path dir;

    private Path payload(String folder, byte[] bytes) throws Exception {
        Path file = Files.createDirectories(dir.resolve(folder)).resolve("release.pdf");
        return Files.write(file, bytes);
    }

    private static Metainfo create(Path file, boolean sha256) throws Exception {
        return TorrentCreator.create(file, TorrentCreator.Options.builder().sha256(sha256).build(), HashProgress.NONE);
    }

    private static boolean isIdentical(Metainfo torrent, Path file) throws Exception {
        return PayloadVerifier.verify(torrent, file, 1, HashProgress.NONE).isIdentical();
    }

    @Test
    void sha256TellsTheTwoPayloadsApart() throws Exception {
        Path first = payload("first", Sha1Collision.first());
        Path second = payload("second", Sha1Collision.second());
        assertThat(Sha1.newDigest().digest(Files.readAllBytes(first))).isEqualTo(Sha1.newDigest().digest(Files.readAllBytes(second)));
        assertThat(Files.mismatch(first, second)).isNotNegative();
        Metainfo torrent = create(first, true);
        Metainfo other = create(second, true);
        assertThat(torrent.pieceHash(0)).isEqualTo(other.pieceHash(0));
        assertThat(torrent.infoHash()).isNotEqualTo(other.infoHash());
        assertThat(isIdentical(torrent, first)).isTrue();
        assertThat(isIdentical(torrent, second)).isFalse();
        assertThat(isIdentical(other, first)).isFalse();
    }

    @Test
    void sha1AloneAcceptsCollision() throws Exception {
        Path first = payload("first", Sha1Collision.first());
        Path second = payload("second", Sha1Collision.second());
        Metainfo torrent = create(first, false);
        assertThat(torrent.rawInfo()).isEqualTo(create(second, false).rawInfo());
        assertThat(isIdentical(torrent, second)).isTrue();
    }
}
