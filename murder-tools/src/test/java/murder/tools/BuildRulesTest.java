package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dependencies of the build, and its files. */
class BuildRulesTest {
    private static final Pattern FILTERED = Pattern.compile("<resource>((?:(?!</resource>).)*)<filtering>true</filtering>", Pattern.DOTALL);

    private static final Pattern VERSION = Pattern.compile("\n  <version>([^<]*)</version>");
    private static final Pattern LIBRARY = Pattern.compile("<module>(murder-[^</]*)</module>");

    @TempDir
    private Path temporary;

    @Test
    void wrongChecksumsFailTheBuild() throws IOException {
        assertThat(Files.readAllLines(Repository.root().resolve(".mvn/maven.config"))).contains("--strict-checksums");
    }

    /** In a script for the hosts, something like a property is the script's own. */
    @Test
    void onlyTheVersionIsFilledIn() throws IOException {
        String pom = Files.readString(Repository.root().resolve("murder-tools/pom.xml"));
        List<String> filtered = FILTERED.matcher(pom).results().map(match -> match.group(1)).toList();
        assertThat(filtered).hasSize(1);
        assertThat(filtered.get(0)).containsPattern("<includes>\\s*<include>murder/tools/version.txt</include>\\s*</includes>");
    }

    /**
     * The bill of materials has no parent, so nothing but this keeps it in step with the modules.
     */
    @Test
    void billOfMaterialsNamesAllModules() throws IOException {
        String bom = Files.readString(Repository.root().resolve("murder-engine/bom/pom.xml"));
        String root = Files.readString(Repository.root().resolve("pom.xml"));
        assertThat(first(VERSION, bom)).isEqualTo(first(VERSION, root));
        List<String> modules = LIBRARY.matcher(root).results().map(match -> match.group(1)).toList();
        List<String> named = Pattern.compile("<artifactId>([^<]*)</artifactId>\\s*<version>\\$").matcher(bom).results()
            .map(match -> match.group(1)).toList();
        assertThat(named).isEqualTo(modules).hasSize(5);
    }

    private static String first(Pattern pattern, String text) {
        return pattern.matcher(text).results().findFirst().orElseThrow().group(1);
    }

    /** Services would not start any more on a machine that keeps the policy. */
    @Test
    void failedInstallationLeavesNothing() throws Exception {
        Path programs = Files.createDirectory(temporary.resolve("programs"));
        Path policy = temporary.resolve("policy-rc.d");
        Path seen = temporary.resolve("seen");
        stub(programs.resolve("dpkg-query"), "exit 1");
        stub(programs.resolve("apt-get"), "[ -x '" + policy + "' ] && echo policy > '" + seen + "'; exit 100");
        stub(programs.resolve("sudo"), "shift; exec \"$@\"");
        Path folders = Files.createDirectory(temporary.resolve("folders"));
        ProcessBuilder builder = new ProcessBuilder("bash", Repository.root().resolve(".ci/run").toString())
            .redirectErrorStream(true).redirectOutput(temporary.resolve("output").toFile());
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        builder.environment().put("TMPDIR", folders.toString());
        builder.environment().put("MURDER_POLICY_FILE", policy.toString());
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(temporary.resolve("output"))).isEqualTo(100);
        assertThat(seen).hasContent("policy");
        assertThat(policy).doesNotExist();
        assertThat(folders).isEmptyDirectory();
    }

    private static void stub(Path program, String script) throws IOException {
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
