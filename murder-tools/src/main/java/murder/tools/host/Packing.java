package murder.tools.host;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import murder.order.Archive;
import murder.tools.cli.CommandException;
import murder.tools.cli.ProgressLine;

/**
 * Makes an archive of a directory, or a copy of a file, for {@code host pack} and the agent.
 *
 * @param files the directory, or the file
 * @param archive its kind; a tree needs no archive
 * @param pathIsFile whether it is a file, which travels as it is
 * @param keepLinks whether symbolic links travel as they are, wherever they lead
 */
public record Packing(Path files, Archive archive, boolean pathIsFile, boolean keepLinks) {
    /** Beginnings of names that are left out. */
    public static final List<String> EXCLUDED = List.of(".git");

    /** {@return whether an entry is left out} */
    public static boolean isExcluded(Path entry) {
        String name = entry.getFileName().toString();
        for (String prefix : EXCLUDED) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** @throws CommandException if the source is missing or of the wrong kind */
    public void check() throws CommandException, IOException {
        if (!Files.exists(files)) {
            throw CommandException.failed("files_path " + files + " is not there");
        }
        if (pathIsFile != Files.isRegularFile(files)) {
            throw CommandException.failed("files_path " + files + (pathIsFile ? " is no file; leave out path_is_file"
                : " is no directory; path_is_file=1 sends a single file"));
        }
        if (!Files.isReadable(files)) {
            throw CommandException.failed("files_path " + files + " cannot be read by this user");
        }
    }

    /**
     * Makes the archive.
     *
     * @param growing the file, which does not exist yet
     * @throws CommandException if an entry cannot travel
     */
    public void makeArchive(Path growing, ProgressLine line) throws CommandException, IOException, InterruptedException {
        if (pathIsFile) {
            Files.copy(files, growing, StandardCopyOption.COPY_ATTRIBUTES);
        } else if (archive == Archive.TAR) {
            try (OutputStream out = new BufferedOutputStream(NewFile.create(growing))) {
                tar(out, line);
            }
        } else {
            NewFile.create(growing).close();
            gzip(growing, line);
        }
    }

    private void gzip(Path target, ProgressLine line) throws CommandException, IOException, InterruptedException {
        // Without name and time, so that the same tree gives the same bytes.
        try (Subprocess gzip = Subprocess.start(ProcessBuilder.Redirect.to(target.toFile()), List.of("gzip", "-n", "-c"))) {
            try (OutputStream out = new BufferedOutputStream(gzip.input(), 1 << 16)) {
                tar(out, line);
            } catch (IOException e) {
                if (!gzip.brokeOff()) {
                    throw e;
                }
            }
            gzip.awaitSuccess("compress " + files);
        }
    }

    /** Checks the archive like the other hosts. */
    private void tar(OutputStream out, ProgressLine line) throws CommandException, IOException, InterruptedException {
        if (!SystemTar.complaint().isEmpty()) {
            try (CountedInput counted = new CountedInput(new TreeTar(files, EXCLUDED), "packing", 0, line)) {
                sieve(counted, out);
            }
            return;
        }
        List<String> command = SystemTar.create();
        for (String prefix : EXCLUDED) {
            command.add("--exclude=" + prefix + "*");
        }
        command.add("--directory=" + files);
        command.add(".");
        try (Subprocess tar = Subprocess.start(ProcessBuilder.Redirect.PIPE, command)) {
            CountedInput counted = new CountedInput(tar.output(), "packing", 0, line);
            try {
                sieve(counted, out);
            } catch (EOFException e) {
                int status = tar.await();
                throw CommandException.failed("cannot pack " + files + ": " + tar.why(status), e);
            }
            tar.awaitSuccess("pack " + files);
        }
    }

    private void sieve(CountedInput archive, OutputStream out) throws CommandException, IOException {
        try {
            new TarSieve(new TarReader(archive), out, -1, SymbolicLinks.of(files, keepLinks)).run();
            archive.drain();
        } catch (ArchiveException e) {
            throw CommandException.failed(files + " cannot be deployed: " + e.getMessage(), e);
        }
    }
}
