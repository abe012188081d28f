package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code create}, {@code inspect} and {@code verify}, and what {@code seed} and {@code peer} refuse
 * at once.
 */
class TorrentCommandsTest {
    @TempDir
    private Path temporary;

    private Path source;
    private Path torrent;

    @BeforeEach
    void makeSource() throws IOException {
        source = Files.createDirectory(temporary.resolve("build"));
        torrent = temporary.resolve("build.torrent");
        byte[] bytes = new byte[100_000];
        Arrays.fill(bytes, (byte) 'x');
        Files.write(source.resolve("a.bin"), bytes);
        Files.createDirectory(source.resolve("lib"));
        Files.write(source.resolve("lib").resolve("b.txt"), "hello\n".getBytes(StandardCharsets.UTF_8));
        Files.createFile(source.resolve("lib").resolve("empty"));
    }

    private CommandRun create(String... more) {
        String[] args = {"create", source.toString(), "host1:8998,udp://host2:1/announce", torrent.toString(), "--piece-length", "16k"};
        String[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return CommandRun.of(all);
    }

    @Test
    void inspectsCreatedTorrent() {
        CommandRun created = create("--private", "--comment", "nightly");
        assertThat(created.err()).isEmpty();
        assertThat(created.status()).isZero();
        assertThat(created.out()).contains(torrent.toString(), "build (3 files)", "97.6 KiB in 7 pieces of 16.0 KiB", "info-hash ",
            "\nmagnet:?xt=urn:btih:");
        CommandRun json = CommandRun.of("inspect", torrent.toString(), "--json");
        assertThat(json.status()).isZero();
        assertThat(json.lines()).hasSize(1);
        assertThat(json.out()).contains("\"name\":\"build\"", "\"length\":100006", "\"piece_length\":16384", "\"pieces\":7",
            "\"private\":true", "\"comment\":\"nightly\"", "{\"path\":\"lib/b.txt\",\"length\":6}",
            "\"trackers\":[\"http://host1:8998/announce\",\"udp://host2:1/announce\"]",
            "\"tiers\":[[\"http://host1:8998/announce\"],[\"udp://host2:1/announce\"]]").containsPattern("\"info_hash\":\"[0-9a-f]{40}\"");
        CommandRun text = CommandRun.of("inspect", torrent.toString());
        assertThat(text.out()).contains("name          build", "files         3", "lib/b.txt", "trackers      http://host1:8998/announce",
            "magnet link   magnet:?xt=urn:btih:", "&dn=build&tr=http%3A%2F%2Fhost1%3A8998%2Fannounce");
        assertThat(json.out()).contains("\"magnet\":\"magnet:?xt=urn:btih:");
    }

    @Test
    void sha1OnlyMakesAnotherInfoHash() {
        create();
        CommandRun with = CommandRun.of("inspect", torrent.toString());
        assertThat(with.out()).contains("7 of 16.0 KiB, SHA-256");
        assertThat(CommandRun.of("inspect", torrent.toString(), "--json").out()).contains("\"sha256\":true");
        create("--sha1-only");
        CommandRun without = CommandRun.of("inspect", torrent.toString());
        assertThat(without.out()).contains("7 of 16.0 KiB, SHA-1 only");
        assertThat(CommandRun.of("inspect", torrent.toString(), "--json").out()).contains("\"sha256\":false");
        assertThat(infoHash(without)).isNotEqualTo(infoHash(with));
        assertThat(CommandRun.of("verify", torrent.toString(), source.toString()).status()).isZero();
    }

    private static String infoHash(CommandRun inspected) {
        return inspected.out().lines().filter(line -> line.startsWith("info-hash")).findFirst().orElseThrow();
    }

    @Test
    void createNamesEmptyDirectories() throws IOException {
        Files.createDirectories(source.resolve("var/log"));
        CommandRun one = create();
        assertThat(one.status()).isZero();
        assertThat(one.err()).contains("an empty directory is not in the torrent", source.resolve("var/log").toString());
        Files.createDirectory(source.resolve("tmp"));
        assertThat(create().err()).contains("2 empty directories are not in the torrent");
    }

    @Test
    void createNamesMissingDirectory() {
        torrent = temporary.resolve("none/build.torrent");
        assertThat(create().err()).contains(temporary.resolve("none") + " is not a directory");
    }

    @Test
    void replacesOldTorrentOnly() throws IOException {
        Files.writeString(torrent, "old");
        assertThat(create().status()).isZero();
        assertThat(CommandRun.of("inspect", torrent.toString()).status()).isZero();
        try (var files = Files.list(temporary)) {
            assertThat(files).containsExactlyInAnyOrder(source, torrent);
        }
    }

    @Test
    void aTorrentCannotReplaceADirectory() throws IOException {
        Files.createDirectory(torrent);
        assertThat(create().err()).contains("is a directory");
    }

    @Test
    void invalidTorrentHasOwnStatus() throws IOException {
        Files.writeString(torrent, "d4:infode");
        for (String command : new String[] {"inspect", "verify"}) {
            CommandRun run = command.equals("inspect") ? CommandRun.of(command, torrent.toString())
                : CommandRun.of(command, torrent.toString(), source.toString());
            assertThat(run.status()).isEqualTo(4);
            assertThat(run.err()).contains("is no valid torrent").doesNotContain("\tat ");
        }
        CommandRun run = CommandRun.withState(temporary.resolve("state"), "seed", torrent.toString(), source.toString());
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aTrueCopyIsValid() {
        create();
        CommandRun text = CommandRun.of("verify", torrent.toString(), source.toString());
        assertThat(text.status()).isZero();
        assertThat(text.out()).startsWith("valid: ");
        CommandRun json = CommandRun.of("verify", torrent.toString(), source.toString(), "--json");
        assertThat(json.out()).contains("\"valid\":true", "\"pieces\":7", "\"bad_pieces\":0", "\"findings\":[]");
    }

    @Test
    void everyDifferenceIsListed() throws IOException {
        create();
        byte[] bytes = Files.readAllBytes(source.resolve("a.bin"));
        bytes[20_000]++;
        Files.write(source.resolve("a.bin"), bytes);
        Files.delete(source.resolve("lib").resolve("empty"));
        CommandRun text = CommandRun.of("verify", torrent.toString(), source.toString());
        assertThat(text.status()).isEqualTo(4);
        assertThat(text.out()).contains("bad pieces: 1", "empty");
        assertThat(text.err().lines()).hasSize(1);
        assertThat(text.err()).contains("1 of 7 pieces bad or missing", "1 file differs: ");
        CommandRun json = CommandRun.of("verify", torrent.toString(), source.toString(), "--json");
        assertThat(json.status()).isEqualTo(4);
        assertThat(json.out()).contains("\"valid\":false", "\"bad_pieces\":1", "\"file\":\"lib/empty\",\"fault\":\"missing\"");
    }

    @Test
    void badPiecesAreListedAsRanges() {
        BitSet good = new BitSet();
        good.set(0, 3);
        good.set(4);
        good.set(8, 10);
        assertThat(VerifyCommand.badRanges(good, 12)).isEqualTo("3, 5-7, 10-11");
        assertThat(VerifyCommand.badRanges(good, 10)).isEqualTo("3, 5-7");
        assertThat(VerifyCommand.badRanges(good, 3)).isEmpty();
        BitSet every = new BitSet();
        for (int i = 0; i < 200; i += 2) {
            every.set(i);
        }
        assertThat(VerifyCommand.badRanges(every, 200)).startsWith("1, 3, 5").endsWith("97, 99 ...");
    }

    @Test
    void seederRefusesDifferentPayload() throws IOException {
        create();
        Files.writeString(source.resolve("lib").resolve("b.txt"), "hallo\n");
        CommandRun run = CommandRun.withState(temporary.resolve("state"), "seed", torrent.toString(), source.toString(), "127.0.0.1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("is not what", "1 of 7 pieces bad or missing");
        assertThat(CommandRun.withState(temporary.resolve("state"), "status").out()).contains("no murder process runs here");
    }

    @Test
    void peerRefusesTargetOfWrongKind() {
        create();
        CommandRun run = CommandRun.withState(temporary.resolve("state"), "peer", torrent.toString(), torrent.toString(), "127.0.0.1",
            "--json");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("is a file, but the torrent has many; name a directory");
        assertThat(run.result()).containsEntry("result", "failed");
        CommandRun.of("create", source.resolve("a.bin").toString(), "t:1", torrent.toString());
        assertThat(CommandRun.withState(temporary.resolve("state"), "peer", torrent.toString(), source.toString(), "127.0.0.1").err())
            .contains("name the file, such as " + source.resolve("a.bin"));
    }

    @Test
    void peerReportsThatItCannotListen() {
        create();
        // An address for documents (RFC 5737): no host has it.
        CommandRun run = CommandRun.withState(temporary.resolve("state"), "peer", torrent.toString(),
            temporary.resolve("copy").toString(), "192.0.2.1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("192.0.2.1", "choose another --port, or an IP that this host has");
    }

    @Test
    void stopAndStatusReportNoProcess() {
        Path state = temporary.resolve("state");
        CommandRun stop = CommandRun.withState(state, "stop", "peer", "v1");
        assertThat(stop.status()).isEqualTo(1);
        assertThat(stop.err()).contains("no peer of 'v1' runs here");
        assertThat(CommandRun.withState(state, "status", "--json").result()).containsEntry("processes", "0");
    }
}
