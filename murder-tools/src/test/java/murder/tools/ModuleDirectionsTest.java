package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Dependencies run one way: bencode, wire, tracker, engine, tools; benchmarks sees all and nothing
 * sees it.
 */
class ModuleDirectionsTest {
    private static final List<String> ORDER = List.of("bencode", "wire", "tracker", "engine", "tools");
    private static final Pattern GROUP = Pattern.compile("<groupId>\\s*([^<\\s]*)\\s*</groupId>");
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    @Test
    void modulesRequireOnlyThoseBelowThem() throws IOException {
        for (int i = 0; i < ORDER.size(); i++) {
            Set<String> allowed = new TreeSet<>();
            for (String below : ORDER.subList(0, i)) {
                allowed.add("murder." + below);
            }
            ModuleDescriptor module = descriptor("murder-" + ORDER.get(i));
            assertThat(module.name()).isEqualTo("murder." + ORDER.get(i));
            for (ModuleDescriptor.Requires requires : module.requires()) {
                if (!requires.name().startsWith("java.") && !requires.name().startsWith("jdk.")) {
                    assertThat(allowed).as("what %s may require", module.name()).contains(requires.name());
                }
            }
        }
    }

    @Test
    void modulesDependOnlyOnLowerOnes() throws IOException {
        Pattern dependency = Pattern.compile("<dependency>\\s*<groupId>murder</groupId>\\s*<artifactId>([^<]+)</artifactId>");
        for (int i = 0; i < ORDER.size(); i++) {
            String pom = Files.readString(Repository.root().resolve("murder-" + ORDER.get(i)).resolve("pom.xml"));
            List<String> found = dependency.matcher(pom).results().map(match -> match.group(1)).toList();
            List<String> allowed = ORDER.subList(0, i).stream().map(name -> "murder-" + name).toList();
            assertThat(allowed).as("what murder-%s may depend on", ORDER.get(i)).containsAll(found);
        }
    }

    /** Nothing but the JDK at run time; for tests and benchmarks the usual four. */
    @Test
    void buildsNameOnlyKnownGroups() throws IOException {
        List<String> modules = new ArrayList<>(List.of("", "benchmarks", "murder-engine/bom"));
        ORDER.forEach(name -> modules.add("murder-" + name));
        for (String module : modules) {
            String pom = Files.readString(Repository.root().resolve(module).resolve("pom.xml"));
            assertThat(groups(pom)).as("groups in the pom of '%s'", module).isSubsetOf("murder", "org.junit", "org.junit.jupiter",
                "org.assertj", "net.jqwik", "org.openjdk.jmh", "org.apache.maven.plugins");
        }
        String parent = Files.readString(Repository.root().resolve("pom.xml"));
        List<String> listed = MODULE.matcher(parent).results().map(match -> match.group(1)).toList();
        assertThat(listed).as("modules whose poms are read").containsExactlyInAnyOrderElementsOf(modules.subList(1, modules.size()));
    }

    @Test
    void findsEveryGroup() {
        assertThat(groups("<groupId>murder</groupId><plugin>\n<groupId> org.foreign </groupId>")).containsExactly("murder", "org.foreign");
    }

    private static List<String> groups(String pom) {
        return GROUP.matcher(pom).results().map(match -> match.group(1)).toList();
    }

    private static ModuleDescriptor descriptor(String module) throws IOException {
        Path compiled = Repository.root().resolve(module).resolve("target/classes/module-info.class");
        try (InputStream in = Files.newInputStream(compiled)) {
            return ModuleDescriptor.read(in);
        }
    }
}
