package murder.tools;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Makes a payload for the demo: a build with one large file and all kinds of entries that a
 * directory can have. It is the same each time.
 */
final class DemoPayload {
    private static final int LARGE_FILE_BYTES = 64 << 20;
    private static final int SMALL_FILES = 12;
    private static final long SEED = 7;

    private DemoPayload() {
    }

    /** Fills a new directory and returns it. */
    static Path make(Path directory) throws IOException {
        Random random = new Random(SEED);
        Files.createDirectories(directory.resolve("lib"));
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(directory.resolve("app.bin"))) {
            for (int written = 0; written < LARGE_FILE_BYTES; written += block.length) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        for (int i = 0; i < SMALL_FILES; i++) {
            byte[] small = new byte[random.nextInt(100_000)];
            random.nextBytes(small);
            Files.write(directory.resolve("lib").resolve("part-" + i + ".dat"), small);
        }
        Files.createFile(directory.resolve("empty"));
        Files.write(directory.resolve("start.sh"), "#!/bin/sh\necho started\n".getBytes(StandardCharsets.UTF_8));
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(directory.resolve("start.sh"),
                java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.createSymbolicLink(directory.resolve("current"), Path.of("app.bin"));
        }
        return directory;
    }
}
