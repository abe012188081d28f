package murder.benchmarks.bed;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A program that must be installed.
 *
 * @param name of the executable
 * @param debianPackage that has it
 */
record Program(String name, String debianPackage) {
    static final List<Program> FOR_THE_BED = List.of(new Program("ip", "iproute2"), new Program("tc", "iproute2"),
        new Program("unshare", "util-linux"), new Program("sh", "dash"));
    static final Program OPENTRACKER = new Program("opentracker", "opentracker");
    private static final List<String> PYTHONS = List.of("python3", "/usr/bin/python3", "/usr/local/bin/python3");

    /** The executable on the path, or null if there is none. */
    Path find() {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return file.toAbsolutePath();
            }
        }
        return null;
    }

    /** Refuses with a list of everything that is missing and what to install. */
    static void require(Collection<Program> programs) throws BedException {
        Set<String> missing = new LinkedHashSet<>();
        Set<String> packages = new LinkedHashSet<>();
        for (Program program : programs) {
            if (program.find() == null) {
                missing.add(program.name);
                packages.add(program.debianPackage);
            }
        }
        if (!missing.isEmpty()) {
            throw new BedException("missing: " + String.join(", ", missing) + "; on Debian and Ubuntu: apt-get install "
                + String.join(" ", packages));
        }
    }

    /**
     * A Python that has libtorrent; the one that comes first on the path need not be the one that
     * the package is for.
     */
    static String pythonWithLibtorrent() throws BedException, IOException, InterruptedException {
        List<String> tried = new ArrayList<>();
        for (String python : PYTHONS) {
            Path file = python.startsWith("/") ? Path.of(python) : new Program(python, "python3").find();
            if (file != null && Files.isExecutable(file)) {
                if (Shell.run(List.of(file.toString(), "-c", "import libtorrent")).isGood()) {
                    return file.toString();
                }
                tried.add(file.toString());
            }
        }
        throw new BedException("no Python with the module libtorrent" + (tried.isEmpty() ? "" : " (not " + String.join(", ", tried) + ")")
            + "; on Debian and Ubuntu: apt-get install python3-libtorrent");
    }
}
