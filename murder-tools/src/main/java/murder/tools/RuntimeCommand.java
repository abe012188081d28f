package murder.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Quantities;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.ClassArchive;
import murder.tools.run.RuntimeImage;

/**
 * {@code runtime}: a Java runtime with the modules that murder needs and no others.
 *
 * @param directory that is made
 */
record RuntimeCommand(Path directory) implements Command {
    static final Syntax SYNTAX = new Syntax("runtime", "make a Java runtime for hosts that have none", """
            murder runtime DIRECTORY

        Makes a Java runtime in DIRECTORY, with only the modules that murder needs. Copy it to hosts of the
        same operating system and processor. They then need no other Java:
        'DIRECTORY/bin/java -jar murder-tools.jar'. This command needs a JDK here, not only a JRE.
        """, List.of("DIRECTORY"), 1, List.of(), List.of());

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
        String classPath = ClassArchive.ownClassPath();
        if (!ClassArchive.isJar(classPath)) {
            throw CommandException.failed("classes come from " + classPath + "; a runtime is made for murder-tools.jar only");
        }
        RuntimeImage.make(RuntimeImage.modules(Path.of(classPath)), directory);
        context.out().println(directory + ": " + Quantities.bytes(size(directory)));
        return ExitStatus.DONE;
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
