package murder.tools.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import murder.disk.Forcing;
import murder.tools.cli.CommandException;

/** Makes written files survive a crash of the machine. */
public final class Durable {
    private Durable() {
    }

    /** Forces a tree to disk, but no files of other programs. */
    public static void forceTree(Path tree) throws CommandException, IOException, InterruptedException {
        List<Path> contents;
        try {
            contents = contents(tree);
        } catch (AccessDeniedException e) {
            forceFileSystem(tree);
            return;
        }
        forceTree(tree, contents);
    }

    /**
     * Like {@link #forceTree(Path)} for a caller who knows what is in the tree.
     *
     * @param contents the tree's files and directories, without its links
     */
    public static void forceTree(Path tree, List<Path> contents) throws CommandException, IOException, InterruptedException {
        try {
            Forcing.force(contents);
        } catch (AccessDeniedException e) {
            forceFileSystem(tree);
        }
    }

    /** A release may contain files that even their owner may not open. */
    private static void forceFileSystem(Path tree) throws CommandException, IOException, InterruptedException {
        try (Subprocess sync = Subprocess.start(ProcessBuilder.Redirect.DISCARD, List.of("sync", "-f", tree.toString()))) {
            sync.awaitSuccess("force " + tree + " to the disk");
        }
    }

    /** The tree's files and directories, without its links. */
    private static List<Path> contents(Path tree) throws IOException {
        List<Path> all = new ArrayList<>();
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                all.add(directory);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    all.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return all;
    }
}
