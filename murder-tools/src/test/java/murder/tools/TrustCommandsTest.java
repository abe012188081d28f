package murder.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import murder.metainfo.Magnet;
import murder.metainfo.Metainfo;
import murder.metainfo.ReleaseTerms;
import murder.trust.ReleaseSigning;
import murder.trust.SshPrivateKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code create --sign}, {@code verify --trust}, {@code peer --trust} and what {@code inspect}
 * says.
 */
class TrustCommandsTest {
    @TempDir
    Path temporary;

    private SshPrivateKey key;
    private Path keyFile;
    private Path allowed;
    private Path source;
    private Path torrent;
    private Path copy;
    private ServerSocketChannel tracker;

    @BeforeEach
    void makeKeysAndSource() throws IOException {
        key = SshPrivateKey.generate(new SecureRandom());
        keyFile = Files.writeString(temporary.resolve("id_ed25519"), key.toText("release"));
        allowed = Files.writeString(temporary.resolve("allowed_signers"), "release@example.com " + key.publicKey() + "\n");
        source = Files.writeString(temporary.resolve("build"), "the payload");
        torrent = temporary.resolve("build.torrent");
        copy = temporary.resolve("hosts/copy");
        tracker = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        tracker.configureBlocking(false);
    }

    @AfterEach
    void closeTracker() throws IOException {
        tracker.close();
    }

    private CommandRun create(Object... more) throws IOException {
        String url = "127.0.0.1:" + ((InetSocketAddress) tracker.getLocalAddress()).getPort();
        return CommandRun.of(Stream.concat(Stream.of("create", source, url, torrent), Stream.of(more)).map(Object::toString)
            .toArray(String[]::new));
    }

    private CommandRun peer(Object from, Object... more) {
        return CommandRun.withState(temporary.resolve("state"), Stream.concat(Stream.of("peer", from, copy, "127.0.0.1", "--seed-for", "0",
            "--trust", allowed), Stream.of(more)).map(Object::toString).toArray(String[]::new));
    }

