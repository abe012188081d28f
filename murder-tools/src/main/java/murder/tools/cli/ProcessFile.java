package murder.tools.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file by which {@code status} and {@code stop} find this process. Safe for use by the shutdown hook beside the main thread. */
public final class ProcessFile implements Closeable {
    private final Path file;
    private final Path temporary;
    private ProcessStatus status;
    private boolean closed;

    private ProcessFile(Path file, ProcessStatus status) {
        this.file = file;
        this.temporary = file.resolveSibling(file.getFileName() + ".tmp");
        this.status = status;
    }

    /** Writes the file, which is removed at the end of this process's life. */
    public static ProcessFile create(StateFolder folder, ProcessStatus status, Lifetime lifetime) throws IOException {
        ProcessFile file = new ProcessFile(folder.processFile(status.role(), status.pid()), status);
        file.write(status);
        lifetime.onEnd(file);
        return file;
    }

    public synchronized ProcessStatus status() {
        return status;
    }

    /** Replaces the file's content in one step, so that nobody reads half of it. Does nothing once it is closed. */
    public synchronized void write(ProcessStatus newStatus) throws IOException {
        if (closed) {
            return;
        }
        status = newStatus;
        Files.write(temporary, (newStatus.report() + "\n").getBytes(StandardCharsets.UTF_8));
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
