package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeRemovalTest {
    @TempDir
    private Path temporary;

    @Test
    void removesTreeWithoutFollowingLinks() throws IOException {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Path kept = Files.writeString(outside.resolve("kept"), "kept");
        Path tree = Files.createDirectories(temporary.resolve("tree/a/b")).getParent().getParent();
        Files.writeString(tree.resolve("a/b/file"), "x");
        Files.createSymbolicLink(tree.resolve("a/directory"), outside);
        Files.createSymbolicLink(tree.resolve("file"), kept);
        Files.createSymbolicLink(tree.resolve("dangling"), Path.of("none"));
        TreeRemoval.delete(tree);
        assertThat(tree).doesNotExist();
        assertThat(kept).hasContent("kept");
    }

    @Test
    void removesLinkWithoutFollowingIt() throws IOException {
        Path outside = Files.createDirectory(temporary.resolve("outside"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), outside);
        TreeRemoval.delete(link);
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(outside).exists();
    }

    @Test
    void removesUnwritableDirectories() throws IOException {
        Path tree = Files.createDirectories(temporary.resolve("tree/sealed")).getParent();
        Files.writeString(tree.resolve("sealed/file"), "x");
        Files.setPosixFilePermissions(tree.resolve("sealed"), PosixFilePermissions.fromString("---------"));
        TreeRemoval.delete(tree);
        assertThat(tree).doesNotExist();
    }

    @Test
    void toleratesMissingTree() throws IOException {
        TreeRemoval.delete(temporary.resolve("none"));
        assertThat(temporary).isEmptyDirectory();
    }
}
