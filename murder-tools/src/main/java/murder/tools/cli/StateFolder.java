package murder.tools.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import murder.hash.Sha1;
import murder.metainfo.InfoHash;

/**
 * The folder where murder keeps process files, logs and resume data of one user on one host. Only
 * its owner may write to it. It never uses a folder of another user, or a symbolic link.
 * {@link StatePlaces} has its default places.
 */
public final class StateFolder {
    public static final String VARIABLE = "MURDER_STATE";
    private static final String PROCESS_SUFFIX = ".process.json";
    /** The longest magnet link of a command line fits several times as JSON. */
    private static final int MAX_PROCESS_FILE = 4 << 20;
    public static final String LOG_SUFFIX = ".log";
    private static final String RESUME_SUFFIX = ".resume";
    /** Logs and resume data are removed after this time without a change. */
    private static final long KEEP_MS = 14L * 24 * 3600 * 1000;

    private final Path folder;
    /** Older state folders of this user, which may have files of processes. */
    private final List<Path> others;

    private StateFolder(Path folder, List<Path> others) {
        this.folder = folder;
        this.others = others;
    }

    /** Finds or makes the folder and checks its owner. */
    public static StateFolder open(Map<String, String> env) throws CommandException, IOException {
        return open(env, Path.of(System.getProperty("java.io.tmpdir")));
    }

    static StateFolder open(Map<String, String> env, Path temporary) throws CommandException {
        String named = env.get(VARIABLE);
        try {
            if (named != null && !named.isEmpty()) {
                return new StateFolder(named(Path.of(named).toAbsolutePath()), List.of());
            }
            StatePlaces places = new StatePlaces(env, temporary);
            Path chosen = places.open();
            return new StateFolder(chosen, places.others(chosen));
        } catch (IOException e) {
            throw CommandException.failed("cannot make the folder for process files (" + Failures.describe(e) + "); set " + VARIABLE
                + " to one that you may write", e);
        }
    }

    private static Path named(Path folder) throws CommandException, IOException {
        if (folder.getParent() != null) {
            Files.createDirectories(folder.getParent());
        }
        try {
            OwnFolder.make(folder);
        } catch (FileAlreadyExistsException e) {
            String problem = OwnFolder.problem(folder);
            if (problem != null) {
                throw CommandException.failed(folder + " " + problem + ", or set " + VARIABLE + " to a folder of your own", e);
            }
        }
        return folder;
    }

    public Path path() {
        return folder;
    }

    /**
     * The id of this process, for names of files. {@link ProcessHandle} would start threads, which
     * takes milliseconds.
     */
    public static long ownPid() {
        try {
            return Long.parseLong(new File("/proc/self").getCanonicalFile().getName());
        } catch (IOException | NumberFormatException e) {
            return ProcessHandle.current().pid(); // This system has no such file.
        }
    }

    /** The log of a background process, for its standard error. */
    public Path logFile(String role, long id) {
        return folder.resolve(role + "-" + id + LOG_SUFFIX);
    }

    public Path processFile(String role, long pid) {
        return folder.resolve(role + "-" + pid + PROCESS_SUFFIX);
    }

    /** One file for each torrent and destination on the disk. */
    public Path resumeFile(InfoHash infoHash, Path target) {
        return folder.resolve(infoHash + resumeEnd(target));
    }

    /** Removes the files about torrents with this destination. */
    public void forget(Path target) throws IOException {
        for (Path entry : entriesThatEndWith(resumeEnd(target))) {
            Files.deleteIfExists(entry);
        }
    }

    private static String resumeEnd(Path target) {
        byte[] hash = Sha1.newDigest().digest(target.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8));
        return "-" + HexFormat.of().formatHex(hash, 0, 8) + RESUME_SUFFIX;
    }

    /** The running processes, by role and pid. Removes the files of processes that have ended. */
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
                String name = file.getFileName().toString();
                for (Path use : entriesThatBegin(name.substring(0, name.length() - PROCESS_SUFFIX.length()) + ".deploy-")) {
                    Files.deleteIfExists(use);
                }
            }
        }
        return running;
    }

    /** Null if the process ended meanwhile, or if this is no process file of this version. */
    private static ProcessStatus read(Path file) throws IOException {
        try {
            return ProcessStatus.parse(OwnFolder.read(file, MAX_PROCESS_FILE));
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
                continue; // Another process cleaned up at the same time.
            }
        }
    }

    List<Path> entriesThatBegin(String begin) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path entry : entriesThatEndWith("")) {
            if (entry.getFileName().toString().startsWith(begin)) {
                found.add(entry);
            }
        }
        return found;
    }

    /** Without a glob, which is a regular expression inside: every peer runs this at its start. */
    private List<Path> entriesThatEndWith(String... ends) throws IOException {
        List<Path> found = new ArrayList<>();
        addEntries(folder, ends, found);
        for (Path other : others) {
            addEntries(other, ends, found);
        }
        return found;
    }

    private static void addEntries(Path folder, String[] ends, List<Path> found) throws IOException {
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
        } catch (NoSuchFileException e) {
            return; // Somebody removed it, so there are no entries.
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
