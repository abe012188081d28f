package murder.delta;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Paths of two releases, the patch between them, and what it makes. Nothing is there at first. */
abstract class ReleaseFixture {
    @TempDir
    Path folder;

    Path old;
    Path fresh;
    Path patch;
    Path result;

    @BeforeEach
    void paths() {
        old = folder.resolve("old");
        fresh = folder.resolve("new");
        patch = folder.resolve("patch");
        result = folder.resolve("result");
    }

    static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static void write(Path file, byte[] bytes, String mode) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
