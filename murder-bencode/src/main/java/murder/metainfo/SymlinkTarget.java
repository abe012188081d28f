package murder.metainfo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Translates the target of a symlink on disk to the form of BEP 47: its path below the torrent's
 * root.
 */
final class SymlinkTarget {
    private SymlinkTarget() {}

    /**
     * Reads a link and follows its text element by element. The target need not exist. An absolute
     * one is valid if it is below the root.
     *
     * @param root the directory that the link must not leave, absolute
     * @param link its path
     * @param path elements of the link below the root; the folders among them are no links
     *     themselves
     * @throws UnrepresentableFileException that names the link, if it leads out of the root, to the
     *     root itself, or cannot be followed by its text alone
     */
    static List<String> read(Path root, Path link, List<String> path) throws IOException {
        Path target = Files.readSymbolicLink(link);
        Path below = target;
        List<String> at = new ArrayList<>(path.subList(0, path.size() - 1));
        if (target.isAbsolute()) {
            Path base = target.startsWith(root) ? root : root.toRealPath();
            if (!target.startsWith(base)) {
                throw outside(link, target);
            }
            at.clear();
            // Not relativize(), which would resolve ".." before this check.
            int names = base.getNameCount();
            below = names == target.getNameCount() ? target.getFileSystem().getPath("") : target.subpath(names, target.getNameCount());
        }
        for (Path element : below) {
            String name = element.toString();
            if (name.equals("..")) {
                if (at.isEmpty()) {
                    throw outside(link, target);
                }
                if (Files.isSymbolicLink(root.resolve(String.join("/", at)))) {
                    throw new UnrepresentableFileException("symlink " + link + " -> " + target
                        + " turns back behind another symlink; let it name its target directly");
                }
                at.remove(at.size() - 1);
            } else if (!name.isEmpty() && !name.equals(".")) {
                at.add(PayloadScan.nameOf(element, link));
            }
        }
        if (at.isEmpty()) {
            throw new UnrepresentableFileException("symlink " + link + " -> " + target
                + " names the torrent's root itself, which a torrent cannot say");
        }
        return at;
    }

    private static UnrepresentableFileException outside(Path link, Path target) {
        return new UnrepresentableFileException("symlink " + link + " -> " + target
            + " leads out of the payload, to where other hosts have something else; make it a relative one to a place inside");
    }
}
