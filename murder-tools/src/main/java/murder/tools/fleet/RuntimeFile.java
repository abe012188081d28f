package murder.tools.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import murder.tools.cli.CommandException;
import murder.tools.cli.Trees;
import murder.tools.run.RuntimeImage;

/** The Java runtime for hosts without Java, as a compressed archive that is made once. */
final class RuntimeFile {
    /** The name of its directory on the hosts. */
    static final String NAME = "runtime";

    private static final int TAR_SECONDS = 120;

    private RuntimeFile() {
    }

    /**
     * Makes the archive if it does not exist: once for each Java here and set of modules.
     *
     * @param files that store it
     */
    static JarFile of(FleetFiles files, JarFile jar) throws CommandException, IOException, InterruptedException {
        Set<String> modules = RuntimeImage.modules(jar.path());
        Path archive = files.named("-runtime.tgz", System.getProperty("java.vm.version"), String.join(",", modules));
        if (!Files.exists(archive)) {
            Path work = Files.createTempDirectory(archive.getParent(), ".runtime-");
            try {
                RuntimeImage.make(modules, work.resolve(NAME));
                Path packed = work.resolve("packed");
                pack(work.resolve(NAME), packed);
                Files.move(packed, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Trees.delete(work);
            }
        }
        return JarFile.of(archive);
    }

    private static void pack(Path directory, Path archive) throws CommandException, IOException, InterruptedException {
        Process tar = new ProcessBuilder(List.of("tar", "-C", directory.toString(), "-czf", archive.toString(), ".")).inheritIO().start();
        try {
            if (!tar.waitFor(TAR_SECONDS, TimeUnit.SECONDS) || tar.exitValue() != 0) {
                throw CommandException.failed("tar cannot pack the runtime in " + directory);
            }
        } finally {
            tar.destroyForcibly();
        }
    }
}
