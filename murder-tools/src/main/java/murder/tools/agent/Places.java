package murder.tools.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import murder.disk.Forcing;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.order.Release;
import murder.order.Target;
import murder.tools.cli.CommandException;
import murder.tools.host.DeletionGuard;
import murder.tools.host.Placement;
import murder.tools.host.TreeRemoval;

/**
 * The paths of releases on this host, and the renames that put them there. All are below the
 * agent's roots. The name of a staged release follows from the release and its content, so the next
 * process finds it:
 *
 * <pre>
 *   DEST/.murder-part-…     grows
 *   DEST/.murder-staged-…   verified, complete and on disk
 *   DEST/TAG                in its place
 * </pre>
 *
 * Any thread.
 */
final class Places {
    /** A path in an order with this beginning is relative to the agent's working directory. */
    private static final String RELATIVE = "/~/";

    private volatile List<Path> roots;
    private final Path working;
    private final Map<String, String> env;
    private final List<Path> needed;

    /**
     * @param roots absolute
     * @param working the agent's working directory
     * @param needed paths that the agent needs itself and never deletes
     */
    Places(List<Path> roots, Path working, Map<String, String> env, List<Path> needed) {
        this.roots = List.copyOf(roots);
        this.working = working;
        this.env = env;
        this.needed = List.copyOf(needed);
    }

    /** Whether this agent may write releases at all. */
    boolean hold() {
        return !roots.isEmpty();
    }

    /** Further roots, from now on. */
    synchronized void allow(List<Path> more) {
        Set<Path> all = new LinkedHashSet<>(roots);
        all.addAll(more);
        roots = List.copyOf(all);
    }

    /** A path of an order on this host. */
    static Path resolve(Path working, String path) {
        return path.startsWith(RELATIVE) ? working.resolve(path.substring(RELATIVE.length())) : Path.of(path);
    }

    Path resolve(String path) {
        return resolve(working, path);
    }

    /**
     * The place of a release. Makes the directories above it.
     *
     * @param fileName of the payload, for a release that is a single file
     */
    Placement placement(Target target, String tag, String fileName) throws AgentException {
        Path destination = resolve(target.destination());
        checkBelowRoots(destination, "the destination");
        try {
            String name = switch (target.layout()) {
                case TAG -> tag;
                case BARE -> null;
                case FILE -> fileName;
            };
            return Placement.of(destination, name, target.replace(), DeletionGuard.ofSystem(env, needed));
        } catch (IOException | CommandException e) {
            throw AgentException.of(e, Cause.SYSTEM);
        }
    }

    /** The name of an archive's file; null if it depends on the torrent. */
    static String fileName(Release release) {
        return release.archive() == Archive.TREE ? null : release.tag() + "." + release.archive().word();
    }

    /** Whether the place is known before the torrent. */
    static boolean isKnown(Target target, Release release) {
        return target.layout() != Layout.FILE || release.archive() != Archive.TREE;
    }

    private void checkBelowRoots(Path path, String what) throws AgentException {
        try {
            Path real = real(path);
            for (Path root : roots) {
                if (real.startsWith(real(root))) {
                    return;
                }
            }
            throw new AgentException(Cause.ROOTS, what + " " + path + (real.equals(path) ? "" : " (" + real + ")")
                + " is not below a root of this agent (" + roots + "); start it with another --root", null);
        } catch (IOException e) {
            throw AgentException.of(e, Cause.SYSTEM);
        }
    }

    /** The path without symbolic links. Missing elements at the end stay unchanged. */
    private static Path real(Path path) throws IOException {
        Path missing = Path.of("");
        for (Path at = path.normalize(); at != null; at = at.getParent()) {
            if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
                Path there = at.toRealPath();
                return missing.toString().isEmpty() ? there : there.resolve(missing);
            }
            missing = missing.toString().isEmpty() ? at.getFileName() : at.getFileName().resolve(missing);
        }
        return path;
    }

    /**
     * The paths of a release: while it grows, while it is staged, and its place. Throws if this
     * order does not allow to replace the entry in the place.
     *
     * @param fileName of the payload, for a release that is a single file
     */
    Ledger.Trace trace(ReleaseKey key, Target target, Release release, String fileName, Ledger.Trace known)
        throws AgentException, IOException {
        Placement placement = placement(target, release.tag(), fileName);
        checkFree(placement);
        return known.withPlace(beside(placement, key, release.content(), false), beside(placement, key, release.content(), true),
            placement.target());
    }

    /** Throws if this order does not allow to replace the entry in the place. */
    static void checkFree(Placement placement) throws AgentException {
        try {
            placement.check();
        } catch (CommandException e) {
            throw new AgentException(Cause.OCCUPIED, e.getMessage(), e);
        } catch (IOException e) {
            throw AgentException.of(e, Cause.SYSTEM);
        }
    }

    /** The path of an incomplete or a complete staged release. */
    static Path beside(Placement placement, ReleaseKey key, Content content, boolean whole) throws IOException {
        return placement.beside(key.destination() + "\0" + key.tag() + "\0" + content.infoSha256(), whole);
    }

    /**
     * Renames a release that is complete and on disk, so that the next process finds it.
     */
    static void finish(Path part, Path staged) throws IOException {
        TreeRemoval.delete(staged);
        Files.move(part, staged, StandardCopyOption.ATOMIC_MOVE);
        Forcing.force(staged.getParent());
    }

    /** The link to the active release, or null if the target has none. */
    Path link(Target target) throws AgentException {
        if (target.currentLink().isEmpty()) {
            return null;
        }
        Path link = resolve(target.currentLink()).normalize();
        checkBelowRoots(link.getParent(), "the link");
        if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
            throw new AgentException(Cause.OCCUPIED, link + " is there and no symbolic link; move it away, or set another current_link",
                null);
        }
        return link;
    }

    /** Points the link to the place, by one rename. Returns whether that changed the link. */
    static boolean lead(Path link, Path place) throws IOException {
        Path parent = Files.createDirectories(link.getParent()).toRealPath();
        Path to = place.getParent().equals(parent) ? place.getFileName() : place;
        try {
            if (Files.readSymbolicLink(link).equals(to)) {
                return false;
            }
        } catch (NoSuchFileException e) {
            // The first release: there is no link yet.
        }
        Path beside = parent.resolve(".murder-link-" + ProcessHandle.current().pid());
        Files.deleteIfExists(beside);
        Files.createSymbolicLink(beside, to);
        Files.move(beside, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Forcing.force(parent);
        return true;
    }

    /** Directories that may hold releases, for the space check. */
    static long usable(Path directory) throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }
}
