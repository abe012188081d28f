package murder.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import murder.wire.Bitfield;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The way of a download through storage: allocation, blocks, verification, reading, final names.
 */
class TorrentStorageTest {
    private static final int KIB = 1024;

    @TempDir
    Path temp;

    private Rig rig(TestTorrent torrent) {
        return new Rig(torrent, temp.resolve("target"), temp.resolve("state").resolve("resume"));
    }

    private static TestTorrent mixed() {
        return new TestTorrent(32 * KIB)
            .file("app/big.bin", 100_000)
            .file("app/empty", 0)
            .executable("bin/run", 5_000)
            .pad(3_000)
            .file("lib/a/b/c/deep.so", 70_001)
            .symlink("lib/current", "lib/a/b/c/deep.so")
            .symlink("start", "bin/run")
            .executable("bin/none", 0)
            .file("one-byte", 1);
    }

    @Test
    void completionSetsNamesBitsAndLinks() throws Exception {
        try (Rig rig = rig(mixed())) {
            assertThat(rig.openAndAllocate(CheckMode.RESUME).isEmpty()).isTrue();
            assertThat(TestTorrent.tree(rig.target).keySet()).containsExactlyInAnyOrder("app/big.bin.part", "app/empty.part",
                "bin/run.part", "lib/a/b/c/deep.so.part", "bin/none.part", "one-byte.part");
            rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
            assertThat(TestTorrent.tree(rig.target).keySet()).allMatch(name -> name.endsWith(".part"));
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
        }
    }

    @Test
    void singleFileIsTheTarget() throws Exception {
        try (Rig rig = rig(TestTorrent.single(16 * KIB, TestTorrent.random(50_000, 1)))) {
            rig.openAndAllocate(CheckMode.RESUME);
            assertThat(Files.size(temp.resolve("target.part"))).isEqualTo(50_000);
            rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
            Rig.get(rig.storage.complete());
            assertThat(temp.resolve("target.part")).doesNotExist();
            assertThat(rig.target).hasBinaryContent(rig.payload);
        }
    }

    @Test
    void emptyPayloadIsCompleteAtOnce() throws Exception {
        try (Rig rig = rig(new TestTorrent(16 * KIB).file("a/empty", 0).symlink("link", "a/empty"))) {
            rig.open(CheckMode.RESUME);
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(rig.torrent.expectedTree());
        }
    }

    @Test
    void blocksMayComeInAnyOrder() throws Exception {
        try (Rig rig = rig(TestTorrent.single(128 * KIB, TestTorrent.random(200_000, 2)))) {
            rig.openAndAllocate(CheckMode.RESUME);
            for (int block : new int[] {7, 2, 0, 4, 1, 5, 6, 3}) {
                rig.write(0, block);
            }
            assertThat(rig.verify(0)).isTrue();
            for (int block = rig.layout.blockCount(1) - 1; block >= 0; block--) {
                rig.write(1, block);
            }
            assertThat(rig.verify(1)).isTrue();
            assertThat(rig.read(0, 0, 128 * KIB)).isEqualTo(rig.expected(0, 0, 128 * KIB));
        }
    }

    @Test
    void wrongBlockDiscardsItsPiece() throws Exception {
        try (Rig rig = rig(TestTorrent.single(64 * KIB, TestTorrent.random(64 * KIB, 3)))) {
            rig.openAndAllocate(CheckMode.RESUME);
            rig.write(0, 0);
            rig.write(0, 1, ByteBuffer.allocate(16 * KIB));
            rig.write(0, 2);
            rig.write(0, 3);
            assertThat(rig.verify(0)).isFalse();
            assertThat(rig.fetch(0)).isTrue();
        }
    }

    @Test
    void firstVersionOfBlockCounts() throws Exception {
        try (Rig rig = rig(TestTorrent.single(32 * KIB, TestTorrent.random(64 * KIB, 4)))) {
            rig.openAndAllocate(CheckMode.RESUME);
            rig.write(0, 0);
            rig.write(0, 0, ByteBuffer.allocate(16 * KIB));
            rig.write(0, 1);
            assertThat(rig.verify(0)).isTrue();
            rig.write(0, 1, ByteBuffer.allocate(16 * KIB));
            assertThat(rig.verify(0)).isTrue();
            assertThat(rig.read(0, 0, 32 * KIB)).isEqualTo(rig.expected(0, 0, 32 * KIB));

            rig.write(1, 0, ByteBuffer.allocate(16 * KIB));
            rig.storage.discard(1);
            assertThat(rig.fetch(1)).isTrue();
        }
    }

