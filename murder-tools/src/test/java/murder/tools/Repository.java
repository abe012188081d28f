package murder.tools;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the sources are. */
public final class Repository {
    private Repository() {
    }

    /**
     * The folder that holds all modules. Maven runs tests in the module's folder, editors in
     * either.
     */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve(".editorconfig"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("no .editorconfig in " + Path.of("").toAbsolutePath() + " nor above it");
            }
        }
        return folder;
    }
}
