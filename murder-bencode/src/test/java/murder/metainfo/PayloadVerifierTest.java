package murder.metainfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import murder.bencode.BencodeWriter;
import murder.hash.Sha1;
import murder.metainfo.PayloadVerifier.Fault;
import murder.metainfo.PayloadVerifier.Finding;
import murder.metainfo.PayloadVerifier.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PayloadVerifierTest {
    private static final int PIECE = 16 * 1024;

    @TempDir
    Path dir;

    private Path root;
    private Metainfo torrent;

    /** Pieces: 0-1 a; 2 a and b; 3-5 b; 6 b and c. */
    @BeforeEach
    void createPayload() throws Exception {
        root = Files.createDirectories(dir.resolve("build/bin")).getParent();
        write("a", 2 * PIECE + 100);
        write("b", 4 * PIECE);
        write("bin/c", 1000);
        assertThat(root.resolve("bin/c").toFile().setExecutable(true)).isTrue();
        write("empty", 0);
        Files.createSymbolicLink(root.resolve("bin/link"), Path.of("../a"));
        torrent = TorrentCreator.create(root, TorrentCreator.Options.builder().pieceLength(PIECE).build(), HashProgress.NONE);
        assertThat(torrent.layout().pieceCount()).isEqualTo(7);
    }

    private void write(String path, int length) throws IOException {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        Files.write(root.resolve(path), content);
    }

    private Result verify() throws Exception {
        return PayloadVerifier.verify(torrent, root, 2, HashProgress.NONE);
    }

    private static BitSet bits(int... pieces) {
        BitSet bits = new BitSet();
        for (int piece : pieces) {
            bits.set(piece);
        }
        return bits;
    }

    private String faults(Result result) {
        return result.findings().stream()
            .map(finding -> String.join("/", torrent.files().get(finding.file()).path()) + " " + finding.fault())
            .collect(Collectors.joining(", "));
    }

    private void resize(String path, long length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(root.resolve(path).toFile(), "rw")) {
            file.setLength(length);
        }
    }

    @Test
    void findsNothingWrongWithTheOriginal() throws Exception {
        Result result = verify();
        assertThat(result.isIdentical()).isTrue();
        assertThat(result.hasAllPieces()).isTrue();
        assertThat(result.goodPieces()).isEqualTo(bits(0, 1, 2, 3, 4, 5, 6));
        assertThat(result.findings()).isEmpty();
    }

    @Test
    void findsPieceWithWrongByte() throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(root.resolve("b").toFile(), "rw")) {
            file.seek(2 * PIECE);
            int was = file.read();
            file.seek(2 * PIECE);
            file.write(was ^ 1);
        }
        Result result = verify();
        assertThat(result.goodPieces()).isEqualTo(bits(0, 1, 2, 3, 5, 6));
        assertThat(result.findings()).isEmpty();
        assertThat(result.isIdentical()).isFalse();
    }

    @Test
    void missingFilesSpoilOnlyTheirPieces() throws Exception {
        Files.delete(root.resolve("b"));
        Files.delete(root.resolve("empty"));
        Result result = verify();
        assertThat(result.goodPieces()).isEqualTo(bits(0, 1));
        assertThat(faults(result)).isEqualTo("b MISSING, empty MISSING");
    }

    @Test
    void shortFileKeepsItsPieces() throws Exception {
        resize("b", 3 * PIECE);
        Result result = verify();
        assertThat(result.goodPieces()).isEqualTo(bits(0, 1, 2, 3, 4));
        assertThat(faults(result)).isEqualTo("b WRONG_LENGTH");
        assertThat(result.findings().get(0).detail()).contains("should have 65536 bytes but has 49152");
    }

    @Test
    void longFilesKeepTheirPieces() throws Exception {
        resize("b", 5 * PIECE);
        Result result = verify();
        assertThat(result.hasAllPieces()).isTrue();
        assertThat(result.isIdentical()).isFalse();
        assertThat(faults(result)).isEqualTo("b WRONG_LENGTH");
    }

    @Test
    void missingPayloadIsNoError() throws Exception {
        Result result = PayloadVerifier.verify(torrent, dir.resolve("none"), 0, HashProgress.NONE);
        assertThat(result.goodPieces().isEmpty()).isTrue();
        assertThat(result.findings()).hasSize(5).extracting(Finding::fault).containsOnly(Fault.MISSING);
    }

    @Test
    void namesEntryOfAnotherKind() throws Exception {
        Files.delete(root.resolve("a"));
        Files.createDirectory(root.resolve("a"));
        Files.move(root.resolve("b"), dir.resolve("b"));
        Files.createSymbolicLink(root.resolve("b"), dir.resolve("b"));
        Files.delete(root.resolve("bin/link"));
        Files.writeString(root.resolve("bin/link"), "../a");
        assertThat(faults(verify())).isEqualTo("a WRONG_KIND, b WRONG_KIND, bin/link WRONG_KIND");
    }

    @Test
    void fileHidesFolderOfSameName() throws Exception {
        Files.delete(root.resolve("bin/c"));
        Files.delete(root.resolve("bin/link"));
        Files.delete(root.resolve("bin"));
        Files.writeString(root.resolve("bin"), "file");
        assertThat(faults(verify())).isEqualTo("bin/c MISSING, bin/link MISSING");
    }

    @Test
    void symlinksAndExecutableBitsAreCompared() throws Exception {
        Files.delete(root.resolve("bin/link"));
        Files.createSymbolicLink(root.resolve("bin/link"), Path.of("../b"));
        assertThat(root.resolve("bin/c").toFile().setExecutable(false)).isTrue();
        assertThat(root.resolve("a").toFile().setExecutable(true)).isTrue();
        Result result = verify();
        assertThat(result.hasAllPieces()).isTrue();
        assertThat(faults(result)).isEqualTo("a WRONG_EXECUTABLE, bin/c WRONG_EXECUTABLE, bin/link WRONG_TARGET");
    }

    @Test
    void acceptsEquivalentSymlinks() throws Exception {
        Files.delete(root.resolve("bin/link"));
        Files.createSymbolicLink(root.resolve("bin/link"), Path.of(".././bin/../a"));
        assertThat(verify().isIdentical()).isTrue();
        Files.delete(root.resolve("bin/link"));
        Files.createSymbolicLink(root.resolve("bin/link"), Path.of("/etc/passwd"));
        assertThat(faults(verify())).isEqualTo("bin/link WRONG_TARGET");
    }

    @Test
    void filesMayLieElsewhere() throws Exception {
        Files.move(root.resolve("b"), root.resolve("b.part"));
        Result result = PayloadVerifier.verify(torrent,
            file -> torrent.files().get(file).path().equals(List.of("b")) ? root.resolve("b.part") : torrent.pathOf(root, file), 0,
            HashProgress.NONE);
        assertThat(result.isIdentical()).isTrue();
    }

    @Test
    void padNeedsNoFile() throws Exception {
        byte[] payload = new byte[PIECE + 5];
        payload[0] = 1;
        payload[PIECE] = 2;
        byte[] hashes = new byte[40];
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(payload, 0, PIECE);
        sha1.digest(hashes, 0, 20);
        sha1.update(payload, PIECE, 5);
        sha1.digest(hashes, 20, 20);
        BencodeWriter out = new BencodeWriter().beginDictionary().key("files").beginList();
        out.beginDictionary().key("length").integer(1).key("path").beginList().string("x").end().end();
        out.beginDictionary().key("attr").string("p").key("length").integer(PIECE - 1).end();
        out.beginDictionary().key("length").integer(5).key("path").beginList().string("y").end().end();
        out.end().key("name").string("n").key("piece length").integer(PIECE).key("pieces").string(hashes);
        Metainfo padded = Metainfo.ofInfo(out.end().toByteArray(), List.of());
        Files.write(dir.resolve("x"), new byte[] {1});
        Files.write(dir.resolve("y"), new byte[] {2, 0, 0, 0, 0});
        assertThat(PayloadVerifier.verify(padded, dir, 0, HashProgress.NONE).isIdentical()).isTrue();
        Files.delete(dir.resolve("x"));
        assertThat(PayloadVerifier.verify(padded, dir, 0, HashProgress.NONE).goodPieces()).isEqualTo(bits(1));
    }

    @Test
    void acceptsRenamedOrLinkedSingleFile() throws Exception {
        Metainfo single = TorrentCreator.create(root.resolve("a"), TorrentCreator.Options.defaults(), HashProgress.NONE);
        Files.move(root.resolve("a"), dir.resolve("renamed"));
        Files.createSymbolicLink(dir.resolve("link"), dir.resolve("renamed"));
        assertThat(PayloadVerifier.verify(single, dir.resolve("link"), 0, HashProgress.NONE).isIdentical()).isTrue();
    }

    @Test
    void namesFileThatIsTooShort() throws Exception {
        Path file = Files.write(dir.resolve("shrunk"), new byte[PIECE]);
        PieceHasher hasher = new PieceHasher(new PieceLayout(3 * PIECE, PIECE),
            List.of(new PieceHasher.Segment(0, 3 * PIECE, file, 3 * PIECE)), Sha1::newDigest, (piece, hash) -> { }, HashProgress.NONE);
        assertThatThrownBy(() -> hasher.hash(1)).isInstanceOfSatisfying(ChangedFileException.class,
            e -> assertThat(e.file()).isEqualTo(file)).hasMessage(file + " became shorter while it was hashed");
    }

    @Test
    void namesFileTruncatedInWindow() throws Exception {
        int length = 4 << 20;
        Path file = Files.write(dir.resolve("shrinking"), new byte[length]);
        PieceHasher.Sink truncate = (piece, hash) -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(PIECE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        PieceHasher hasher = new PieceHasher(new PieceLayout(length, PIECE),
            List.of(new PieceHasher.Segment(0, length, file, length)), Sha1::newDigest, truncate, HashProgress.NONE);
        assertThatThrownBy(() -> hasher.hash(1)).isInstanceOf(ChangedFileException.class)
            .hasMessage(file + " became shorter while it was hashed").rootCause().isInstanceOf(InternalError.class);
    }

    /** Hashes 2.2 GB of zeros twice. */
    @Test
    @Tag("slow")
    void filesOver2GiBWork() throws Exception {
        Path big = dir.resolve("big");
        long length = (1L << 31) + 50_000_000;
        try (RandomAccessFile file = new RandomAccessFile(big.toFile(), "rw")) {
            file.setLength(length);
            file.seek(length - 1);
            file.write(7);
        }
        Metainfo created = TorrentCreator.create(big, TorrentCreator.Options.defaults(), HashProgress.NONE);
        int last = created.layout().pieceCount() - 1;
        assertThat(created.layout()).isEqualTo(new PieceLayout(length, 1 << 20));
        assertThat(created.pieceHash(0)).isEqualTo(created.pieceHash(last - 1));
        byte[] tail = new byte[created.layout().length(last)];
        tail[tail.length - 1] = 7;
        assertThat(created.pieceHash(last)).isEqualTo(MessageDigest.getInstance("SHA-1").digest(tail));
        assertThat(PayloadVerifier.verify(created, big, 0, HashProgress.NONE).isIdentical()).isTrue();
    }
}