    @Test
    void verifyReadsMissingBlocksFromDisk() throws Exception {
        try (Rig rig = rig(TestTorrent.single(64 * KIB, TestTorrent.random(64 * KIB, 5)))) {
            rig.openAndAllocate(CheckMode.RESUME);
            rig.write(0, 0);
            rig.write(0, 2);
            assertThat(rig.verify(0)).isFalse();
        }
    }

    @Test
    void ignoresBytesOfPadFiles() throws Exception {
        TestTorrent torrent = new TestTorrent(16 * KIB).file("a", 1_000).pad(15_384).file("b", 9_000).pad(10);
        try (Rig rig = rig(torrent)) {
            rig.openAndAllocate(CheckMode.RESUME);
            ByteBuffer junk = TestTorrent.block(rig.payload, rig.layout, 0, 0);
            byte[] bytes = new byte[junk.remaining()];
            junk.get(bytes);
            java.util.Arrays.fill(bytes, 1_000, bytes.length, (byte) 7);
            rig.write(0, 0, ByteBuffer.wrap(bytes));
            assertThat(rig.verify(0)).isTrue();
            assertThat(rig.fetch(1)).isTrue();
            assertThat(rig.read(0, 900, 15_000)).isEqualTo(rig.expected(0, 900, 15_000));
            assertThat(rig.read(1, 0, 9_010)).isEqualTo(rig.expected(1, 0, 9_010));
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target).keySet()).containsExactly("a", "b");
        }
    }

    @Test
    void manySmallFilesNeedFewChannels() throws Exception {
        TestTorrent torrent = new TestTorrent(64 * KIB);
        for (int i = 0; i < 2000; i++) {
            torrent.file("dir" + i % 50 + "/file" + i, i % 700);
        }
        try (Rig rig = rig(torrent)) {
            rig.options = Rig.tiny(8, 4, 1 << 20);
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
            assertThat(rig.read(3, 0, 64 * KIB)).isEqualTo(rig.expected(3, 0, 64 * KIB));
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(torrent.expectedTree());
            assertThat(rig.read(5, 0, 64 * KIB)).isEqualTo(rig.expected(5, 0, 64 * KIB));
        }
    }

    @Test
    void readsDuringRenameAndAfterClose() throws Exception {
        try (Rig rig = rig(mixed())) {
            rig.options = Rig.tiny(2, 100, 4096);
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
            List<ByteBuffer> before = new ArrayList<>();
            rig.storage.read(0, 100, 20_000, Rig.into(before));
            Rig.get(rig.storage.complete());
            assertThat(rig.read(0, 100, 20_000)).isEqualTo(rig.expected(0, 100, 20_000));
            rig.storage.close();
            ByteBuffer all = ByteBuffer.allocate(20_000);
            before.forEach(all::put);
            assertThat(all.array()).isEqualTo(rig.expected(0, 100, 20_000));
        }
    }

    @Test
    void readBuffersAreReadOnly() throws Exception {
        try (Rig rig = rig(mixed())) {
            rig.torrent.writeFiles(rig.target);
            rig.open(CheckMode.TRUST);
            List<ByteBuffer> buffers = new ArrayList<>();
            for (int piece = 0; piece < rig.layout.pieceCount(); piece++) {
                rig.storage.read(piece, 0, rig.layout.length(piece), Rig.into(buffers));
            }
            assertThat(buffers).allMatch(ByteBuffer::isReadOnly);
        }
    }

    @Test
    void readsBuffersBeyondWindowLimit() throws Exception {
        try (Rig rig = rig(mixed())) {
            rig.options = Rig.tiny(4, 2, 1000);
            rig.torrent.writeFiles(rig.target);
            rig.open(CheckMode.TRUST);
            for (int piece = 0; piece < rig.layout.pieceCount(); piece++) {
                int length = rig.layout.length(piece);
                assertThat(rig.read(piece, 0, length)).isEqualTo(rig.expected(piece, 0, length));
            }
        }
    }

    @Test
    void truncatedFileFailsReadsNotJvm() throws Exception {
        try (Rig rig = rig(TestTorrent.single(64 * KIB, TestTorrent.random(256 * KIB, 6)))) {
            rig.options = Rig.tiny(4, 2, 64 * KIB);
            rig.torrent.writeFiles(rig.target);
            rig.open(CheckMode.TRUST);
            List<ByteBuffer> mapped = new ArrayList<>();
            rig.storage.read(3, 32 * KIB, 16 * KIB, Rig.into(mapped));
            try (FileChannel channel = FileChannel.open(rig.target, StandardOpenOption.WRITE)) {
                channel.truncate(10);
            }
            assertThatThrownBy(() -> rig.storage.read(2, 0, 16 * KIB, Rig.into(new ArrayList<>())))
                .isInstanceOfSatisfying(StorageException.class,
                    e -> assertThat(e.reason()).isEqualTo(StorageException.Reason.CHANGED));
            Pipe pipe = Pipe.open();
            try (Pipe.SinkChannel sink = pipe.sink(); Pipe.SourceChannel source = pipe.source()) {
                assertThat(source.isOpen()).isTrue();
                assertThatThrownBy(() -> sink.write(mapped.get(0))).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void buffersLimitAcceptedBlocks() throws Exception {
        try (Rig rig = rig(TestTorrent.single(16 * KIB, TestTorrent.random(16 * KIB, 7)))) {
            rig.openAndAllocate(CheckMode.RESUME);
            ByteBuffer block = TestTorrent.block(rig.payload, rig.layout, 0, 0);
            CountDownLatch go = new CountDownLatch(1);
            rig.workers.execute(0, () -> awaitQuietly(go));
            rig.workers.execute(1, () -> awaitQuietly(go));
            long taken = 0;
            while (rig.storage.write(0, 0, block.duplicate(), e -> {})) {
                taken += 16 * KIB;
            }
            assertThat(taken).isEqualTo(rig.workers.capacityBytes());
            assertThat(rig.workers.queuedBytes()).isEqualTo(taken);
            assertThat(rig.storage.write(0, 0, block, e -> {})).isFalse();
            assertThat(block.remaining()).isEqualTo(16 * KIB);
            go.countDown();
            assertThat(rig.verify(0)).isTrue();
            assertThat(rig.workers.queuedBytes()).isZero();
            assertThat(rig.storage.write(0, 0, block, e -> {})).isTrue();
            assertThat(block.remaining()).isZero();
            assertThat(rig.verify(0)).isTrue();
            assertThat(rig.workers.queuedBytes()).isZero();
        }
    }

    @Test
    void reportsRoomOnceWhenWritten() throws Exception {
        try (Rig rig = rig(TestTorrent.single(256 * KIB, TestTorrent.random(512 * KIB, 8)))) {
            rig.openAndAllocate(CheckMode.RESUME);
            List<String> told = Collections.synchronizedList(new ArrayList<>());
            rig.workers.onRoom(0, () -> told.add("nothing queued"));
            assertThat(told).containsExactly("nothing queued");
            CountDownLatch room = new CountDownLatch(1);
            HeldDisk held = new HeldDisk(rig.workers);
            for (int block = 0; block < 32; block++) {
                rig.write(block / 16, block % 16);
            }
            rig.workers.onRoom(256 * KIB, () -> {
                told.add("half is written");
                room.countDown();
            });
            assertThatThrownBy(() -> rig.workers.onRoom(0, () -> {})).isInstanceOf(IllegalStateException.class);
            rig.workers.flush();
            assertThat(told).hasSize(1);
            held.close();
            room.await();
            assertThat(rig.verify(0) && rig.verify(1)).isTrue();
            assertThat(told).containsExactly("nothing queued", "half is written");
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void writesConsecutiveBlocksTogether() throws Exception {
        List<String> writes = Collections.synchronizedList(new ArrayList<>());
        try (Rig rig = rig(TestTorrent.single(512 * KIB, TestTorrent.random(1024 * KIB, 9)))) {
            rig.disk = new Disk() {
                @Override
                FileChannel open(Path file, Set<? extends OpenOption> options, FileAttribute<?>... mode) throws IOException {
                    return new RecordingChannel(super.open(file, options, mode), writes);
                }
            };
            rig.openAndAllocate(CheckMode.RESUME);
            writes.clear();
            for (int block = 0; block < 32; block++) {
                rig.write(0, block);
            }
            assertThat(rig.verify(0)).isTrue();
            rig.write(1, 0);
            rig.write(1, 1);
            rig.write(1, 3);
            rig.workers.flush();
            rig.write(1, 4);
            assertThat(rig.verify(1)).isFalse();
            assertThat(writes).containsExactly("0+262144", "262144+262144", "524288+32768", "573440+16384", "589824+16384");
        }
    }

    @Test
    void longerRunSkipsKnownBlocks() throws Exception {
        try (Rig rig = rig(TestTorrent.single(128 * KIB, TestTorrent.random(128 * KIB - 5, 10)))) {
            rig.openAndAllocate(CheckMode.RESUME);
            rig.write(0, 2);
            rig.write(0, 5);
            rig.workers.flush();
            ByteBuffer whole = ByteBuffer.wrap(rig.payload.clone());
            whole.put(2 * 16 * KIB, (byte) ~whole.get(2 * 16 * KIB)).put(6 * 16 * KIB - 1, (byte) ~whole.get(6 * 16 * KIB - 1));
            assertThat(rig.storage.write(0, 0, whole, e -> {})).isTrue();
            assertThat(whole.hasRemaining()).isFalse();
            assertThat(rig.verify(0)).isTrue();
            assertThat(rig.read(0, 0, 128 * KIB - 5)).isEqualTo(rig.payload);
        }
    }

    @Test
    void refusesInvalidBlock() throws Exception {
        try (Rig rig = rig(TestTorrent.single(32 * KIB, TestTorrent.random(40_000, 8)))) {
            rig.openAndAllocate(CheckMode.RESUME);
            assertThatThrownBy(() -> rig.storage.write(0, 1, ByteBuffer.allocate(16 * KIB), e -> {}))
                .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> rig.storage.write(2, 0, ByteBuffer.allocate(16 * KIB), e -> {}))
                .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> rig.storage.read(1, 0, 32 * KIB, Rig.into(new ArrayList<>())))
                .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesCompletionWithMissingPieces() throws Exception {
        try (Rig rig = rig(mixed())) {
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetch(0);
            assertThatThrownBy(() -> Rig.get(rig.storage.complete())).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalStateException.class).hasMessageContaining("1 of 6 pieces");
        }
    }

    @Test
    void closeFinishesQueuedBlocks() throws Exception {
        try (Rig rig = rig(TestTorrent.single(16 * KIB, TestTorrent.random(512 * KIB, 9)))) {
            rig.options = Rig.tiny(4, 4, 4096);
            rig.openAndAllocate(CheckMode.RESUME);
            List<Integer> good = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int piece = 0; piece < rig.layout.pieceCount(); piece++) {
                rig.write(piece, 0);
                rig.storage.verify(piece, new PieceListener() {
                    @Override
                    public void onPieceVerified(int told, boolean right) {
                        good.add(told);
                    }

                    @Override
                    public void onFailure(StorageException failure) {
                        throw new AssertionError(failure);
                    }
                });
            }
            rig.storage.close();
            assertThat(good).hasSize(rig.layout.pieceCount());
            assertThat(rig.storage.write(0, 0, TestTorrent.block(rig.payload, rig.layout, 0, 0), e -> {})).isFalse();
            rig.storage.close();
            assertThat(rig.open(CheckMode.RESUME).isFull()).isTrue();
        }
    }

    @Test
    void partNamesDoNotCollide() throws Exception {
        String longName = "n".repeat(255);
        TestTorrent torrent = new TestTorrent(16 * KIB).file("a", 100).file("a.part", 200).file("b", 50).file("b.part/c", 60)
            .file(longName, 300);
        try (Rig rig = rig(torrent)) {
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetchMissing(new Bitfield(1));
            Rig.get(rig.storage.complete());
            assertThat(TestTorrent.tree(rig.target)).isEqualTo(torrent.expectedTree());
        }
    }

    @Test
    void completingTwiceChangesNothing() throws Exception {
        try (Rig rig = rig(mixed())) {
            rig.openAndAllocate(CheckMode.RESUME);
            rig.fetchMissing(new Bitfield(rig.layout.pieceCount()));
            Rig.get(rig.storage.complete());
            Rig.get(rig.storage.complete());
            Map<String, String> once = TestTorrent.tree(rig.target);
            assertThat(once).isEqualTo(rig.torrent.expectedTree());
        }
    }
}
