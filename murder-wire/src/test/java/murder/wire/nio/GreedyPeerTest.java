package murder.wire.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.FrameEncoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that send much and read nothing: their cost is bounded, and an honest peer continues. */
@Timeout(60)
class GreedyPeerTest {
    private static final int ATTACKERS = 40;
    private static final int ROUNDS = 60;

    private final Loops loops = new Loops();
    private final List<SocketChannel> sockets = new ArrayList<>();
    /** The accepted connections. */
    private final List<Rejecting> accepted = Collections.synchronizedList(new ArrayList<>());
    private SelectorLoop loop;
    private PeerAddress address;
    private Peer honest;
    private SelectorLoop honestLoop;

    /** Refuses every request, and answers a HAVE. */
    private static final class Rejecting extends Peer {
        private int most;

        @Override
        public void onRequest(int piece, int begin, int length) {
            connection.out().reject(piece, begin, length);
            most = Math.max(most, connection.pendingBytes());
        }

        @Override
        public void onHave(int piece) {
            connection.out().have(piece);
        }
    }

    @BeforeEach
    void connectHonestPeer() throws Exception {
        start(LoopOptions.defaults());
    }

    private void start(LoopOptions options) throws Exception {
        loop = loops.start(options);
        address = Loops.listen(loop, () -> {
            accepted.add(new Rejecting());
            return accepted.get(accepted.size() - 1);
        });
        honest = new Peer();
        accepted.clear();
        honestLoop = loops.start();
        Loops.connect(honestLoop, address, honest);
        Peer.get(honest.peerId);
    }

    @AfterEach
    void close() throws IOException {
        for (SocketChannel socket : sockets) {
            socket.close();
        }
        loops.close();
    }

    private SocketChannel attack() throws IOException {
        SocketChannel socket = SocketChannel.open();
        sockets.add(socket);
        socket.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        socket.connect(new InetSocketAddress("127.0.0.1", address.port()));
        ByteBuffer handshake = ByteBuffer.allocate(68);
        Peer.HANDSHAKE.write(handshake);
        Peer.ID.write(handshake);
        socket.write(handshake.flip());
        socket.configureBlocking(false);
        return socket;
    }

    private static ByteBuffer requests(int count) {
        ByteBuffer out = ByteBuffer.allocate(FrameEncoder.REQUEST_LENGTH * count);
        for (int i = 0; i < count; i++) {
            out.putInt(13).put((byte) 6).putInt(0).putInt(i).putInt(1 << 14);
        }
        return out.flip();
    }

    private void assertHonestPeerIsServed(int round) throws Exception {
        Loops.ask(honestLoop, () -> {
            honest.connection.out().have(round);
            return null;
        });
        assertThat(honest.nextMessage()).isEqualTo("have " + round);
    }

    /**
     * Writes as much as the kernel takes; a socket that was closed takes nothing.
     *
     * @return bytes written
     */
    private static int write(SocketChannel socket, ByteBuffer bytes) {
        try {
            return socket.write(bytes);
        } catch (IOException e) {
            bytes.position(bytes.limit());
            return 0;
        }
    }

