package murder.benchmarks.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
    @Test
    void namesMissingProgramsAndPackages() {
        assertThatThrownBy(() -> Program.require(List.of(new Program("sh", "dash"), new Program("no-such-client", "client-tools"),
            new Program("nor-this", "client-tools")))).isInstanceOf(BedException.class)
            .hasMessage("missing: no-such-client, nor-this; on Debian and Ubuntu: apt-get install client-tools");
        assertThatCode(() -> Program.require(List.of(new Program("sh", "dash")))).doesNotThrowAnyException();
    }

    @Test
    void namesTheJarsThatAreMissing(@TempDir Path jars) throws Exception {
        EngineJars bt = Client.BT.jars();
        assertThatThrownBy(() -> bt.require(null)).isInstanceOf(BedException.class)
            .hasMessage("the client bt needs --jars DIR; see 'Other engines for the JVM' in benchmarks/README.md");
        assertThatThrownBy(() -> bt.require(jars)).isInstanceOf(BedException.class)
            .hasMessageStartingWith("no bt-core-VERSION.jar in " + jars.resolve("bt") + ";");

        Files.createDirectories(jars.resolve("bt"));
        Files.createFile(jars.resolve("bt/bt-core-1.10.jar"));
        bt.require(jars);
        assertThat(bt.version(jars)).isEqualTo("bt-core-1.10");
        assertThatThrownBy(() -> bt.classPath(jars, jars)).isInstanceOf(BedException.class)
            .hasMessageStartingWith("BtProgram does not compile with the jars in " + jars.resolve("bt") + ": ");

        Files.createFile(jars.resolve("bt/bt-core-1.9.jar"));
        assertThatThrownBy(() -> bt.require(jars)).isInstanceOf(BedException.class).hasMessageStartingWith("more than one");
    }

    @Test
    void shellKeepsQuotedWords() throws Exception {
        Shell.Outcome outcome = Shell.script("printf '%s\\n' " + Shell.line("plain", "two words", "it's", "$HOME;*", ""));
        assertThat(outcome).isEqualTo(new Shell.Outcome(0, "plain\ntwo words\nit's\n$HOME;*\n\n"));
    }

    @Test
    void scriptEndsAtFirstFailure() throws Exception {
        Shell.Outcome outcome = Shell.script("echo\necho why >&2\nfalse\necho never");
        assertThat(outcome.isGood()).isFalse();
        assertThat(outcome.firstLine()).isEqualTo("why");
        assertThat(outcome.output()).doesNotContain("never");
    }

    @Test
    void payloadIsAlwaysTheSame(@TempDir Path folder) throws IOException {
        Payload one = Payload.write(folder.resolve("one"), (2 << 20) + 5);
        Payload other = Payload.write(folder.resolve("other"), (2 << 20) + 5);
        assertThat(Files.size(one.file())).isEqualTo((2 << 20) + 5);
        assertThat(one.isCopiedTo(other.file())).isTrue();
        byte[] bytes = Files.readAllBytes(other.file());
        bytes[bytes.length - 1] ^= 1;
        Files.write(other.file(), bytes);
        assertThat(one.isCopiedTo(other.file())).isFalse();
        assertThat(one.isCopiedTo(folder.resolve("none"))).isFalse();
    }

    @Test
    void theTorrentKnowsOnlyTheTracker(@TempDir Path folder) throws Exception {
        Payload payload = Payload.write(folder, 100_000);
        assertThat(payload.torrent("http://10.79.0.1:6969/announce", 32768)).satisfies(torrent -> {
            assertThat(torrent.isPrivate()).isTrue();
            assertThat(torrent.trackers()).isEqualTo(List.of(List.of("http://10.79.0.1:6969/announce")));
            assertThat(torrent.layout().pieceLength()).isEqualTo(32768);
        });
    }

    @Test
    void wrongUsageHasStatus2() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        assertThat(Main.run(List.of("swarm", "--rate", "fast"), stream, stream)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("bed: --rate: 'fast' is not a rate").contains("throughput [--clients");
        assertThat(Main.run(List.of(), stream, stream)).isEqualTo(2);
        assertThat(Main.run(List.of("help"), stream, stream)).isZero();
    }
}
