package murder.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import murder.tools.cli.Trees;

/**
 * A temporary folder for payloads, on the RAM disk where there is one, so that no disk is measured.
 */
final class Folder implements AutoCloseable {
    private static final Path RAM_DISK = Path.of("/dev/shm");

    private final Path path;

    Folder() throws IOException {
        path = Files.isWritable(RAM_DISK) ? Files.createTempDirectory(RAM_DISK, "murder-benchmark-")
            : Files.createTempDirectory("murder-benchmark-");
    }

    Path path(String name) {
        return path.resolve(name);
    }

    /** A file of random bytes, the same for the same name and length. */
    Path file(String name, long length) throws IOException {
        Path file = path.resolve(name);
        Random random = new Random(name.hashCode() + length);
        byte[] bytes = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = length; left > 0; left -= bytes.length) {
                random.nextBytes(bytes);
                out.write(bytes, 0, (int) Math.min(bytes.length, left));
            }
        }
        return file;
    }

    /** Deletes a file or directory with all its entries, if it exists. */
    void delete(String name) throws IOException {
        Trees.delete(path(name));
    }

    @Override
    public void close() throws IOException {
        Trees.delete(path);
    }
}
