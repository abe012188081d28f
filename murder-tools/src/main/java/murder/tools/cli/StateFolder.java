package murder.tools.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import murder.hash.Sha1;
import murder.metainfo.InfoHash;

/**
 * The folder where murder keeps process files, logs and resume data of one user on one host. Only its owner may read it: a folder
 * that belongs to somebody else, or a symbolic link in its place, is refused, since the default place is one where everybody writes.
 */
public final class StateFolder {
    public static final String VARIABLE = "MURDER_STATE";
    private static final String PROCESS_SUFFIX = ".process.json";
    public static final String LOG_SUFFIX = ".log";
    private static final String RESUME_SUFFIX = ".resume";
    /** Logs and resume data that nobody touched for so long are removed. */
    private static final long KEEP_MS = 14L * 24 * 3600 * 1000;

    private final Path folder;

    private StateFolder(Path folder) {
        this.folder = folder;
    }

    /** Finds or makes the folder and checks whose it is. */
    public static StateFolder open(Map<String, String> env) throws CommandException, IOException {
        String named = env.get(VARIABLE);
        boolean isDefault = named == null || named.isEmpty();
        Path folder = isDefault ? Path.of(System.getProperty("java.io.tmpdir"), "murder-" + userName()) : Path.of(named);
        folder = folder.toAbsolutePath();
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        Set<PosixFilePermission> ownerOnly = PosixFilePermissions.fromString("rwx------");
        try {
            if (folder.getParent() != null) {
                Files.createDirectories(folder.getParent());
            }
            Files.createDirectory(folder, posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(ownerOnly)}
                : new FileAttribute<?>[0]);
        } catch (FileAlreadyExistsException e) {
            check(folder, posix);
            if (posix && !Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS).equals(ownerOnly)) {
                Files.setPosixFilePermissions(folder, ownerOnly);
            }
        } catch (IOException e) {
            throw CommandException.failed("cannot make the folder for process files (" + Failures.describe(e) + "); set " + VARIABLE
                + " to one that you may write", e);
        }
        return new StateFolder(folder);
    }

    private static String userName() {
        // A name from a directory service may hold a separator; the folder's name must stay one element.
        return System.getProperty("user.name", "unknown").replace('/', '_').replace(File.separatorChar, '_');
    }

    private static void check(Path folder, boolean posix) throws CommandException, IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw CommandException.failed(folder + " is not a directory" + (Files.isSymbolicLink(folder) ? " but a symbolic link" : "")
                + "; remove it, or set " + VARIABLE + " to a folder of your own");
        }
        if (!posix) {
            return;
        }
        Path probe;
        try {
            // What this process makes tells who we are, without asking a directory service that may be slow. A directory, under a name of
            // our own: a temporary file's random name would load half of the JDK's security, 50 ms of the start of every peer.
            probe = Files.createDirectory(folder.resolve(".owner-" + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".tmp"));
        } catch (IOException e) {
            throw foreign(folder, e);
        }
        try {
            Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (!owner.equals(Files.getAttribute(probe, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
                throw foreign(folder, null);
            }
        } finally {
            Files.delete(probe);
        }
    }

    private static CommandException foreign(Path folder, IOException cause) {
        return CommandException.failed(folder + " belongs to another user; set " + VARIABLE + " to a folder of your own", cause);
    }

    public Path path() {
        return folder;
    }

    /** Where a background process writes what would go to its standard error. */
    public Path logFile(String role, long id) {
        return folder.resolve(role + "-" + id + LOG_SUFFIX);
    }

    public Path processFile(String role, long pid) {
        return folder.resolve(role + "-" + pid + PROCESS_SUFFIX);
    }

    /** One file for each torrent and place on the disk that it is fetched to. */
    public Path resumeFile(InfoHash infoHash, Path target) {
        return folder.resolve(infoHash + resumeEnd(target));
    }

    /** Removes what is known of torrents that were fetched to this place. */
    public void forget(Path target) throws IOException {
        for (Path entry : entriesThatEndWith(resumeEnd(target))) {
            Files.deleteIfExists(entry);
        }
    }

    private static String resumeEnd(Path target) {
        byte[] hash = Sha1.newDigest().digest(target.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8));
        return "-" + HexFormat.of().formatHex(hash, 0, 8) + RESUME_SUFFIX;
    }

    /** The processes that run now, by role and pid. Files of processes that are gone are removed on the way. */
    public List<ProcessStatus> processes() throws IOException {
        List<Path> files = entriesThatEndWith(PROCESS_SUFFIX);
        files.sort(null);
        List<ProcessStatus> running = new ArrayList<>();
        for (Path file : files) {
            ProcessStatus status = read(file);
            if (status != null && status.process().isRunning()) {
                running.add(status);
            } else {
                Files.deleteIfExists(file);
            }
        }
        return running;
    }

    /** Null if the process ended meanwhile, or if this is no process file of this version. */
    private static ProcessStatus read(Path file) throws IOException {
        try {
            return ProcessStatus.parse(Files.readString(file));
        } catch (NoSuchFileException | IllegalArgumentException e) {
            return null;
        }
    }

    /** Removes old logs and old resume data. */
    public void prune(long nowEpochMs) throws IOException {
        for (Path entry : entriesThatEndWith(LOG_SUFFIX, RESUME_SUFFIX, ".tmp")) {
            try {
                if (nowEpochMs - Files.getLastModifiedTime(entry).toMillis() > KEEP_MS) {
                    Files.deleteIfExists(entry);
                }
            } catch (NoSuchFileException e) {
                continue; // Another process tidied up at the same time.
            }
        }
    }

    /** Without a glob, which is a regular expression inside: every peer comes by here when it starts. */
    private List<Path> entriesThatEndWith(String... ends) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                for (String end : ends) {
                    if (name.endsWith(end)) {
                        found.add(entry);
                        break;
                    }
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }
}
