package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows to those who embed the engine compiles and does what it says. */
@Timeout(60)
class ReadmeExampleTest {
    @TempDir
    Path folder;

    @Test
    void theEmbeddingExampleFetchesATorrent() throws Exception {
        byte[] payload = "a build, or what passes for one".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        Path source = Files.write(folder.resolve("build"), payload);
        Path target = folder.resolve("copy");
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (TrackerServer tracker = TrackerServer.start(TrackerServerOptions.builder().bindAddress(loopback).port(0).build());
             Engine seeder = Engine.start(EngineOptions.builder().bindAddress(loopback).build())) {
            Metainfo metainfo = TorrentCreator.create(source, TorrentCreator.Options.DEFAULT.withTrackers(
                List.of(List.of("http://127.0.0.1:" + tracker.port() + "/announce"))), HashProgress.NONE);
            Path torrent = Files.write(folder.resolve("build.torrent"), metainfo.toBytes());
            seeder.add(TorrentOptions.seed(metainfo, source).build()).completion().get(20, TimeUnit.SECONDS);

            String printed = run(compiled(), torrent.toString(), target.toString());

            assertThat(target).hasBinaryContent(payload);
            assertThat(printed).startsWith(payload.length + " bytes verified");
        }
    }

    private Path compiled() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        int from = readme.indexOf("```java\n") + "```java\n".length();
        Path file = Files.writeString(folder.resolve("Fetch.java"), readme.substring(from, readme.indexOf("```", from)));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Path classes = Files.createDirectory(folder.resolve("classes"));
        assertThat(compiler.run(null, null, null, "-cp", System.getProperty("java.class.path"), "-d", classes.toString(),
            file.toString())).isZero();
        return classes;
    }

    private static String run(Path classes, String... args) throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass("Fetch").getMethod("main", String[].class).invoke(null, (Object) args);
        } finally {
            System.setOut(out);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
