package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import murder.bencode.BencodeWriter;
import murder.tools.cli.Arguments;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.Printable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks before a download. {@link HostIT} has the rest. */
class HostPeerCommandTest {
    private static final String ESCAPE = "\u001b]0;PWNED\u0007";

    @TempDir
    private Path temporary;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private void run(byte[] torrent, String... options) throws Exception {
        Context.Caller launcher = new Context.Caller() {
            @Override
            public void tell(int status) {
                throw new AssertionError("handed over");
            }

            @Override
            public byte[] input() {
                return torrent;
            }

            @Override
            public Path log() {
                return temporary.resolve("log");
            }
        };
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>(List.of("--tag=t", "--temp=" + temporary, "--dest=" + temporary.resolve("releases"),
            "--archive=tree"));
        words.addAll(List.of(options));
        HostPeerCommand.parse(Arguments.parse(HostPeerCommand.SYNTAX, words))
            .run(new Context(out, out, Map.of("MURDER_STATE", temporary.resolve("state").toString()), false, launcher));
    }

    private static byte[] tree(String name) {
        return new BencodeWriter().beginDictionary().key("info").beginDictionary().key("files").beginList().beginDictionary().key("length")
            .integer(1).key("path").beginList().string("dir").string(name).end().end().end().key("name").string("t").key("piece length")
            .integer(16384).key("pieces").string(new byte[20]).end().end().toByteArray();
    }

    private static byte[] file(String name) {
        return new BencodeWriter().beginDictionary().key("info").beginDictionary().key("length").integer(1).key("name").string(name)
            .key("piece length").integer(16384).key("pieces").string(new byte[20]).end().end().toByteArray();
    }

    private void assertRefused(byte[] torrent, String... options) {
        assertThatThrownBy(() -> run(torrent, options)).isInstanceOf(CommandException.class)
            .hasMessageContaining("control characters or marks of text direction in its name")
            .satisfies(e -> assertThat(e.getMessage()).isEqualTo(Printable.of(e.getMessage())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a" + ESCAPE, "a\nb", "a\u202egpj", "\u009b2J"})
    void refusesNamesThatCommandTerminals(String name) throws Exception {
        assertRefused(tree(name));
        assertRefused(file(name), "--path-is-file");
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(temporary.resolve("releases")).doesNotExist();
    }
}
