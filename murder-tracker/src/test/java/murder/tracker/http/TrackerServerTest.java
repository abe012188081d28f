package murder.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** On our own provider. */
class TrackerServerTest extends TrackerServerSuite {
    @Override
    HttpServerProvider provider() {
        return null;
    }

    @Test
    void reportsFaultOfServer() throws IOException {
        StackOverflowError error = new StackOverflowError("meant by this test");
        TrackerServerOptions options = TrackerServerOptions.builder().bindAddress(InetAddress.getByName("127.0.0.1")).port(0).build();
        TrackerServer server = TrackerServer.start(options, () -> {
            throw error;
        }, new SplittableRandom(1));
        try (Socket socket = new Socket(server.address().getAddress(), server.port())) {
            socket.getOutputStream().write(Text.latin1("GET / HTTP/1.1\r\n\r\n"));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        server.close();
        assertThat(server.failure()).isSameAs(error);
    }

    /** An embedding program's own servers must not change. */
    @Test
    void otherServersStayTheJdks() throws IOException {
        try (TrackerServer server = TrackerServer.start(TrackerServerOptions.builder().port(0).build())) {
            assertThat(server.port()).isPositive();
            assertThat(HttpServerProvider.provider().getClass().getName()).startsWith("sun.net.httpserver.");
        }
    }

    @Test
    void handlersKnowNoProvider() throws IOException {
        Path sources = Path.of("src/main/java/murder/tracker/http");
        List<String> using = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(sources, "*.java")) {
            for (Path file : files) {
                String source = Files.readString(file);
                if (source.contains("import com.sun.net.httpserver.Http")) {
                    using.add(file.getFileName().toString());
                    assertThat(source).as("HttpServers alone knows our provider").satisfiesAnyOf(
                        text -> assertThat(file).endsWithRaw(Path.of("HttpServers.java")),
                        text -> assertThat(text).doesNotContainPattern("(?i)import (?!com\\.sun\\.net\\.httpserver\\.).*http"));
                }
            }
        }
        assertThat(using).contains("TrackerServer.java", "AnnounceHandler.java", "ScrapeHandler.java", "PageHandler.java");
    }

    @Test
    void theProviderStaysSmall() throws IOException {
        int lines = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("src/main/java/murder/tracker/httpserver"))) {
            for (Path file : files) {
                lines += Files.readAllLines(file).size();
            }
        }
        assertThat(lines).as("lines in all files of the provider").isBetween(1, 700);
    }
}
