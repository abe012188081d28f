package murder.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorrentCreatorTest {
    private static final TorrentCreator.Options SMALL = small().build();

    @TempDir
    Path dir;

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Path file(String path, byte[] content) throws IOException {
        Path file = dir.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private Path file(String path, String content) throws IOException {
        return file(path, content.getBytes(StandardCharsets.UTF_8));
    }

    private static TorrentCreator.Options.Builder small() {
        return TorrentCreator.Options.builder().pieceLength(16 * 1024);
    }

    private static Metainfo create(Path source, TorrentCreator.Options options) throws Exception {
        return TorrentCreator.create(source, options, HashProgress.NONE);
    }

    /** Hashes a payload the plain way. */
    private static void assertHashes(Metainfo torrent, byte[] payload) throws Exception {
        assertThat(torrent.layout().length()).isEqualTo(payload.length);
        for (int piece = 0; piece < torrent.layout().pieceCount(); piece++) {
            int from = (int) torrent.layout().offset(piece);
            byte[] bytes = Arrays.copyOfRange(payload, from, from + torrent.layout().length(piece));
            assertThat(torrent.pieceHash(piece)).as("piece %d", piece).isEqualTo(MessageDigest.getInstance("SHA-1").digest(bytes));
            assertThat(torrent.isPieceHash(piece, MessageDigest.getInstance("SHA-256").digest(bytes))).as("piece %d", piece).isTrue();
        }
    }

    @Test
    void writesExactBytesOfSmallTorrent() throws Exception {
        Path source = file("hello.txt", "hello\n");
        Metainfo torrent = create(source, TorrentCreator.Options.builder().trackers(List.of(List.of("http://t:8998/announce"))).build());
        // What sha1sum and sha256sum say of "hello\n".
        String expected = "d8:announce22:http://t:8998/announce4:infod6:lengthi6e4:name9:hello.txt12:piece lengthi16384e6:pieces20:"
            + text("f572d396fae9206628714fb2ce00f72e94f2258f")
            + "13:pieces sha25632:" + text("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03") + "ee";
        assertThat(new String(torrent.toBytes(), StandardCharsets.ISO_8859_1)).isEqualTo(expected);
    }

    private static String text(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    @Test
    void matchesOtherProgramsWithoutSha256() throws Exception {
        Path source = file("hello.txt", "hello\n");
        Metainfo torrent = create(source,
            TorrentCreator.Options.builder().trackers(List.of(List.of("http://t:8998/announce"))).sha256(false).build());
        assertThat(torrent.hasSha256()).isFalse();
        // f572d396fae9206628714fb2ce00f72e94f2258f is what sha1sum says of "hello\n".
        byte[] hash = InfoHash.parse("f572d396fae9206628714fb2ce00f72e94f2258f").toBytes();
        String expected = "d8:announce22:http://t:8998/announce4:infod6:lengthi6e4:name9:hello.txt12:piece lengthi16384e6:pieces20:"
            + new String(hash, StandardCharsets.ISO_8859_1) + "ee";
        assertThat(new String(torrent.toBytes(), StandardCharsets.ISO_8859_1)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_383, 16_384, 16_385, 1 << 20, (1 << 20) + 1, 3_000_000})
    void hashesFilesOfAnyLength(int length) throws Exception {
        byte[] content = random(length, length);
        Metainfo torrent = create(file("payload", content), small().threads(3).build());
        assertThat(torrent.isSingleFile()).isTrue();
        assertHashes(torrent, content);
    }

    @Test
    void attachmentIsPartOfInfo() throws Exception {
        Path source = file("hello.txt", "hello\n");
        byte[] bytes = {0, 'e', -1};
        Metainfo torrent = create(source, small().attachment(bytes).build());
        assertThat(torrent.attachment()).containsExactly(bytes);
        assertThat(Metainfo.ofInfo(torrent.rawInfo(), List.of()).attachment()).containsExactly(bytes);
        assertThat(new String(torrent.rawInfo(), StandardCharsets.ISO_8859_1)).startsWith("d10:attachment3:\0e\u00ff6:length");
        Metainfo without = create(source, small().build());
        assertThat(without.attachment()).isEmpty();
        assertThat(without.infoHash()).isNotEqualTo(torrent.infoHash());
        byte[] number = new String(without.rawInfo(), StandardCharsets.ISO_8859_1).replace("d6:length", "d10:attachmenti1e6:length")
            .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Metainfo.ofInfo(number, List.of()).attachment()).as("of another program").isEmpty();
    }

    @Test
    void hashesPiecesAcrossFiles() throws Exception {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        List<Integer> lengths = List.of(5, 0, 100_000, 3_333_333, 1, 16_384, 0, 2_000_000, 77, 130_000, 131_072, 9);
        for (int i = 0; i < lengths.size(); i++) {
            byte[] content = random(lengths.get(i), i);
            file(String.format("build/f%02d", i), content);
            payload.writeBytes(content);
        }
        Metainfo one = create(dir.resolve("build"), small().threads(1).build());
        assertHashes(one, payload.toByteArray());
        assertThat(one.files()).hasSize(lengths.size());
        for (int threads : new int[] {0, 2, 7}) {
            assertThat(create(dir.resolve("build"), small().threads(threads).build()).toBytes()).isEqualTo(one.toBytes());
        }
        assertHashes(create(dir.resolve("build"), small().pieceLength(1 << 22).threads(2).build()), payload.toByteArray());
    }

    @Test
    void sortsDirectoryByBytesOfNames() throws Exception {
        file("b/z", "z");
        file("b/a-b", "ab");
        file("b/a/x", "run").toFile().setExecutable(true);
        file("b/.hidden", "h");
        file("b/empty", "");
        Files.createDirectories(dir.resolve("b/nothing/in/here"));
        Files.createSymbolicLink(dir.resolve("b/a/link"), Path.of("../z"));
        Files.createSymbolicLink(dir.resolve("b/folder"), Path.of("./a/"));
        Files.createSymbolicLink(dir.resolve("b/absolute"), dir.resolve("b/a/x"));
        Files.createSymbolicLink(dir.resolve("b/dangling"), Path.of("none"));
        Metainfo torrent = create(dir.resolve("b"), SMALL);
        List<String> lines = new ArrayList<>();
        for (FileEntry file : torrent.files()) {
            lines.add(String.join("/", file.path()) + " " + file.offset() + "+" + file.length() + (file.executable() ? " x" : "")
                + (file.isSymlink() ? " -> " + file.relativeTarget() : ""));
        }
        assertThat(lines).containsExactly(
            ".hidden 0+1",
            "a-b 1+2",
            "a/link 3+0 -> ../z",
            "a/x 3+3 x",
            "absolute 6+0 -> a/x",
            "dangling 6+0 -> none",
            "empty 6+0",
            "folder 6+0 -> a",
            "z 6+1");
        assertThat(torrent.name()).isEqualTo("b");
        assertThat(torrent.isSingleFile()).isFalse();
        assertThat(Metainfo.parse(torrent.toBytes()).files()).isEqualTo(torrent.files());
    }

    @Test
    void keepsExecutableBitOfSingleFile() throws Exception {
        Path source = file("run", "#!");
        assertThat(source.toFile().setExecutable(true)).isTrue();
        Metainfo torrent = Metainfo.parse(create(source, small().isPrivate(true).comment("why").createdBy("who")
            .creationDate(Instant.ofEpochSecond(9)).webSeeds(List.of("http://w/"))
            .trackers(List.of(List.of("http://a/"), List.of("http://b/"))).build()).toBytes());
        assertThat(torrent.files()).containsExactly(new FileEntry(List.of("run"), 0, 2, false, true, false, List.of()));
        assertThat(torrent.isPrivate()).isTrue();
        assertThat(torrent.comment()).isEqualTo("why");
        assertThat(torrent.createdBy()).isEqualTo("who");
        assertThat(torrent.creationDate()).contains(Instant.ofEpochSecond(9));
        assertThat(torrent.webSeeds()).containsExactly("http://w/");
        assertThat(torrent.trackers()).containsExactly(List.of("http://a/"), List.of("http://b/"));
    }

    @Test
    void followsSymlinkedSource() throws Exception {
        file("build-7/a", "a");
        Files.createSymbolicLink(dir.resolve("build-7/l"), dir.resolve("current/a"));
        Files.createSymbolicLink(dir.resolve("current"), Path.of("build-7"));
        Metainfo torrent = create(dir.resolve("current"), SMALL);
        assertThat(torrent.name()).isEqualTo("current");
        assertThat(torrent.files()).extracting(FileEntry::symlinkTarget).containsExactly(List.of(), List.of("a"));
        Files.createSymbolicLink(dir.resolve("latest.tgz"), Path.of("build-7/a"));
        assertThat(create(dir.resolve("latest.tgz"), SMALL).files()).containsExactly(FileEntry.plain(List.of("latest.tgz"), 0, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "..", "../..", "../outside", "x/../../outside", ".", "d/..", "dirlink/../a", "back\\slash"})
    void refusesSymlinksThatATorrentCannotSay(String target) throws Exception {
        file("b/d/x", "x");
        file("b/a", "a");
        Files.createSymbolicLink(dir.resolve("b/dirlink"), Path.of("d"));
        Files.createSymbolicLink(dir.resolve("b/evil"), Path.of(target));
        assertThatThrownBy(() -> create(dir.resolve("b"), SMALL)).isInstanceOf(IOException.class)
            .hasMessageContaining(dir.resolve("b/evil").toString());
    }

    @Test
    void refusesEntriesOutsideOfFormat() throws Exception {
        file("b/a\\b", "x");
        assertThatThrownBy(() -> create(dir.resolve("b"), SMALL)).isInstanceOf(IOException.class).hasMessageContaining("a\\b")
            .hasMessageContaining("separator");
        Files.createDirectories(dir.resolve("nothing/here"));
        assertThatThrownBy(() -> create(dir.resolve("nothing"), SMALL)).isInstanceOf(IOException.class).hasMessageContaining("no files");
        assertThatThrownBy(() -> create(dir.resolve("none"), SMALL)).isInstanceOf(IOException.class).hasMessageContaining("none");
        assertThatThrownBy(() -> create(Path.of("/"), SMALL)).isInstanceOf(IOException.class).hasMessageContaining("no name");
    }

    @Test
    void refusesNamesOutsideLocale() throws Exception {
        file("b/a", "x");
        String encoding = System.getProperty("sun.jnu.encoding");
        run("touch \"$(printf '\\303\\274')\"");
        if (Charset.forName(encoding).equals(StandardCharsets.UTF_8)) {
            assertThat(create(dir.resolve("b"), SMALL).files()).extracting(FileEntry::path)
                .containsExactly(List.of("a"), List.of("\u00fc"));
        } else {
            assertThatThrownBy(() -> create(dir.resolve("b"), SMALL)).isInstanceOf(IOException.class).hasMessageContaining(encoding);
        }
        run("touch \"$(printf '\\377')\"");
        assertThatThrownBy(() -> create(dir.resolve("b"), SMALL)).isInstanceOf(IOException.class).hasMessageContaining("not text")
            .hasMessageContaining(encoding);
    }

    private void run(String command) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", command).directory(dir.resolve("b").toFile()).inheritIO().start();
        assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).isZero();
    }

    @Test
    void refusesSpecialFilesWithoutOpeningThem() throws Exception {
        file("b/a", "x");
        Path fifo = dir.resolve("b/fifo");
        run("mkfifo fifo");
        assertThatThrownBy(() -> create(dir.resolve("b"), SMALL)).isInstanceOf(IOException.class).hasMessageContaining(fifo.toString());
        assertThatThrownBy(() -> create(fifo, SMALL)).isInstanceOf(IOException.class).hasMessageContaining(fifo.toString());
    }

    @Test
    void noticesAFileThatShrinks() throws Exception {
        Path source = file("payload", random(8 << 20, 1));
        assertThatThrownBy(() -> TorrentCreator.create(source, small().threads(1).build(), (done, total) -> truncate(source, 100)))
            .isInstanceOf(IOException.class).hasMessageContaining(source.toString()).hasMessageContaining("shorter");
    }

    @Test
    void noticesFilesThatGrowOrAppear() throws Exception {
        Path source = file("b/payload", random(100, 1));
        assertThatThrownBy(() -> TorrentCreator.create(dir.resolve("b"), SMALL, (done, total) -> append(source)))
            .isInstanceOf(IOException.class).hasMessageContaining(source.toString()).hasMessageContaining("changed");
        Path more = dir.resolve("b/zzz");
        assertThatThrownBy(() -> TorrentCreator.create(dir.resolve("b"), SMALL, (done, total) -> append(more)))
            .isInstanceOf(IOException.class).hasMessageContaining(more.toString());
    }

    private static void truncate(Path file, long length) {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(length);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void append(Path file) {
        try {
            Files.write(file, new byte[1], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void progressNeverGoesBackwards() throws Exception {
        Path source = file("payload", random(5_000_000, 1));
        List<Long> told = new ArrayList<>();
        TorrentCreator.create(source, small().threads(4).build(), (done, total) -> {
            assertThat(total).isEqualTo(5_000_000);
            told.add(done);
        });
        assertThat(told).isSorted().hasSizeGreaterThan(4).endsWith(5_000_000L);
    }

    @Test
    void rethrowsExceptionOfProgress() throws Exception {
        Path source = file("payload", random(5_000_000, 1));
        assertThatThrownBy(() -> TorrentCreator.create(source, small().threads(2).build(), (done, total) -> {
            throw new IllegalStateException("enough");
        })).isInstanceOf(IllegalStateException.class).hasMessage("enough");
    }

    @Test
    void endsWhenInterrupted() throws Exception {
        Path source = file("payload", random(5_000_000, 1));
        Thread caller = Thread.currentThread();
        assertThatThrownBy(() -> TorrentCreator.create(source, small().threads(2).build(), (done, total) -> caller.interrupt()))
            .isInstanceOf(InterruptedException.class);
        Thread.interrupted();
    }

    @Test
    void checksItsOptions() {
        for (int wrong : new int[] {-1, 1, 8192, 20_000, 1 << 27}) {
            assertThatThrownBy(() -> small().pieceLength(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> small().hosts(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> small().threads(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesMorePiecesThanAnybodyReads() throws Exception {
        Path source = dir.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(source.toFile(), "rw")) {
            sparse.setLength((1L << 21) * 16 * 1024 + 1);
        }
        assertThatThrownBy(() -> create(source, SMALL)).isInstanceOf(IOException.class).hasMessageContaining("greater piece length");
    }

    @Test
    void modesSayEmptyDirectoriesAndPermissions() throws Exception {
        Path tree = file("tree/bin/run", "run").getParent().getParent();
        Files.setPosixFilePermissions(tree.resolve("bin/run"), PosixFilePermissions.fromString("r-xr-x---"));
        Files.setPosixFilePermissions(file("tree/etc/secret", "x"), PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(Files.createDirectories(tree.resolve("var/empty")), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(tree.resolve("etc"), PosixFilePermissions.fromString("rwx------"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("bin"));
        Files.createDirectories(tree.resolve(".git/objects"));
        Metainfo plain = create(tree, small().excluded(List.of(".git")).build());
        assertThat(plain.modes()).isEmpty();
        Metainfo torrent = create(tree, small().modes(true).excluded(List.of(".git")).build());
        assertThat(torrent.infoHash()).isNotEqualTo(plain.infoHash());
        assertThat(torrent.files()).isEqualTo(plain.files());
        TreeModes modes = torrent.modes().orElseThrow();
        assertThat(modes.ofFile(0)).isEqualTo(0550);
        assertThat(modes.ofFile(1)).isEqualTo(0600);
        assertThat(modes.directories()).extracting(TreeModes.Directory::path)
            .containsExactly(List.of(), List.of("bin"), List.of("etc"), List.of("var"), List.of("var", "empty"));
        assertThat(modes.directories().get(2).mode()).isEqualTo(0700);
        assertThat(modes.directories().get(4).mode()).isEqualTo(0777);
        assertThat(torrent.pathOf(dir, modes.directories().get(4))).isEqualTo(dir.resolve("var/empty"));
        assertThat(torrent.pathOf(dir, modes.directories().get(0))).isEqualTo(dir);
        Metainfo again = Metainfo.parse(torrent.toBytes());
        assertThat(again.infoHash()).isEqualTo(torrent.infoHash());
        assertThat(again.modes().orElseThrow().directories()).isEqualTo(modes.directories());
        assertThat(create(tree.resolve("bin/run"), small().modes(true).build()).modes()).as("of a single file").isEmpty();
    }
}
