package murder.tools.fleetit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import murder.tools.Repository;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The deploy of README.md, line by line, from a control machine to three hosts over real ssh. */
@Tag("e2e")
@Timeout(300)
class ReadmeIT {
    @Test
    void readmeDeployReachesEveryHost() throws Exception {
        String lines = commands("## Deploy");
        assertThat(lines).contains("fleet deploy tag=build-42 source=build/app", "fleet releases", "fleet status");
        try (FleetBed bed = new FleetBed("host1", "host2", "host3").startAll()) {
            ReleaseTree.tree(bed.onControl("/srv/build/app"));
            Path jar = bed.onControl("/srv/murder-tools/target/murder-tools.jar");
            Files.createDirectories(jar.getParent());
            Files.copy(bed.folder().resolve("murder-tools.jar"), jar);

            bed.onControl("env", "PATH=" + bed.folder().resolve("jdk/bin") + ":" + System.getenv("PATH"), "bash", "-euxc", lines)
                .awaitSuccess();

            for (FleetHost host : bed.hosts()) {
                assertThat(ReleaseTree.listing(host.path("/srv/app/releases/build-42"))).as(host.name())
                    .isEqualTo(ReleaseTree.listing(bed.onControl("/srv/build/app")));
                assertThat(Files.readSymbolicLink(host.path("/srv/app/releases/current"))).hasToString("build-42");
            }
        }
    }

    /** The indented lines of a section. */
    private static String commands(String heading) throws Exception {
        List<String> lines = Files.readAllLines(Repository.root().resolve("README.md"));
        return lines.stream().dropWhile(line -> !line.equals(heading)).skip(1).takeWhile(line -> !line.startsWith("## "))
            .filter(line -> line.startsWith("    ")).map(String::strip).collect(Collectors.joining("\n"));
    }
}
