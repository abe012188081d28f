package murder.tools.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The default places of the state folder. The first usable one of these:
 *
 * <pre>
 *   $XDG_RUNTIME_DIR/murder    unless logind removes it when the user logs out, since seeders stay
 *   ~/.local/state/murder      unless several hosts share the home
 *   /tmp/murder-USER           with a number behind it if another user has taken that name
 * </pre>
 */
final class StatePlaces {
    private static final String NAME = "murder";
    /** The place of the folders that logind removes, unless the user lingers. */
    private static final Path LOGIND = Path.of("/run/user");
    private static final Path LINGER = Path.of("/var/lib/systemd/linger");
    private static final Set<String> SHARED = Set.of("nfs", "nfs4", "cifs", "smb2", "smb3", "lustre", "gpfs", "afs", "ceph", "glusterfs",
        "fuse.glusterfs", "fuse.sshfs", "fuse.ceph", "9p", "virtiofs", "beegfs", "orangefs");

    private final Map<String, String> env;
    private final Path temporary;

    /** @param temporary the system's temporary folder */
    StatePlaces(Map<String, String> env, Path temporary) {
        this.env = env;
        this.temporary = temporary;
    }

    /** The possible places, in the order of the tries; {@link OwnFolder#in} makes the last one. */
    private List<Path> candidates() throws IOException {
        List<Path> places = new ArrayList<>();
        Path runtime = path(env.get("XDG_RUNTIME_DIR"));
        if (runtime != null && isUsable(runtime) && (!runtime.startsWith(LOGIND) || Files.exists(LINGER.resolve(userName())))) {
            places.add(runtime.resolve(NAME));
        }
        Path home = path(env.getOrDefault("HOME", System.getProperty("user.home")));
        if (home != null && isUsable(home) && !isShared(home)) {
            places.add(home.resolve(".local").resolve("state").resolve(NAME));
        }
        return places;
    }

    private static boolean isUsable(Path parent) throws IOException {
        return Files.isDirectory(parent) && OwnFolder.isMine(parent.toRealPath());
    }

    /** Null if it is no absolute path. */
    private static Path path(String text) {
        try {
            Path path = text == null || text.isEmpty() ? null : Path.of(text);
            return path == null || !path.isAbsolute() ? null : path;
        } catch (InvalidPathException e) {
            return null; // This locale cannot name it.
        }
    }

    private static boolean isShared(Path home) {
        try {
            return SHARED.contains(Files.getFileStore(home).type());
        } catch (IOException e) {
            return false; // Such as the root of a chroot, which is no mount.
        }
    }

    private static String userName() {
        // A name from a directory service may contain a separator. The folder's name must stay one
        // element.
        return System.getProperty("user.name", "unknown").replace('/', '_').replace(File.separatorChar, '_');
    }

    /** Finds or makes the folder. */
    Path open() throws IOException {
        for (Path candidate : candidates()) {
            if (isTaken(candidate)) {
                return candidate;
            }
        }
        return OwnFolder.in(temporary, NAME + "-" + userName(), true);
    }

    private static boolean isTaken(Path folder) {
        try {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(folder.getParent());
                OwnFolder.make(folder);
            }
            return OwnFolder.problem(folder) == null && Files.isWritable(folder);
        } catch (FileAlreadyExistsException e) {
            // Another process made it just now, or it is something else.
            return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && Files.isWritable(folder);
        } catch (IOException e) {
            return false; // Uses the next one: read-only homes are common.
        }
    }

    /**
     * Other folders of this user beside {@code chosen}: a process may have been started with other
     * variables.
     */
    List<Path> others(Path chosen) throws IOException {
        List<Path> all = candidates();
        Path last = OwnFolder.in(temporary, NAME + "-" + userName(), false);
        if (last != null) {
            all.add(last);
        }
        all.remove(chosen);
        all.removeIf(folder -> !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS));
        List<Path> ours = new ArrayList<>();
        for (Path folder : all) {
            if (OwnFolder.isOurs(folder)) {
                ours.add(folder);
            }
        }
        return ours;
    }
}
