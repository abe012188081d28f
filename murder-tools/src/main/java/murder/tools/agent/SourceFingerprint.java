package murder.tools.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import murder.hash.Sha1;
import murder.order.Maker;
import murder.order.Release;
import murder.tools.host.Packing;

/**
 * A hash of a source's metadata: names, kinds, modes, sizes, times, inodes and targets of links. It
 * reads no content. If the hash is the same, the agent need not pack the source again.
 */
final class SourceFingerprint {
    private static final String BASIC = "size,lastModifiedTime";
    private static final String UNIX = "unix:mode,ino,ctime," + BASIC;

    private SourceFingerprint() {
    }

    /** Of a source, and of how it is packed. */
    static String of(Path source, Release release) throws IOException {
        MessageDigest digest = Sha1.newDigest();
        Maker maker = release.maker();
        update(digest, source + "\0" + release.tag() + "\0" + release.archive() + "\0" + maker.isFile() + "\0" + maker.keepLinks() + "\0"
            + maker.hosts() + "\0" + maker.pieceLength());
        Path root = source.toRealPath();
        Deque<Path> left = new ArrayDeque<>(List.of(root));
        while (!left.isEmpty()) {
            Path path = left.removeLast();
            update(digest, root.relativize(path).toString());
            look(path, digest, left);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void look(Path path, MessageDigest digest, Deque<Path> left) throws IOException {
        boolean unix = path.getFileSystem().supportedFileAttributeViews().contains("unix");
        Map<String, Object> found = new TreeMap<>(Files.readAttributes(path, unix ? UNIX : BASIC, LinkOption.NOFOLLOW_LINKS));
        update(digest, found.toString());
        if (Files.isSymbolicLink(path)) {
            update(digest, Files.readSymbolicLink(path).toString());
        } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            List<Path> children = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                entries.forEach(children::add);
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            } catch (AccessDeniedException e) {
                update(digest, "locked"); // Packing will tell.
            }
            children.removeIf(child -> Packing.EXCLUDED.stream().anyMatch(child.getFileName().toString()::startsWith));
            children.sort(null);
            left.addAll(children);
        }
    }

    private static void update(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }
}
