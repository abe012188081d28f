package murder.tools;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Quantities;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;

/**
 * {@code runtime}: a Java runtime with the modules that murder needs and no others.
 *
 * @param directory that is made
 */
record RuntimeCommand(Path directory) implements Command {
    static final Syntax SYNTAX = new Syntax("runtime", "make a Java runtime for hosts that have none", """
            murder runtime DIRECTORY

        Makes DIRECTORY, a Java runtime with the modules that murder needs. Copy it to hosts of the same operating system and
        processor, which then need no other Java: DIRECTORY/bin/java -jar murder-tools.jar. It takes a JDK here, not only a JRE.
        """, List.of("DIRECTORY"), 1, List.of(), List.of());

    /** What jdeps does not see: the JDK finds elliptic curves as a service, and our code asks for sun.misc by name. */
    private static final List<String> BY_NAME = List.of("jdk.crypto.ec", "jdk.unsupported");
    private static final int DUMP_SECONDS = 60;

    static RuntimeCommand parse(Arguments arguments) throws UsageException {
        try {
            return new RuntimeCommand(Path.of(arguments.positional(0)).toAbsolutePath());
        } catch (InvalidPathException e) {
            throw new UsageException("'" + arguments.positional(0) + "' cannot be the name of a directory: " + e.getReason());
        }
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        if (Files.exists(directory)) {
            throw CommandException.failed(directory + " is there already");
        }
        String classPath = ChildJvm.classPath();
        if (!ClassArchive.isJar(classPath)) {
            throw CommandException.failed("classes come from " + classPath + "; a runtime is made for murder-tools.jar only");
        }
        tool("jlink", "--add-modules", String.join(",", modules(classPath)), "--strip-debug", "--no-header-files", "--no-man-pages",
            "--compress=2", "--output", directory.toString());
        archiveClasses();
        context.out().println(directory + ": " + Quantities.bytes(size(directory)));
        return ExitStatus.DONE;
    }

    private static Set<String> modules(String jar) throws CommandException {
        Set<String> modules = new TreeSet<>(List.of(tool("jdeps", "--print-module-deps", "--ignore-missing-deps", "--multi-release", "17",
            jar).strip().split(",")));
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

    /** The JDK's own classes, ready to be mapped. Only the time of a start depends on it. */
    private void archiveClasses() throws IOException, InterruptedException {
        Process dump = new ProcessBuilder(directory.resolve("bin/java").toString(), "-Xshare:dump", "-Xlog:disable")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            dump.waitFor(DUMP_SECONDS, TimeUnit.SECONDS);
        } finally {
            dump.destroyForcibly();
        }
    }

    private static long size(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
        }
        return bytes;
    }
}
