package murder.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHasherTest {
    private static final int PAGE = 4096;
    private static final int LENGTH = FileHasher.MAPPED_FROM_BYTES;

    @TempDir
    Path dir;

    private final MessageDigest sha1 = Sha1.newDigest();
    private final FileHasher hasher = new FileHasher(new FileMapper());
    private Path file;

    @BeforeEach
    void name() {
        file = dir.resolve("file");
    }

    @AfterEach
    void close() throws IOException {
        hasher.close();
    }

    private byte[] write(int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        Files.write(file, bytes);
        return bytes;
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Test
    void hashesRangesAcrossWindows() throws IOException {
        byte[] bytes = write(2 * FileHasher.WINDOW_BYTES + 12_345);
        try (FileChannel channel = open()) {
            int border = FileHasher.WINDOW_BYTES;
            for (int[] range : new int[][] {{0, bytes.length}, {1, 100}, {border - 10, 20}, {bytes.length - 7, 7}, {0, 5}}) {
                hasher.update(sha1, channel, range[0], range[1]);
                assertThat(sha1.digest()).as("%d bytes from %d", range[1], range[0])
                    .isEqualTo(Sha1.newDigest().digest(Arrays.copyOfRange(bytes, range[0], range[0] + range[1])));
            }
            hasher.release();
        }
    }

    @Test
    void hashesSmallFiles() throws IOException {
        byte[] bytes = write(300_000);
        try (FileChannel channel = open()) {
            hasher.update(sha1, channel, 0, 200_000);
            hasher.update(sha1, channel, 200_000, 100_000);
            hasher.release();
        }
        assertThat(sha1.digest()).isEqualTo(Sha1.newDigest().digest(bytes));
    }

    /**
     * Many times, because the JVM delivers the fault at different moments, depending on what it has
     * compiled so far.
     */
    @Test
    void reportsTruncationWhileMapped() throws IOException {
        byte[] bytes = write(LENGTH);
        for (int i = 0; i < 300; i++) {
            Files.write(file, bytes);
            try (FileChannel channel = open()) {
                hasher.update(sha1, channel, 0, 1);
                channel.truncate((long) i % (LENGTH / PAGE) * PAGE);
                assertThatThrownBy(() -> hasher.update(sha1, channel, 1, LENGTH - 1)).isInstanceOf(ShrunkFileException.class)
                    .hasCauseInstanceOf(InternalError.class);
                assertThat(channel.size()).isLessThan(LENGTH);
                sha1.reset();
            }
        }
    }

    @Test
    void reportsTruncationInLastPage() throws IOException {
        write(LENGTH);
        try (FileChannel channel = open()) {
            hasher.update(sha1, channel, 0, 1);
            channel.truncate(LENGTH - 1);
            hasher.update(sha1, channel, 1, LENGTH - 1);
            assertThatThrownBy(hasher::release).isInstanceOf(ShrunkFileException.class);
        }
    }

    @Test
    void reportsFileThatIsTooShort() throws IOException {
        write(LENGTH);
        try (FileChannel channel = open()) {
            assertThatThrownBy(() -> hasher.update(sha1, channel, 10, LENGTH)).isInstanceOf(ShrunkFileException.class);
        }
    }

    @Test
    void readsAfterSystemRefusedToMap() throws IOException {
        byte[] bytes = write(3 * LENGTH);
        try (RefusingChannel channel = new RefusingChannel(open())) {
            hasher.update(sha1, channel, 0, LENGTH);
            hasher.update(sha1, channel, LENGTH, 2 * LENGTH);
            hasher.release();
            assertThat(sha1.digest()).isEqualTo(Sha1.newDigest().digest(bytes));
            assertThat(channel.attempts).isLessThanOrEqualTo(1);
        }
    }
}
