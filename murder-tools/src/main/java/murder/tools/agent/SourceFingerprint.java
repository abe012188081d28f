package murder.tools.agent;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import murder.order.Maker;
import murder.order.Release;
import murder.tools.host.MetadataHash;
import murder.tools.host.Packing;

/**
 * A hash of a source's metadata: names, kinds, modes, sizes, times, inodes and targets of links. It
 * reads no content. If the hash is the same, the agent need not pack the source again.
 */
final class SourceFingerprint {
    private static final List<String> NAMES = List.of("mode", "ino", "ctime", "size", "lastModifiedTime");

    private SourceFingerprint() {
    }

    /** Of a source, and of how it is packed. */
    static String of(Path source, Release release) throws IOException {
        Maker maker = release.maker();
        Path root = source.toRealPath();
        MetadataHash hash = new MetadataHash(root, "mode,ino,ctime");
        hash.addText(source + "\0" + release.tag() + "\0" + release.archive() + "\0" + maker.isFile() + "\0" + maker.keepLinks() + "\0"
            + maker.hosts() + "\0" + maker.pieceLength());
        int prefix = root.toString().length();
        Deque<Path> left = new ArrayDeque<>(List.of(root));
        while (!left.isEmpty()) {
            Path path = left.removeLast();
            hash.addText(path.toString().substring(prefix));
            look(path, hash, left);
        }
        return hash.hex();
    }

    private static void look(Path path, MetadataHash hash, Deque<Path> left) throws IOException {
        Map<String, Object> found = hash.read(path);
        for (String name : NAMES) {
            hash.addValue(found.get(name));
        }
        if (MetadataHash.isLink(found)) {
            hash.addText(Files.readSymbolicLink(path).toString());
        } else if (MetadataHash.isDirectory(found)) {
            try {
                left.addAll(MetadataHash.children(path, child -> !Packing.isExcluded(child)));
            } catch (AccessDeniedException e) {
                hash.addText("locked"); // Packing will tell.
            }
        }
    }
}
