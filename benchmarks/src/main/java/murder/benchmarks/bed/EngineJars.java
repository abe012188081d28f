package murder.benchmarks.bed;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Another engine for the JVM, whose jars the user brings: {@code --jars DIR} holds a folder for
 * each. Such an engine is a library, so a small program of the bed starts it. The bed compiles that
 * program against the jars; this build does not depend on them.
 *
 * @param label the client's label, and the folder's name in DIR
 * @param mainJar the beginning of the engine's own jar; its dependencies lie beside it
 * @param program name of the program's class; its source is a resource of this package
 */
record EngineJars(String label, String mainJar, String program) {
    private static final String WHERE = "; see 'Other engines for the JVM' in benchmarks/README.md";

    /**
     * The folder with the jars.
     *
     * @param jars the value of {@code --jars}, null if it was not given
     */
    private Path folder(Path jars) {
        return jars.resolve(label);
    }

    /** Refuses if the jars are missing. */
    void require(Path jars) throws BedException, IOException {
        if (jars == null) {
            throw new BedException("the client " + label + " needs --jars DIR" + WHERE);
        }
        mainJar(jars);
    }

    private Path mainJar(Path jars) throws BedException, IOException {
        if (Files.isDirectory(folder(jars))) {
            try (Stream<Path> files = Files.list(folder(jars))) {
                List<Path> found = files.filter(file -> file.getFileName().toString().matches(mainJar + "-[0-9].*\\.jar")).toList();
                if (found.size() == 1) {
                    return found.get(0);
                }
                if (found.size() > 1) {
                    throw new BedException("more than one " + mainJar + "-VERSION.jar in " + folder(jars));
                }
            }
        }
        throw new BedException("no " + mainJar + "-VERSION.jar in " + folder(jars) + WHERE);
    }

    /** Name and version, as the jar's name gives them. */
    String version(Path jars) throws BedException, IOException {
        String name = mainJar(jars).getFileName().toString();
        return name.substring(0, name.length() - ".jar".length());
    }

    /**
     * Compiles the program, unless this run's folder has it.
     *
     * @return the class path that runs it
     */
    String classPath(Path jars, Path into) throws BedException, IOException {
        Path classes = into.resolve(label + "-classes");
        String classPath = classPath(jars);
        if (!Files.exists(classes)) {
            Path source = into.resolve(program + ".java");
            try (InputStream in = EngineJars.class.getResourceAsStream(source.getFileName().toString())) {
                if (in == null) {
                    throw new FileNotFoundException(source.getFileName() + " is not in this build");
                }
                Files.copy(in, source);
            }
            StringWriter text = new StringWriter();
            PrintWriter out = new PrintWriter(text);
            ToolProvider javac = ToolProvider.findFirst("javac")
                .orElseThrow(() -> new BedException("the client " + label + " needs a JDK, not a JRE"));
            int status = javac.run(out, out, "-nowarn", "-cp", classPath, "-d", classes.toString(), source.toString());
            if (status != 0) {
                throw new BedException(program + " does not compile with the jars in " + folder(jars) + ": " + text);
            }
        }
        return classes + ":" + classPath;
    }

    private String classPath(Path jars) throws IOException {
        try (Stream<Path> files = Files.list(folder(jars))) {
            return files.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().collect(Collectors.joining(":"));
        }
    }
}
