package murder.tools.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import murder.tools.cli.CommandException;

/** Makes what was written outlive a crash of the machine. */
final class Durable {
    private Durable() {
    }

    /** Forces a tree. The whole file system at once ({@code sync -f}), since one flush for each of many files takes minutes. */
    static void forceTree(Path tree) throws IOException, InterruptedException {
        try (Subprocess sync = Subprocess.start(ProcessBuilder.Redirect.DISCARD, List.of("sync", "-f", tree.toString()))) {
            if (sync.await() == 0) {
                return;
            }
        } catch (CommandException e) {
            // There is no such program here: then one by one.
            forceEach(tree);
            return;
        }
        forceEach(tree);
    }

    static void forceEach(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    force(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                force(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Forces one file, or the names in one directory. */
    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
