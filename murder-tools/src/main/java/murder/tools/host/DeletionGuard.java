package murder.tools.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import murder.tools.cli.CommandException;

/**
 * Decides what {@code unsafe_please_delete} may delete. It protects the root directory and its
 * entries, directories of the system, homes and mount points with all their parents, and the files
 * of this run.
 *
 * @param home directories of the user
 * @param needed by this run: temporary and state folder, the jar, the JVM
 * @param mounts the mount points; null if the system does not list them
 */
public record DeletionGuard(List<Path> home, List<Path> needed, List<Path> mounts) {
    /** Directories of the system (hier(7)). Deeper directories may be the place of a release. */
    private static final Set<Path> SYSTEM = Stream.of("/dev", "/home", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/srv", "/sys",
        "/tmp", "/usr", "/var", "/usr/include", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/local", "/usr/share",
        "/usr/src", "/run/lock", "/run/systemd", "/run/user", "/usr/local/bin", "/usr/local/lib", "/var/backups", "/var/cache",
        "/var/lib", "/var/local", "/var/lock", "/var/log", "/var/mail", "/var/opt", "/var/run", "/var/spool", "/var/tmp").map(Path::of)
        .collect(Collectors.toUnmodifiableSet());
    /** They never contain a release. */
    private static final List<Path> WHOLE = Stream.of("/bin", "/boot", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/sbin", "/usr/bin",
        "/usr/sbin").map(Path::of).toList();
    private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");
    /** The index of the mount point among the words of a line (proc_pid_mountinfo(5)). */
    private static final int MOUNT_POINT = 4;

    public static DeletionGuard ofSystem(Map<String, String> env, List<Path> folders) throws IOException {
        List<Path> home = new ArrayList<>();
        addReal(env.get("HOME"), home);
        addReal(System.getProperty("user.home"), home);
        List<Path> needed = new ArrayList<>();
        for (Path folder : folders) {
            addReal(folder.toString(), needed);
        }
        addReal(System.getProperty("java.home"), needed);
        addReal(System.getProperty("java.class.path"), needed);
        // Names of mount points are bytes. A name of another encoding must only differ from all
        // other mount points.
        return new DeletionGuard(home, needed, Files.isReadable(MOUNT_INFO)
            ? mountPoints(new String(Files.readAllBytes(MOUNT_INFO), StandardCharsets.UTF_8).lines().toList()) : null);
    }

    private static void addReal(String path, List<Path> paths) throws IOException {
        if (path != null && !path.isEmpty() && Files.exists(Path.of(path))) {
            paths.add(Path.of(path).toRealPath());
        }
    }

    static List<Path> mountPoints(List<String> mountInfo) {
        List<Path> points = new ArrayList<>();
        for (String line : mountInfo) {
            points.add(path(unescaped(line.split(" ")[MOUNT_POINT])));
        }
        return points;
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            // This locale has no such letters, so no given path can be this one. But it may lie
            // below a given path.
            return Path.of(text.replaceAll("[^ -~]", "?"));
        }
    }

    /** White space and backslashes are encoded as three octal digits. */
    private static String unescaped(String text) {
        return text.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\");
    }

    /**
     * @param target of the deletion, with all its entries: a real path, except for its last
     *     element, which is not followed
     * @throws CommandException if it must stay
     */
    void check(Path target) throws CommandException, IOException {
        checkNeeded(target);
        checkMounts(target);
        checkSystem(target);
        if (target.getNameCount() == 1) {
            throw refused(target, "it lies directly in the root directory");
        }
    }

    /**
     * Like {@link #check} for a deletion of only the entries: the directory itself may be a mount
     * point.
     */
    void checkContents(Path target) throws CommandException, IOException {
        checkNeeded(target);
        checkSystem(target);
    }

    private static void checkSystem(Path target) throws CommandException {
        if (SYSTEM.contains(target) || WHOLE.stream().anyMatch(target::startsWith)) {
            throw refused(target, "it belongs to the system");
        }
    }

    private void checkNeeded(Path target) throws CommandException {
        if (target.getParent() == null) {
            throw refused(target, "it is the root directory");
        }
        for (Path directory : home) {
            if (directory.startsWith(target)) {
                throw refused(target, directory.equals(target) ? "it is a home directory"
                    : "the home directory " + directory + " is in it");
            }
        }
        for (Path path : needed) {
            if (path.startsWith(target)) {
                throw refused(target, "murder itself needs " + path);
            }
        }
        for (Path mount : mounts == null ? List.<Path>of() : mounts) {
            if (mount.startsWith(target) && !mount.equals(target)) {
                throw refused(target, "the mount point " + mount + " is in it");
            }
        }
    }

    /** Whether a file system is mounted there. */
    public boolean isMountPoint(Path target) throws IOException {
        return mounts != null ? mounts.contains(target)
            : !Files.getAttribute(target, "unix:dev", LinkOption.NOFOLLOW_LINKS)
                .equals(Files.getAttribute(target.getParent(), "unix:dev"));
    }

    /** @throws CommandException if the path is a mount point or has one inside */
    void checkMounts(Path target) throws CommandException, IOException {
        if (isMountPoint(target)) {
            throw refused(target, "it is a mount point");
        }
        for (Path mount : mounts == null ? List.<Path>of() : mounts) {
            if (mount.startsWith(target)) {
                throw refused(target, "the mount point " + mount + " is in it");
            }
        }
    }

    private static CommandException refused(Path target, String why) {
        return CommandException.failed(target + " is not deleted: " + why + "; choose another destination");
    }
}
