package murder.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Packages depend on one another in one direction, and so do the classes of {@code murder.engine}.
 * The test lies in this module because Maven compiles it last. To run it alone:
 *
 * <pre>mvn -q test -pl benchmarks -am -Dtest=CirclesTest -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
class CirclesTest {
    private static final List<String> MODULES = List.of("murder-bencode", "murder-wire", "murder-tracker", "murder-engine", "murder-tools",
        "benchmarks");
    /** Packages that form a circle and may for now. This list only gets shorter. */
    private static final Set<String> PACKAGES_FOR_NOW = Set.of();

    private static Dependencies compiled() throws IOException {
        return Dependencies.in(MODULES.stream().map(module -> Path.of("..", module, "target", "classes")).toList());
    }

    @Test
    void packagesFormNoCircle() throws IOException {
        Dependencies compiled = compiled();
        assertThat(compiled.classes()).hasSizeGreaterThan(300);

        List<Set<String>> circles = compiled.circles(name -> group(compiled, name));

        assertThat(circles).allSatisfy(circle -> assertThat(PACKAGES_FOR_NOW).containsAll(circle));
    }

    /**
     * Some benchmarks lie in the packages that they measure, to see their classes. They are no part
     * of these.
     */
    private static String group(Dependencies compiled, String name) {
        boolean isBenchmark = compiled.folder(name).startsWith(Path.of("..", "benchmarks"));
        return Dependencies.packageOf(name) + (isBenchmark ? " (benchmarks)" : "");
    }

    @Test
    void engineClassesFormNoCircle() throws IOException {
        assertThat(compiled().circlesOfClasses("murder.engine")).isEmpty();
    }

    @Test
    void findsCircles() {
        Map<String, Set<String>> graph = Map.of("a", Set.of("b"), "b", Set.of("c"), "c", Set.of("b", "d"), "d", Set.of("e"),
            "e", Set.of("d"), "f", Set.of());

        assertThat(Dependencies.circles(graph)).containsExactlyInAnyOrder(Set.of("b", "c"), Set.of("d", "e"));
    }

    @Test
    void readsReferencesFromClassFiles(@TempDir Path folder) throws IOException {
        compile(folder, Map.of(
            "one/First", "package one; public class First { static class Nested { two.Second second; } }",
            "one/Other", "package one; class Other { First first; }",
            "two/Second", "package two; public class Second { Object third() { return new Third(); } }",
            "two/Third", "package two; class Third { Runnable call = () -> System.out.println(new Second()); }"));

        Dependencies found = Dependencies.in(List.of(folder.resolve("classes")));

        assertThat(found.classes()).containsExactlyInAnyOrder("one.First", "one.Other", "two.Second", "two.Third");
        assertThat(found.circles(Dependencies::packageOf)).isEmpty();
        assertThat(found.circlesOfClasses("one")).isEmpty();
        assertThat(found.circlesOfClasses("two")).containsExactly(Set.of("two.Second", "two.Third"));
        assertThat(found.circles(name -> name.equals("two.Third") ? "one" : Dependencies.packageOf(name)))
            .containsExactly(Set.of("one", "two"));
    }

    private static void compile(Path folder, Map<String, String> sources) throws IOException {
        List<String> words = new ArrayList<>(List.of("-d", folder.resolve("classes").toString()));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = folder.resolve(source.getKey() + ".java");
            Files.createDirectories(file.getParent());
            words.add(Files.writeString(file, source.getValue()).toString());
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, words.toArray(String[]::new))).isZero();
    }
}