    private void attackWithin(long budget, ByteBuffer bytes, boolean again) throws Exception {
        start(LoopOptions.builder().maxHeldBytes(budget).build());
        List<SocketChannel> attackers = new ArrayList<>();
        List<ByteBuffer> left = new ArrayList<>();
        for (int i = 0; i < ATTACKERS; i++) {
            attackers.add(attack());
            left.add(bytes.duplicate());
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < ATTACKERS; i++) {
                write(attackers.get(i), left.get(i));
                if (again && !left.get(i).hasRemaining()) {
                    left.set(i, bytes.duplicate());
                }
            }
            assertHonestPeerIsServed(round);
            assertThat(Loops.ask(loop, () -> loop.budget.bytes())).isPositive().isLessThanOrEqualTo(budget);
        }
        assertThat(accepted.get(0).closed).isNotDone();
        List<Peer.Closed> closed = accepted.stream().filter(peer -> peer.closed.isDone()).map(peer -> peer.closed.join()).toList();
        assertThat(closed).isNotEmpty().extracting(Peer.Closed::reason).containsOnly(CloseReason.OVERFLOW);
    }

    @Test
    void neverReadingPeersStayWithinBudget() throws Exception {
        attackWithin(1 << 20, requests(10_000), true);
    }

    @Test
    void partialFramesStayWithinBudget() throws Exception {
        ByteBuffer partial = ByteBuffer.allocate(FrameEncoder.MAX_FRAME_LENGTH + 3).putInt(FrameEncoder.MAX_FRAME_LENGTH).put((byte) 20);
        attackWithin(1 << 22, partial.rewind(), false);
    }

    @Test
    void readsNoMoreFromFullConnection() throws Exception {
        SocketChannel attacker = attack();
        ByteBuffer bytes = requests(1000);
        long written = 0;
        for (int idle = 0, round = 0; idle < 20; round++) {
            int count = write(attacker, bytes);
            written += count;
            idle = count == 0 ? idle + 1 : 0;
            if (!bytes.hasRemaining()) {
                bytes.rewind();
            }
            assertHonestPeerIsServed(round);
        }
        Rejecting victim = accepted.get(1);
        assertThat(Loops.ask(loop, () -> victim.most)).isBetween(1 << 17, (1 << 17) + FrameEncoder.REQUEST_LENGTH);
        assertThat(victim.closed).isNotDone();

        // When the peer reads at last, it gets every answer.
        attacker.configureBlocking(true);
        ByteBuffer in = ByteBuffer.allocate(1 << 16);
        long wanted = 68 + written / FrameEncoder.REQUEST_LENGTH * FrameEncoder.REQUEST_LENGTH;
        long read = 0;
        while (read < wanted) {
            int count = attacker.read(in.clear());
            assertThat(count).isPositive();
            read += count;
        }
        assertThat(read).isEqualTo(wanted);
    }

    /** Sends blocks whenever it may, and counts those that come. */
    private static final class Uploader extends Peer {
        private static final int BLOCKS = 1000;
        private static final ByteBuffer PAYLOAD = ByteBuffer.allocateDirect(1 << 14);

        private final CompletableFuture<Void> all = new CompletableFuture<>();
        private int sent;
        private int received;

        @Override
        public void onPeerId(PeerId id) {
            connection.setPayloadSource((piece, begin, length, out) -> out.add(PAYLOAD, 0, length));
            onWritable();
        }

        @Override
        public void onWritable() {
            while (sent < BLOCKS && connection.out().isWritable()) {
                connection.out().block(sent++, 0, PAYLOAD.capacity());
            }
        }

        @Override
        public void onBlock(int piece, int begin, ByteBuffer payload) {
            if (++received == BLOCKS) {
                all.complete(null);
            }
        }
    }

    @Test
    void bothSidesUploadWithoutDeadlock() throws Exception {
        LoopOptions small = LoopOptions.builder().socketBuffers(1 << 12, 1 << 12).build();
        Uploader one = new Uploader();
        Uploader two = new Uploader();
        Loops.connect(loops.start(small), Loops.listen(loops.start(small), () -> one), two);
        Peer.get(one.all);
        Peer.get(two.all);
    }

    @Test
    void announcesAllPiecesInOneBurst() throws Exception {
        int pieces = 200_000;
        Loops.ask(honestLoop, () -> {
            honest.connection.setPieceCount(pieces);
            for (int i = 0; i < pieces; i++) {
                honest.connection.out().have(i);
            }
            return null;
        });
        for (int i = 0; i < pieces; i++) {
            assertThat(honest.nextMessage()).isEqualTo("have " + i);
        }
    }

    @Test
    void decodesFewMessagesPerTurn() throws Exception {
        int sent = 30_000;
        AtomicInteger inTurn = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CompletableFuture<Void> all = new CompletableFuture<>();
        Peer counting = new Peer() {
            private int count;

            @Override
            public void onKeepAlive() {
                most.accumulateAndGet(inTurn.incrementAndGet(), Math::max);
                if (++count == sent) {
                    all.complete(null);
                }
            }
        };
        try (SelectorLoop counted = SelectorLoop.open(LoopOptions.defaults(), nowNs -> {
            inTurn.set(0);
            return Long.MAX_VALUE;
        })) {
            counted.start();
            Peer sender = new Peer();
            Loops.connect(honestLoop, Loops.listen(counted, () -> counting), sender);
            Peer.get(sender.peerId);
            Loops.ask(honestLoop, () -> {
                for (int i = 0; i < sent; i++) {
                    sender.connection.out().keepAlive();
                }
                return null;
            });
            Peer.get(all);
        }
        assertThat(most).hasValue(2000);
    }
}
