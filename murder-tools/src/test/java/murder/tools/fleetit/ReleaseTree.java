package murder.tools.fleetit;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import murder.tools.e2e.Payloads;

/** A release as it is deployed: a tree with everything in it that may get lost on the way. */
final class ReleaseTree {
    private ReleaseTree() {
    }

    /** Makes one below {@code folder}: some megabytes. */
    static Path tree(Path folder) throws IOException {
        Payloads.file(folder.resolve("lib/big.jar"), 3_000_000);
        Payloads.file(folder.resolve("lib/small.jar"), 70_001);
        Files.createFile(folder.resolve("lib/nothing"));
        write(folder, "bin/run.sh", "rwxr-xr-x", "#!/bin/sh\necho run\n");
        write(folder, "bin/tool", "rwxr-x---", "#!/bin/sh\necho tool\n");
        write(folder, "etc/secret", "rw-------", "password\n");
        write(folder, "etc/.hidden", "rw-rw-r--", "hidden\n");
        write(folder, "etc/name with 'quotes' $(and) spaces", "r--r--r--", "odd\n");
        write(folder, "etc/gr\u00fcn", "rw-r--r--", "green\n");
        Files.createSymbolicLink(folder.resolve("current"), Path.of("lib"));
        Files.createSymbolicLink(folder.resolve("bin/up"), Path.of("../lib/big.jar"));
        Files.createDirectories(folder.resolve("etc/empty"));
        Files.setPosixFilePermissions(folder.resolve("etc"), PosixFilePermissions.fromString("rwxr-x---"));
        // Left out of archives, as the original did.
        write(folder, ".git/config", "rw-r--r--", "[core]\n");
        write(folder, ".gitignore", "rw-r--r--", "target\n");
        return folder;
    }

    private static void write(Path folder, String name, String mode, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    /**
     * Every entry below a folder: kind, mode, content or where the link leads to. Without
     * {@code .git*}, which is left out on purpose.
     */
    static Map<String, String> listing(Path folder) throws IOException {
        Map<String, String> listing = new TreeMap<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
                if (isGit(directory)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                listing.put(folder.relativize(directory) + "/", mode(directory));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!isGit(file)) {
                    listing.put(folder.relativize(file).toString(), attributes.isSymbolicLink()
                        ? "link to " + Files.readSymbolicLink(file) : mode(file) + " " + Payloads.sha1(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return listing;
    }

    /**
     * The same for a tree that came as a torrent of many files, which knows executable bits and
     * links, but no other modes, and no empty directories.
     */
    static Map<String, String> plainListing(Path folder) throws IOException {
        Map<String, String> listing = listing(folder);
        listing.keySet().removeIf(path -> path.endsWith("/"));
        listing.replaceAll((path, what) -> what.startsWith("link") ? what
            : (what.startsWith("rwx") ? "executable " : "plain ") + what.substring(what.indexOf(' ') + 1));
        return listing;
    }

    private static boolean isGit(Path path) {
        return path.getFileName().toString().startsWith(".git");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
