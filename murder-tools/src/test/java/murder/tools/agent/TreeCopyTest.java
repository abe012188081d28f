package murder.tools.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import murder.fuzz.CountedHashes;
import murder.fuzz.WrongHashes;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeCopyTest {
    private static final int PIECE = 16 * 1024;
    private static final int FILE_BYTES = 3 * PIECE + 100;

    @TempDir
    private Path folder;
    private Path source;
    private Path copy;
    private Metainfo metainfo;

    @BeforeEach
    void makeTree() throws Exception {
        source = Files.createDirectories(folder.resolve("source"));
        copy = folder.resolve("copy");
        for (String name : new String[] {"a", "b"}) {
            byte[] bytes = new byte[FILE_BYTES];
            new Random(name.charAt(0)).nextBytes(bytes);
            Files.write(source.resolve(name), bytes);
        }
        Files.createSymbolicLink(source.resolve("link"), Path.of("a"));
        metainfo = TorrentCreator.create(source, TorrentCreator.Options.builder().pieceLength(PIECE).build(), HashProgress.NONE);
    }

    private void assertCopied() {
        assertThat(copy.resolve("a")).hasSameBinaryContentAs(source.resolve("a"));
        assertThat(copy.resolve("b")).hasSameBinaryContentAs(source.resolve("b"));
        assertThat(copy.resolve("link")).isSymbolicLink();
    }

    @Test
    void hashesEachByteOnceWithSha256() throws Exception {
        try (CountedHashes counts = CountedHashes.start()) {
            TreeCopy.copy(metainfo, source, copy);
            assertThat(counts.sha256()).isEqualTo(metainfo.layout().length());
            assertThat(counts.sha1()).isZero();
        }
        assertCopied();
    }

    @Test
    void onlySha256Decides() throws Exception {
        assertThatThrownBy(() -> TreeCopy.copy(WrongHashes.sha256(metainfo), source, copy)).isInstanceOf(IOException.class)
            .hasMessageContaining("has changed since it was hashed (piece 0)");
        copy = folder.resolve("other");
        TreeCopy.copy(WrongHashes.sha1(metainfo), source, copy);
        assertCopied();
    }

    @Test
    void changedFileFails() throws Exception {
        byte[] bytes = Files.readAllBytes(source.resolve("b"));
        bytes[FILE_BYTES - 1]++;
        Files.write(source.resolve("b"), bytes);
        assertThatThrownBy(() -> TreeCopy.copy(metainfo, source, copy)).isInstanceOf(IOException.class)
            .hasMessageContaining(source.resolve("b") + " has changed since it was hashed");
    }
}
