package murder.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The javadoc of what the modules export builds without a warning: nothing lacks a comment, no link
 * is broken.
 */
class JavadocTest {
    private static final List<String> MODULES = List.of("bencode", "wire", "tracker", "engine", "tools");
    private static final Pattern WARNING = Pattern.compile(".*: (warning|error): .*");

    @Test
    void javadocBuildsWithoutWarnings(@TempDir Path into) {
        List<String> words = new ArrayList<>(List.of("-quiet", "-encoding", "UTF-8", "-Xdoclint:all", "-Xmaxwarns", "1000", "-d",
            into.toString(), "--module", String.join(",", MODULES.stream().map("murder."::concat).toList())));
        for (String module : MODULES) {
            words.addAll(List.of("--module-source-path", "murder." + module + "=../murder-" + module + "/src/main/java"));
        }
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);

        int code = ToolProvider.findFirst("javadoc").orElseThrow().run(out, out, words.toArray(String[]::new));

        Stream<String> warnings = text.toString().lines().filter(line -> WARNING.matcher(line).matches());
        assertThat(warnings).isEmpty();
        assertThat(code).as(text.toString()).isZero();
        assertThat(into.resolve("murder.engine/murder/engine/Engine.html")).exists();
    }
}
