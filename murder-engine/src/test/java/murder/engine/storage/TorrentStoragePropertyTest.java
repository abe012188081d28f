package murder.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import murder.metainfo.PieceLayout;
import murder.wire.Bitfield;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Any layout of files, blocks in any order, kills at any moment: the tree is the right one in the
 * end.
 */
class TorrentStoragePropertyTest {
    private static final int BLOCK = PieceLayout.BLOCK_LENGTH;

    @Property(tries = 80)
    void shuffledBlocksGiveSameTree(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 70_000) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 100_000) int pieceLength, @ForAll long seed) throws Exception {
        Random random = new Random(seed);
        TestTorrent torrent = new TestTorrent(pieceLength < 2_000 ? 2_000 : pieceLength);
        for (int i = 0; i < lengths.size(); i++) {
            addFile(torrent, i, lengths.get(i), random);
        }
        if (random.nextBoolean()) {
            torrent.sha256();
        }
        Path temp = Files.createTempDirectory("murder-storage");
        try (Rig rig = new Rig(torrent, temp.resolve("target"), temp.resolve("resume"))) {
            rig.options = Rig.tiny(1 + random.nextInt(3), random.nextInt(20), 1_000 + random.nextInt(100_000));
            Bitfield have = rig.openAndAllocate(CheckMode.RESUME);
            while (!have.isFull()) {
                fetchSome(rig, have, random);
                if (random.nextInt(3) == 0) {
                    Bitfield found = rig.openAndAllocate(CheckMode.RESUME);
                    assertThat(found).hasToString(have.toString());
                }
            }
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(torrent.expectedTree());
            for (int piece = 0; piece < rig.layout.pieceCount(); piece++) {
                int begin = random.nextInt(rig.layout.length(piece));
                int length = 1 + random.nextInt(rig.layout.length(piece) - begin);
                assertThat(rig.read(piece, begin, length)).isEqualTo(rig.expected(piece, begin, length));
            }
            assertThat(rig.open(CheckMode.FULL).isFull()).isTrue();
        } finally {
            delete(temp);
        }
    }

    private static void addFile(TestTorrent torrent, int index, int length, Random random) {
        String name = "d" + random.nextInt(3) + "/f" + index;
        switch (random.nextInt(6)) {
            case 0 -> torrent.pad(1 + length);
            case 1 -> torrent.executable(name, length);
            case 2 -> torrent.file(name, length % 50);
            default -> torrent.file(name, length);
        }
    }

    /**
     * Blocks of several missing pieces, mixed, one of them perhaps damaged; then all are verified,
     * and damaged ones remain missing.
     */
    private static void fetchSome(Rig rig, Bitfield have, Random random) throws Exception {
        List<int[]> blocks = new ArrayList<>();
        List<Integer> pieces = new ArrayList<>();
        for (int piece = have.nextClear(0); piece >= 0; piece = have.nextClear(piece + 1)) {
            if (random.nextInt(3) > 0) {
                pieces.add(piece);
                for (int block = 0; block < rig.layout.blockCount(piece); block++) {
                    blocks.add(new int[] {piece, block});
                }
            }
        }
        Collections.shuffle(blocks, random);
        int damaged = -1;
        for (int[] block : blocks) {
            ByteBuffer bytes = TestTorrent.block(rig.payload, rig.layout, block[0], block[1]);
            boolean padded = isPadded(rig, block[0], block[1] * BLOCK, bytes.remaining());
            if (damaged < 0 && !padded && random.nextInt(10) == 0) {
                damaged = block[0];
                bytes = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
                bytes.put(random.nextInt(bytes.remaining()), (byte) ~bytes.get(0));
            }
            rig.write(block[0], block[1], bytes);
            if (random.nextInt(4) == 0) {
                rig.workers.flush();
            }
        }
        for (int piece : pieces) {
            if (random.nextInt(4) == 0) {
                // All of it once more, in one run: what is there already stays.
                int at = (int) rig.layout.offset(piece);
                ByteBuffer all = ByteBuffer.wrap(rig.payload, at, rig.layout.length(piece));
                assertThat(rig.storage.write(piece, 0, all, e -> {})).isTrue();
            }
        }
        for (int piece : pieces) {
            boolean good = rig.verify(piece);
            if (piece != damaged) {
                assertThat(good).as("piece %d", piece).isTrue();
            }
            if (good) {
                have.set(piece);
            }
        }
    }

    private static boolean isPadded(Rig rig, int piece, int begin, int length) {
        long from = rig.layout.offset(piece) + begin;
        return rig.metainfo.files().stream()
            .anyMatch(file -> file.pad() && file.offset() < from + length && from < file.offset() + file.length());
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }
}
