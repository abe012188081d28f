package murder.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The codec does no I/O and knows no time, no threads and no chance: the simulator runs the same
 * classes.
 */
class PurityTest {
    private static final Pattern FORBIDDEN = Pattern.compile("java/net/|java/nio/channels|java/nio/file|java/io/File|java/lang/Thread"
            + "|java/util/concurrent|java/time/|currentTimeMillis|nanoTime|java/util/Random\\b|java/lang/Math.random|SecureRandom"
            + "|murder/wire/nio");

    private static String javap(List<String> classes) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        List<String> arguments = Stream.concat(Stream.of("-c", "-p", "-v"), classes.stream()).toList();
        int code = ToolProvider.findFirst("javap").orElseThrow().run(out, out, arguments.toArray(String[]::new));
        assertThat(code).as(text.toString()).isZero();
        return text.toString();
    }

    private static List<String> classes(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).filter(name -> name.endsWith(".class")).sorted().toList();
        }
    }

    private static Path compiled(String packageFolder) throws Exception {
        return Path.of(FrameDecoder.class.getProtectionDomain().getCodeSource().getLocation().toURI()).resolve(packageFolder);
    }

    @Test
    void codecUsesNoOutsideClasses() throws Exception {
        List<String> classes = new ArrayList<>(classes(compiled("murder/peer")));
        assertThat(classes).hasSizeGreaterThan(1);
        classes.addAll(classes(compiled("murder/wire")));
        assertThat(classes).hasSizeGreaterThan(15);
        assertThat(FORBIDDEN.matcher(javap(classes)).results().map(found -> found.group()).distinct()).isEmpty();
    }

    @Test
    void theTestWouldFindIt() throws Exception {
        assertThat(FORBIDDEN.matcher(javap(classes(compiled("murder/wire/nio")))).results().map(found -> found.group()).distinct())
                .contains("java/net/", "java/nio/channels", "java/lang/Thread");
    }
}
