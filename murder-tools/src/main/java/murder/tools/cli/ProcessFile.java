package murder.tools.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The file by which {@code status} and {@code stop} find this process. The process works without
 * it, too. A full or missing state folder, or a lack of descriptors, is reported once, and the next
 * write tries again. The shutdown hook and the main thread may use it at once.
 */
public final class ProcessFile implements Closeable {
    private final Path file;
    private final Path temporary;
    private ProcessStatus status;
    private boolean closed;
    private boolean troubled;

    private ProcessFile(Path file, ProcessStatus status) {
        this.file = file;
        this.temporary = file.resolveSibling(file.getFileName() + ".tmp");
        this.status = status;
    }

    /** Writes the file. It is removed at the end of this process. */
    public static ProcessFile create(StateFolder folder, ProcessStatus status, Lifetime lifetime) {
        ProcessFile file = new ProcessFile(folder.processFile(status.role(), status.pid()), status);
        file.write(status);
        lifetime.onEnd(file);
        return file;
    }

    public synchronized ProcessStatus status() {
        return status;
    }

    /**
     * Replaces the file's content in one step, so that nobody reads half of it. Does nothing after
     * the close.
     */
    public synchronized void write(ProcessStatus newStatus) {
        if (closed) {
            return;
        }
        status = newStatus;
        try {
            replace((newStatus.report() + "\n").getBytes(StandardCharsets.UTF_8));
            if (troubled) {
                troubled = false;
                System.err.println("murder: " + file + " can be written again");
            }
        } catch (IOException e) {
            if (!troubled) {
                troubled = true;
                System.err.println("murder: " + describe(e) + "; until that is mended 'murder status' and 'murder stop' know nothing new"
                    + " of this process (pid " + status.pid() + "), which continues");
            }
        }
    }

    /** Not every failure of the system names the file. */
    private String describe(IOException e) {
        String text = Failures.describe(e);
        return text.contains(file.getFileName().toString()) ? text : file + ": " + text;
    }

    private void replace(byte[] bytes) throws IOException {
        if (!Files.exists(file.getParent())) {
            OwnFolder.make(file.getParent());
        }
        // Others may read a folder that the user named, and this process may have no umask.
        OwnFolder.write(temporary, bytes);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes the file. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        Files.deleteIfExists(temporary);
        Files.deleteIfExists(file);
    }
}