    private void assertRefused(String problem, Object from, Object... more) throws IOException {
        final Map<String, String> before = tree();
        CommandRun run = peer(from, more);
        assertThat(run.err()).contains(problem).doesNotContain("\tat ");
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.status()).isEqualTo(1);
        assertThat(tree()).as("nothing is written").isEqualTo(before);
        assertThat(tracker.accept()).as("nothing is fetched").isNull();
    }

    /** Everything but what murder itself keeps. */
    private Map<String, String> tree() throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> files = Files.walk(temporary)) {
            for (Path file : (Iterable<Path>) files.filter(file -> !file.startsWith(temporary.resolve("state")))::iterator) {
                tree.put(file.toString(), !Files.isRegularFile(file) ? "" : Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return tree;
    }

    private Metainfo sign(String tag, Instant made, Instant until, long serial) throws Exception {
        ReleaseTerms terms = new ReleaseTerms(tag, made.truncatedTo(ChronoUnit.SECONDS), until.truncatedTo(ChronoUnit.SECONDS), serial);
        Metainfo signed = ReleaseSigning.sign(Metainfo.read(torrent), terms, key);
        Files.write(torrent, signed.toBytes());
        return signed;
    }

    @Test
    void inspectShowsSignerAndExpiry() throws Exception {
        CommandRun created = create("--sign", keyFile, "--tag", "build-42", "--valid-for", "2h");
        assertThat(created.err()).isEmpty();
        assertThat(created.out()).contains("signed by " + key.publicKey().fingerprint() + " for the tag 'build-42', from ");
        ReleaseTerms terms = Metainfo.read(torrent).releaseSignature().orElseThrow().terms();
        assertThat(terms.until()).isEqualTo(terms.made().plus(Duration.ofHours(2)));
        assertThat(CommandRun.of("inspect", torrent.toString()).out()).contains("signed by     " + key.publicKey().fingerprint()
            + " for the tag 'build-42', from " + terms.made() + " to " + terms.until()).doesNotContain("WRONG");
        assertThat(CommandRun.of("inspect", torrent.toString(), "--json").out()).contains("\"signer\":\""
            + key.publicKey().fingerprint() + "\",\"signature_valid\":true,\"tag\":\"build-42\",\"serial\":" + terms.serial()
            + ",\"signed_epoch_s\":" + terms.made().getEpochSecond() + ",\"expires_epoch_s\":" + terms.until().getEpochSecond() + "}");
    }

    @Test
    void inspectShowsWrongSignatures() throws Exception {
        create("--sign", keyFile);
        Metainfo signed = Metainfo.read(torrent);
        Files.writeString(source, "another one");
        create();
        assertThat(CommandRun.of("inspect", torrent.toString()).out()).contains("signed by     nobody");
        Files.write(torrent, Metainfo.read(torrent).withReleaseSignature(signed.releaseSignature().orElseThrow()).toBytes());
        assertThat(CommandRun.of("inspect", torrent.toString()).out()).contains("THE SIGNATURE IS WRONG");
        assertThat(CommandRun.of("inspect", torrent.toString(), "--json").out()).contains("\"signature_valid\":false");
    }

    @Test
    void tagIsTheNameByDefault() throws Exception {
        create("--sign", keyFile);
        ReleaseTerms terms = Metainfo.read(torrent).releaseSignature().orElseThrow().terms();
        assertThat(terms.tag()).isEqualTo("build");
        assertThat(terms.until()).isEqualTo(terms.made().plus(Duration.ofDays(30)));
    }

    @Test
    void signingOptionsNeedKey() throws IOException {
        assertThat(create("--tag", "x").err()).startsWith("murder create: --tag needs a key");
        assertThat(create("--valid-for", "1h").err()).startsWith("murder create: --valid-for needs a key");
        assertThat(create("--sign", keyFile, "--sha1-only").err()).startsWith("murder create: --sign needs the SHA-256");
        assertThat(create("--sign", keyFile, "--valid-for", "999ms").err()).startsWith("murder create: --valid-for takes a second");
        assertThat(create("--sign", temporary.resolve("none")).err()).contains("there is no key " + temporary.resolve("none"));
        assertThat(create("--sign", keyFile, "--tag", "a\nb").err()).contains("a tag has no control characters");
        assertThat(torrent).doesNotExist();
        assertThat(CommandRun.of("verify", "t", "p", "--tag", "x").err()).startsWith("murder verify: --tag needs a file");
        assertThat(CommandRun.of("peer", "t", "p", "--tag", "x").err()).startsWith("murder peer: --tag needs a file");
    }

    @Test
    void verifyJudgesTheSignatureToo() throws Exception {
        String[] verify = {"verify", torrent.toString(), source.toString(), "--trust", allowed.toString(), "--tag", "build"};
        create("--sign", keyFile);
        assertThat(CommandRun.of(verify).status()).isZero();
        create("--sign", keyFile, "--tag", "other");
        CommandRun other = CommandRun.of(verify);
        assertThat(other.status()).isEqualTo(4);
        assertThat(other.err()).contains("is refused: it is signed for the tag 'other', not 'build'");
        create();
        assertThat(CommandRun.of(verify).err()).contains("is refused: it is not signed");
    }

    @Test
    void peerRefusesBeforeItFetches() throws Exception {
        Instant now = Instant.now();
        Instant later = now.plus(Duration.ofHours(1));
        create();
        assertRefused("build.torrent is refused: it is not signed", torrent);
        assertRefused("a magnet link carries no signature", Magnet.of(Metainfo.read(torrent)));
        create("--sha1-only");
        assertRefused("it is not signed", torrent);
        create("--sign", keyFile);
        assertRefused("it is signed for the tag 'build', not 'build-42'", torrent, "--tag", "build-42");
        sign("build", now.minus(Duration.ofHours(2)), now.minus(Duration.ofHours(1)), 1);
        assertRefused("it expired at ", torrent);
        sign("build", later, later.plus(Duration.ofHours(1)), 1);
        assertRefused("look at the clocks", torrent);
        Metainfo signed = sign("build", now, later, 1);
        Files.writeString(source, "another one");
        create();
        Files.write(torrent, Metainfo.read(torrent).withReleaseSignature(signed.releaseSignature().orElseThrow()).toBytes());
        assertRefused("did not sign it: it was changed", torrent);
        Files.writeString(keyFile, SshPrivateKey.generate(new SecureRandom()).toText("stranger"));
        create("--sign", keyFile);
        assertRefused("it is signed by an unknown key, SHA256:", torrent);
        Files.writeString(allowed, "a cert-authority " + key.publicKey());
        assertRefused(allowed + ", line 1: cert-authority is not supported", torrent);
    }

    /** The file of signers is a pipe, so the verdict waits until the test writes. */
    @Test
    @Timeout(60)
    void nothingHappensBeforeTheVerdict() throws Exception {
        create("--sign", keyFile);
        Files.delete(allowed);
        assertThat(new ProcessBuilder("mkfifo", allowed.toString()).start().waitFor()).isZero();
        int port = FreePort.next();
        final Map<String, String> before = tree();
        CompletableFuture<CommandRun> peer = CompletableFuture.supplyAsync(() -> peer(torrent, "--port", port));
        try (OutputStream signers = Files.newOutputStream(allowed)) {
            while (!isOpen(port)) {
                Thread.onSpinWait();
            }
            assertThat(peer).isNotDone();
            assertThat(tree()).as("nothing is written").isEqualTo(before);
            assertThat(tracker.accept()).as("nothing is announced").isNull();
            signers.write(("stranger " + SshPrivateKey.generate(new SecureRandom()).publicKey() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(peer.get().err()).contains("it is signed by an unknown key");
        assertThat(peer.get().status()).isEqualTo(1);
        assertThat(tree()).isEqualTo(before);
        assertThat(tracker.accept()).isNull();
        assertThat(isOpen(port)).isFalse();
    }

    private static boolean isOpen(int port) throws IOException {
        try (Socket connection = new Socket()) {
            connection.connect(new InetSocketAddress("127.0.0.1", port));
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    @Test
    void peerRefusesOlderReleases() throws Exception {
        Files.createDirectories(copy.getParent());
        Files.copy(source, copy);
        Instant now = Instant.now();
        create();
        sign("build", now, now.plus(Duration.ofHours(1)), 8);
        CommandRun taken = peer(torrent, "--tag", "build");
        assertThat(taken.err()).isEmpty();
        assertThat(taken.status()).isZero();
        assertThat(copy.resolveSibling(".copy.serial")).hasContent("murder serial 8");
        assertThat(peer(torrent).status()).as("the same once more").isZero();
        while (tracker.accept() != null) {
            // The announces of the two.
        }
        sign("build", now, now.plus(Duration.ofHours(1)), 7);
        assertRefused("its serial 7 is older than 8, the last one here", torrent);
        Files.writeString(copy.resolveSibling(".copy.serial"), "8");
        assertRefused(".copy.serial does not say which serial was the last", torrent);
    }
}
