package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Dependencies run one way: bencode, wire, tracker, engine, tools; benchmarks sees all and nothing sees it. */
class ModuleDirectionsTest {
    private static final List<String> ORDER = List.of("bencode", "wire", "tracker", "engine", "tools");

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
    void buildsDependOnlyOnThoseBelowThem() throws IOException {
        Pattern dependency = Pattern.compile("<dependency>\\s*<groupId>murder</groupId>\\s*<artifactId>([^<]+)</artifactId>");
        for (int i = 0; i < ORDER.size(); i++) {
            String pom = Files.readString(Repository.root().resolve("murder-" + ORDER.get(i)).resolve("pom.xml"));
            List<String> found = dependency.matcher(pom).results().map(match -> match.group(1)).toList();
            List<String> allowed = ORDER.subList(0, i).stream().map(name -> "murder-" + name).toList();
            assertThat(allowed).as("what murder-%s may depend on", ORDER.get(i)).containsAll(found);
        }
    }

    private static ModuleDescriptor descriptor(String module) throws IOException {
        Path compiled = Repository.root().resolve(module).resolve("target/classes/module-info.class");
        try (InputStream in = Files.newInputStream(compiled)) {
            return ModuleDescriptor.read(in);
        }
    }
}
