package murder.tools.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.tools.run.ClassArchive;

/**
 * Makes the archive of classes from which {@code fleet} starts on this machine, while hosts make
 * theirs. Only speed depends on it, so what goes wrong is not told.
 */
final class OwnArchive {
    private static final long LIMIT_S = 60;

    /** Null if there is nothing to make. */
    private final Process process;

    private OwnArchive(Process process) {
        this.process = process;
    }

    static OwnArchive begin() throws IOException {
        String classPath = ClassArchive.ownClassPath();
        boolean needed = ClassArchive.isJar(classPath) && ClassArchive.find(classPath) == null
            && Files.isWritable(Path.of(classPath).getParent());
        return new OwnArchive(!needed ? null : new ProcessBuilder(List.of(ClassArchive.java(), "-jar", classPath, "prepare", "--control"))
            .redirectInput(Path.of("/dev/null").toFile()).redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD).start());
    }

    /** Waits until it is made, and no longer than for a minute. */
    void await() throws InterruptedException {
        if (process != null && !process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            process.destroy();
        }
    }
}
