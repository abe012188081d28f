package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import murder.trust.LastSerial;
import murder.trust.SshPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The programs in the READMEs compile and do what the text says. */
@Timeout(60)
class ReadmeExampleTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"../README.md, Embed", "README.md, Fetch", "README.md, Watch"})
    void embeddingExampleFetchesPayload(String readme, String program) throws Exception {
        byte[] payload = "a build, or what passes for one".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        Path source = Files.write(folder.resolve("build"), payload);
        Path target = folder.resolve("copy");
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (TrackerServer tracker = TrackerServer.start(TrackerServerOptions.builder().bindAddress(loopback).port(0).build());
             Engine seeder = Engine.start(EngineOptions.builder().bindAddress(loopback).build())) {
            Metainfo metainfo = TorrentCreator.create(source, TorrentCreator.Options.builder().trackers(
                List.of(List.of("http://127.0.0.1:" + tracker.port() + "/announce"))).build(), HashProgress.NONE);
            Path torrent = Files.write(folder.resolve("build.torrent"), metainfo.toBytes());
            seeder.add(TorrentOptions.seed(metainfo, source).build()).completion().get(20, TimeUnit.SECONDS);

            String printed = run(readme, program, torrent.toString(), target.toString());

            assertThat(target).hasBinaryContent(payload);
            assertThat(printed).matches(switch (program) {
                case "Fetch" -> payload.length + " bytes verified.*\\R";
                case "Watch" -> "([0-9]+ %\\R)+";
                default -> "";
            });
        }
    }

    @Test
    void dependencyMatchesThePom() throws Exception {
        String pom = Files.readString(Path.of("pom.xml"));
        for (String element : List.of("groupId", "version", "artifactId")) {
            // The parent's group and version come first; the module's own name comes last before
            // its dependencies.
            String head = pom.substring(0, pom.indexOf("<dependencies>"));
            int at = element.equals("artifactId") ? head.lastIndexOf("<artifactId>") : head.indexOf("<" + element + ">");
            String line = head.substring(at, head.indexOf('\n', at));
            assertThat(Files.readString(Path.of("README.md"))).contains("\n  " + line + "\n");
        }
    }

    @Test
    void releaseExampleServesItsOwnTracker() throws Exception {
        byte[] payload = "a build, or what passes for one".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        Path source = Files.write(folder.resolve("build"), payload);
        Path target = folder.resolve("copy");

        String printed = run("README.md", "Release", "127.0.0.1", source.toString(), target.toString());

        assertThat(target).hasBinaryContent(payload);
        assertThat(printed).contains(payload.length + " of " + payload.length + " bytes hashed", target + " is complete");
    }

    @Test
    void signingExampleAcceptsItsOwnRelease() throws Exception {
        Path source = Files.writeString(folder.resolve("build"), "a build");
        Metainfo metainfo = TorrentCreator.create(source, TorrentCreator.Options.defaults(), HashProgress.NONE);
        Path torrent = Files.write(folder.resolve("build.torrent"), metainfo.toBytes());
        SshPrivateKey key = SshPrivateKey.generate(new SecureRandom());
        Path keyFile = Files.writeString(folder.resolve("key"), key.toText("release"));
        Path allowed = Files.writeString(folder.resolve("allowed_signers"), "release@example.com " + key.publicKey());
        Path target = folder.resolve("copy");

        assertThat(run("README.md", "SignedRelease", keyFile.toString(), torrent.toString(), allowed.toString(), target.toString()))
            .startsWith("signed by release@example.com");

        assertThat(LastSerial.of(target).read()).isPositive();
    }

    @Test
    void patchExampleMakesTheNewRelease() throws Exception {
        Path old = Files.createDirectory(folder.resolve("old"));
        Path fresh = Files.createDirectory(folder.resolve("fresh"));
        Files.writeString(old.resolve("build"), "a build, or what passes for one".repeat(1_000));
        Files.writeString(fresh.resolve("build"), "a build, or what passes for one".repeat(1_000) + "!");
        Path patch = folder.resolve("patch");
        Path made = folder.resolve("made");

        assertThat(run("README.md", "Update", old.toString(), fresh.toString(), patch.toString(), made.toString()))
            .contains("2 files, directories and links in place");

        assertThat(made.resolve("build")).hasSameBinaryContentAs(fresh.resolve("build"));
        assertThat(patch).satisfies(file -> assertThat(Files.size(file)).isLessThan(300));
    }

    @Test
    void controlExampleReachesBothAgents() throws Exception {
        assertThat(run("README.md", "Push", "127.0.0.1").lines().toList()).hasSize(2).allMatch(line -> line.matches("order [0-9]+"));
    }

    /** Compiles the program of this name in a README and runs it. @return what it printed */
    private String run(String readme, String program, String... args) throws Exception {
        Path classes = Files.createDirectory(folder.resolve("classes"));
        Path file = Files.writeString(folder.resolve(program + ".java"), source(readme, program));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, "-cp", System.getProperty("java.class.path"), "-d", classes.toString(),
            file.toString())).isZero();
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass(program).getMethod("main", String[].class).invoke(null, (Object) args);
        } finally {
            System.setOut(out);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static String source(String readme, String program) throws IOException {
        for (String part : Files.readString(Path.of(readme)).split("```java\n")) {
            String block = part.substring(0, Math.max(0, part.indexOf("```")));
            if (block.contains("public class " + program + " {")) {
                return block;
            }
        }
        throw new AssertionError(readme + " has no program " + program);
    }
}
