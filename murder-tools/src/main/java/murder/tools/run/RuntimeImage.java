package murder.tools.run;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import murder.tools.cli.CommandException;

/**
 * A Java runtime with the modules that murder needs and no others, made by jdeps and jlink of the
 * JDK that runs this.
 */
public final class RuntimeImage {
    /**
     * Modules that jdeps does not find: the JDK loads elliptic curves as a service, and our code
     * uses sun.misc by name.
     */
    private static final List<String> BY_NAME = List.of("jdk.crypto.ec", "jdk.unsupported");
    private static final int DUMP_SECONDS = 60;

    private RuntimeImage() {
    }

    /**
     * Makes the runtime.
     *
     * @param modules from {@link #modules}
     * @param directory that does not exist yet
     * @throws CommandException if this Java is no JDK, or its tools fail
     */
    public static void make(Set<String> modules, Path directory) throws CommandException, IOException, InterruptedException {
        tool("jlink", "--add-modules", String.join(",", modules), "--strip-debug", "--no-header-files", "--no-man-pages",
            "--compress=2", "--output", directory.toString());
        archiveClasses(directory);
    }

    /**
     * The modules that murder needs.
     *
     * @param jar of murder
     * @return names of modules, sorted
     * @throws CommandException if this Java is no JDK, or jdeps fails
     */
    public static Set<String> modules(Path jar) throws CommandException {
        Set<String> modules = new TreeSet<>(List.of(tool("jdeps", "--print-module-deps", "--ignore-missing-deps", "--multi-release", "17",
            jar.toString()).strip().split(",")));
        for (String name : BY_NAME) {
            if (ModuleLayer.boot().findModule(name).isPresent()) {
                modules.add(name);
            }
        }
        return modules;
    }

    private static String tool(String name, String... words) throws CommandException {
        ToolProvider tool = ToolProvider.findFirst(name).orElseThrow(() -> CommandException.failed("this Java has no " + name
            + "; run it with a JDK"));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        if (tool.run(new PrintWriter(out, true), new PrintWriter(err, true), words) != 0) {
            throw CommandException.failed(name + " failed: " + out + err);
        }
        return out.toString();
    }

    /** Makes the archive of the JDK's own classes. It only makes the start faster. */
    private static void archiveClasses(Path directory) throws IOException, InterruptedException {
        Process dump = new ProcessBuilder(directory.resolve("bin/java").toString(), "-Xshare:dump", "-Xlog:disable")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            dump.waitFor(DUMP_SECONDS, TimeUnit.SECONDS);
        } finally {
            dump.destroyForcibly();
        }
    }
}
