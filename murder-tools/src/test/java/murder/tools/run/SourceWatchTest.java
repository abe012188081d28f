package murder.tools.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceWatchTest {
    @TempDir
    private Path temporary;

    private Path tree;
    private Path file;

    @BeforeEach
    void makeTree() throws Exception {
        tree = Files.createDirectory(temporary.resolve("tree"));
        file = Files.writeString(tree.resolve("a"), "aaaa");
        Files.writeString(tree.resolve("b"), "bbbb");
    }

    private static SourceWatch watch(Path path) throws Exception {
        Metainfo metainfo = TorrentCreator.create(path, TorrentCreator.Options.defaults(), HashProgress.NONE);
        SourceWatch watch = new SourceWatch(metainfo, path);
        assertThat(watch.look()).isNull();
        return watch;
    }

    private void rewrite(String content) throws Exception {
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
    }

    @Test
    void noticesChangedContent() throws Exception {
        SourceWatch watch = watch(tree);
        rewrite("AAAA");
        assertThat(watch.look()).contains(file + " was changed while it was seeded");
    }

    @Test
    void noticesTruncationAndRemoval() throws Exception {
        SourceWatch watch = watch(tree);
        rewrite("aa");
        assertThat(watch.look()).contains(file + " was changed");
        Files.delete(file);
        assertThat(watch.look()).contains(file + " was removed");
    }

    @Test
    void touchedFileIsStillRight() throws Exception {
        SourceWatch watch = watch(tree);
        rewrite("aaaa");
        assertThat(watch.look()).isNull();
        assertThat(watch.look()).isNull();
    }

    /** The open file is the old one, also if another one has its name now. */
    @Test
    void replacedSingleFileIsServedOn() throws Exception {
        SourceWatch watch = watch(file);
        Files.move(Files.writeString(temporary.resolve("new"), "other"), file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(watch.look()).isNull();
        Files.delete(file);
        assertThat(watch.look()).isNull();
    }
}
