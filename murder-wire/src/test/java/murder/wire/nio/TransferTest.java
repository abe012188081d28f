package murder.wire.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Blocks from mapped files through real sockets, with the pipeline that an engine would keep. */
@Timeout(60)
class TransferTest {
    private static final int PIECE_LENGTH = 1 << 18;
    private static final int BLOCK = 1 << 14;

    @TempDir
    Path folder;

    /**
     * Serves requests as long as the connection is writable and keeps the rest for
     * {@code onWritable}.
     */
    private static final class Seeder extends Peer {
        private final PayloadSource source;
        private final ArrayDeque<int[]> requests = new ArrayDeque<>();
        int mostPending;
        boolean everFull;

        Seeder(PayloadSource source) {
            this.source = source;
        }

        @Override
        public void onPeerId(PeerId peerId) {
            connection.setPayloadSource(source);
            connection.out().haveAll();
            connection.out().unchoke();
        }

        @Override
        public void onRequest(int piece, int begin, int length) {
            requests.add(new int[] {piece, begin, length});
            serve();
        }

        @Override
        public void onWritable() {
            serve();
        }

        private void serve() {
            while (!requests.isEmpty() && connection.out().isWritable()) {
                int[] next = requests.remove();
                connection.out().block(next[0], next[1], next[2]);
                mostPending = Math.max(mostPending, connection.pendingBytes());
            }
            everFull |= !requests.isEmpty();
        }
    }

    /** Requests every block of the payload, some at a time, and keeps them. */
    private static final class Leecher extends Peer {
        final byte[] content;
        final CompletableFuture<Void> complete = new CompletableFuture<>();
        private final int depth;
        private int asked;
        private int got;

        Leecher(int length, int depth) {
            this.content = new byte[length];
            this.depth = depth;
        }

        @Override
        public void onUnchoke() {
            while (asked < Math.min(content.length, depth * BLOCK)) {
                ask();
            }
        }

        private void ask() {
            int length = Math.min(BLOCK, content.length - asked);
            connection.out().request(asked / PIECE_LENGTH, asked % PIECE_LENGTH, length);
            asked += length;
        }

        @Override
        public void onBlock(int piece, int begin, ByteBuffer payload) {
            int length = payload.remaining();
            payload.get(content, piece * PIECE_LENGTH + begin, length);
            got += length;
            if (asked < content.length) {
                ask();
            }
            if (got == content.length) {
                complete.complete(null);
            }
        }
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /**
     * A payload that lies in files of the given length each, so that a block may lie in many of
     * them.
     */
    private PayloadSource mapped(byte[] content, int fileLength) throws IOException {
        int files = (content.length + fileLength - 1) / fileLength;
        MappedByteBuffer[] maps = new MappedByteBuffer[files];
        for (int i = 0; i < files; i++) {
            int from = i * fileLength;
            byte[] part = Arrays.copyOfRange(content, from, Math.min(content.length, from + fileLength));
            Path file = Files.write(folder.resolve("file" + i), part);
            try (FileChannel channel = FileChannel.open(file)) {
                maps[i] = channel.map(FileChannel.MapMode.READ_ONLY, 0, part.length);
            }
        }
        return (piece, begin, length, out) -> {
            int at = piece * PIECE_LENGTH + begin;
            int left = length;
            while (left > 0) {
                MappedByteBuffer map = maps[at / fileLength];
                int count = Math.min(left, map.capacity() - at % fileLength);
                out.add(map, at % fileLength, count);
                at += count;
                left -= count;
            }
        };
    }

    private Seeder transfer(LoopOptions seederOptions, LoopOptions leecherOptions, byte[] content, int fileLength, int depth)
            throws Exception {
        Seeder seeder = new Seeder(mapped(content, fileLength));
        Leecher leecher = new Leecher(content.length, depth);
        try (Loops loops = new Loops()) {
            SelectorLoop seeding = loops.start(seederOptions);
            SelectorLoop leeching = loops.start(leecherOptions);
            PeerAddress address = Loops.listen(seeding, () -> seeder);
            Loops.connect(leeching, address, leecher);
            Peer.get(leecher.complete);
            assertThat(leecher.content).isEqualTo(content);
            assertThat(Peer.get(leecher.handshake)).isEqualTo(Peer.HANDSHAKE);
            assertThat(Peer.get(leecher.peerId)).isEqualTo(Peer.ID);
            assertThat(Loops.ask(seeding, () -> seeder.connection.pendingBytes())).isZero();
        }
        return seeder;
    }

    @Test
    void sendsBlocksFromMappedFile() throws Exception {
        transfer(LoopOptions.defaults(), LoopOptions.defaults(), randomBytes(40_000_123), 1 << 30, 64);
    }

    @Test
    void sendsBlocksAcrossSmallFiles() throws Exception {
        transfer(LoopOptions.defaults(), LoopOptions.defaults(), randomBytes(100_003), 19, 16);
    }

    @Test
    void sendsBlocksThroughTinyBuffers() throws Exception {
        LoopOptions tiny = LoopOptions.builder().socketBuffers(1, 1).waterMarks(40_000, 20_000).build();
        transfer(tiny, tiny, randomBytes(1_000_001), 1 << 30, 50);
    }

    @Test
    void slowReaderLosesNothing() throws Exception {
        LoopOptions seeder = LoopOptions.builder().socketBuffers(1 << 14, 0).waterMarks(1 << 16, 1 << 15).build();
        Seeder served = transfer(seeder, LoopOptions.builder().socketBuffers(0, 1 << 14).build(), randomBytes(8_000_000), 1 << 30, 200);
        assertThat(served.everFull).isTrue();
        assertThat(served.mostPending).isLessThan((1 << 16) + BLOCK + 13);
    }
}
