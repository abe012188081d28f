package murder.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import murder.hash.Sha256;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Releases that others made. Maven fetches them once and keeps them in its local repository. */
@Tag("slow")
class PublicReleasesTest {
    private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "org.wildfly:wildfly-dist, 31.0.0.Final, 12f8afa2ae23b2b9791145dc695d38975a546885612c14c439fdf3505a6899e5,"
            + "31.0.1.Final, c9fd2f75b3b12aea2aed20bfa32d74bcc6f8c234238aaf093f24a953fbde29be, 5.0",
        "org.apache.tomcat:tomcat, 10.1.24, 44644928acd0fec4f54d563d4564ba2fb47dae30ce4636d7d03d1af696616208,"
            + "10.1.25, 30f7145f587bcf89249d4b93a2aec223c0cc3028c492af5df0c74d5653d27944, 6.6"})
    void patchIsSmallAndMakesTheRelease(String name, String oldVersion, String oldSha256, String newVersion, String newSha256,
                                        double percent) throws Exception {
        Path old = release(name, oldVersion, oldSha256);
        Path fresh = release(name, newVersion, newSha256);
        Path patch = folder.resolve("patch");

        long length = Patch.make(old, fresh, patch);

        Manifest target = Manifest.of(fresh);
        assertThat(100.0 * length / tarLength(target)).isLessThanOrEqualTo(percent);
        Path result = folder.resolve("result");
        assertThat(Patch.apply(patch, old, result, false)).isEqualTo(target).isEqualTo(Manifest.of(result));
    }

    private Path release(String name, String version, String sha256) throws IOException, InterruptedException {
        Path zip = folder.resolve(name.substring(name.indexOf(':') + 1) + "-" + version + ".zip");
        Process maven = new ProcessBuilder(List.of("mvn", "-B", "-q", COPY, "-Dartifact=" + name + ":" + version + ":zip",
            "-DoutputDirectory=" + folder)).directory(folder.toFile()).redirectErrorStream(true)
            .redirectInput(new File("/dev/null")).start();
        String printed = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(maven.waitFor()).as(printed).isZero();
        Path root = Files.createDirectory(folder.resolve(version));
        try (InputStream in = Files.newInputStream(zip)) {
            assertThat(HexFormat.of().formatHex(Sha256.newDigest().digest(in.readAllBytes()))).isEqualTo(sha256);
        }
        unzip(zip, root);
        Files.delete(zip);
        return root;
    }

    /**
     * The first name is that of the version. Scripts become executable, and a link leads to the
     * first one.
     */
    private static void unzip(Path zip, Path root) throws IOException {
        Path script = null;
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                String path = entry.getName().substring(entry.getName().indexOf('/') + 1);
                Path file = root.resolve(path).normalize();
                assertThat(file).startsWithRaw(root);
                Files.createDirectories(entry.isDirectory() ? file : file.getParent());
                if (!entry.isDirectory()) {
                    Files.copy(in, file);
                    boolean isScript = path.endsWith(".sh");
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(isScript ? "rwxr-xr-x" : "rw-r--r--"));
                    script = isScript && script == null ? file : script;
                }
            }
        }
        assertThat(script).isNotNull();
        Files.createSymbolicLink(root.resolve("first.sh"), root.relativize(script));
    }

    /** Of an archive with the same files, links and directories. */
    private static long tarLength(Manifest manifest) {
        long length = 1024;
        for (Manifest.Entry entry : manifest.entries()) {
            length += 512 + (entry.length() + 511) / 512 * 512;
        }
        return length;
    }
}
