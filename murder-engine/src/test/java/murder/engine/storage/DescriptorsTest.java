package murder.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorsTest {
    private static final String EMFILE = "Too many open files";

    private final List<String> happened = new ArrayList<>();
    private final Descriptors descriptors = new Descriptors();

    private String open(int failures) throws IOException {
        int[] left = {failures};
        return descriptors.open(() -> {
            if (left[0]-- > 0) {
                throw new FileSystemException("f", null, EMFILE);
            }
            return "opened";
        }, () -> happened.add("own"));
    }

    @Test
    void opensAgainWhenOthersClose() throws Exception {
        descriptors.onShortage(() -> happened.add("others"));
        assertThat(open(0)).isEqualTo("opened");
        assertThat(happened).isEmpty();
        assertThat(open(2)).isEqualTo("opened");
        assertThat(happened).containsExactly("own", "others", "own", "others");
    }

    /** The loop closes sockets itself, so it tries once more and does not wait. */
    @Test
    void loopTriesOnceMore() throws Exception {
        descriptors.onShortage(() -> !happened.add("others"));
        assertThat(open(1)).isEqualTo("opened");
        assertThatThrownBy(() -> open(2)).isInstanceOf(FileSystemException.class).hasMessageContaining(EMFILE);
    }

    @Test
    void otherFailuresStay() {
        descriptors.onShortage(() -> happened.add("others"));
        assertThatThrownBy(() -> descriptors.open(() -> {
            throw new IOException("No space left on device");
        }, () -> null)).hasMessage("No space left on device");
        assertThat(happened).isEmpty();
    }

    /** A process that may have three files open fetches a torrent of twelve. */
    @Test
    void torrentNeedsFewDescriptors(@TempDir Path temp) throws Exception {
        TestTorrent torrent = new TestTorrent(16 * 1024);
        for (int i = 0; i < 12; i++) {
            torrent.file("f" + i, 16 * 1024);
        }
        List<FileChannel> all = new ArrayList<>();
        try (Rig rig = new Rig(torrent, temp.resolve("target"), null)) {
            rig.disk = new Disk() {
                @Override
                synchronized FileChannel open(Path file, Set<? extends OpenOption> options, FileAttribute<?>... mode) throws IOException {
                    all.removeIf(channel -> !channel.isOpen());
                    if (all.size() == 3) {
                        throw new FileSystemException(file.toString(), null, EMFILE);
                    }
                    FileChannel channel = super.open(file, options, mode);
                    all.add(channel);
                    return channel;
                }
            };
            rig.openAndAllocate(CheckMode.RESUME);
            for (int piece = 0; piece < rig.layout.pieceCount(); piece++) {
                assertThat(rig.fetch(piece)).isTrue();
            }
        }
    }
}
