package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import murder.fuzz.CountedHashes;
import murder.fuzz.WrongHashes;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.tools.cli.CommandException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifiedInputTest {
    private static final int PIECE = 16 * 1024;

    @TempDir
    Path folder;

    private final byte[] bytes = new byte[100 * PIECE + 123];
    private Path file;
    private Metainfo metainfo;

    @BeforeEach
    void makeTorrent() throws Exception {
        new Random(1).nextBytes(bytes);
        file = Files.write(folder.resolve("build.tgz"), bytes);
        metainfo = TorrentCreator.create(file, TorrentCreator.Options.builder().pieceLength(PIECE).build(), HashProgress.NONE);
    }

    @Test
    void givesAllBytes() throws Exception {
        try (VerifiedInput in = VerifiedInput.open(file, metainfo)) {
            assertThat(in.isAllVerified()).isFalse();
            assertThat(in.readAllBytes()).isEqualTo(bytes);
            assertThat(in.isAllVerified()).isTrue();
        }
    }

    @Test
    void givesNoByteOfWrongPiece() throws Exception {
        byte[] swapped = bytes.clone();
        swapped[70 * PIECE + 5]++;
        Files.write(file, swapped);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (VerifiedInput in = VerifiedInput.open(file, metainfo)) {
            assertThatThrownBy(() -> in.transferTo(out)).isInstanceOf(IOException.class).hasMessageContaining("(piece 70)");
            assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(bytes, 70 * PIECE));
            assertThat(in.isAllVerified()).isFalse();
            for (int again = 0; again < 5; again++) {
                assertThatThrownBy(in::read).hasMessageContaining("(piece 70)");
            }
        }
    }

    @Test
    void hashesEachByteOnceWithSha256() throws Exception {
        try (CountedHashes counts = CountedHashes.start(); VerifiedInput in = VerifiedInput.open(file, metainfo)) {
            in.transferTo(OutputStream.nullOutputStream());
            assertThat(counts.sha256()).isEqualTo(bytes.length);
            assertThat(counts.sha1()).isZero();
        }
    }

    @Test
    void onlySha256Decides() throws Exception {
        try (VerifiedInput in = VerifiedInput.open(file, WrongHashes.sha1(metainfo))) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        try (VerifiedInput in = VerifiedInput.open(file, WrongHashes.sha256(metainfo))) {
            assertThatThrownBy(in::read).hasMessageContaining("(piece 0)");
        }
    }

    @Test
    void shorterFileFails() throws Exception {
        Files.write(file, Arrays.copyOf(bytes, 3 * PIECE));
        try (VerifiedInput in = VerifiedInput.open(file, metainfo)) {
            assertThatThrownBy(in::readAllBytes).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void refusesFilesThatOthersMayChange() throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThatThrownBy(() -> VerifiedInput.open(file, metainfo)).isInstanceOf(CommandException.class)
            .hasMessageContaining("may be written by others");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.createLink(folder.resolve("second"), file);
        assertThatThrownBy(() -> VerifiedInput.open(file, metainfo)).isInstanceOf(CommandException.class)
            .hasMessageContaining("has another name as well");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertThatThrownBy(() -> VerifiedInput.open(link, metainfo)).isInstanceOf(IOException.class).hasMessageContaining("NOFOLLOW");
    }
}
