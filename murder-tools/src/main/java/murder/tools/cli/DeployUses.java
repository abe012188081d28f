package murder.tools.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The deploys that use processes of this host. A deploy ends a process only if no other one uses
 * it. It never ends a process that a user started by hand, which has no uses. Each use is an empty
 * file {@code ROLE-PID.deploy-ID} in the state folder.
 *
 * <p>While a command has the uses open, no other command can change them. So no deploy joins a
 * process that is about to end.
 */
public final class DeployUses implements Closeable {
    private static final String BETWEEN = ".deploy-";

    private final StateFolder folder;
    private final FileChannel lock;

    private DeployUses(StateFolder folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** Opens the uses. Waits until no other command has them open. */
    public static DeployUses open(StateFolder folder) throws IOException {
        FileChannel lock = FileChannel.open(folder.path().resolve("deploys.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            lock.lock();
            return new DeployUses(folder, lock);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    /** @throws UsageException if the option's value is no name of a file */
    public static String id(Arguments arguments) throws UsageException {
        String id = arguments.text("--deploy", "");
        if (!id.matches("[A-Za-z0-9]{0,64}")) {
            throw new UsageException("--deploy takes up to 64 letters and digits");
        }
        return id;
    }

    /**
     * Records that this deploy uses this process itself. Call it before the process file exists.
     */
    public static void addOwn(StateFolder folder, String role, String deploy) throws IOException {
        if (!deploy.isEmpty()) {
            create(file(folder, role, StateFolder.ownPid(), deploy));
        }
    }

    /**
     * Records that this deploy uses a process, too. A process that was started by hand gets no
     * uses.
     */
    public void add(ProcessStatus process, String deploy) throws IOException {
        if (!deploy.isEmpty() && !uses(process).isEmpty()) {
            create(file(folder, process.role(), process.pid(), deploy));
        }
    }

    /** Removes the deploy's use. Returns whether there was one and it was the last. */
    public boolean release(ProcessStatus process, String deploy) throws IOException {
        return Files.deleteIfExists(file(folder, process.role(), process.pid(), deploy)) && uses(process).isEmpty();
    }

    private List<Path> uses(ProcessStatus process) throws IOException {
        return folder.entriesThatBegin(process.role() + "-" + process.pid() + BETWEEN);
    }

    private static Path file(StateFolder folder, String role, long pid, String deploy) {
        return folder.path().resolve(role + "-" + pid + BETWEEN + deploy);
    }

    private static void create(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // A process with this pid has ended, and its file stayed. The new file has the same
            // meaning.
            return;
        }
    }

    /** Lets other commands continue. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
