package murder.wire.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.trust.SwarmKey;
import murder.trust.SwarmTls;
import murder.wire.WireException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS under the frames, through real sockets. */
@Timeout(60)
class TlsTest {
    private static final SwarmTls MEMBERS = SwarmTls.of(List.of(SwarmKey.of(new byte[SwarmKey.LENGTH])));

    private static LoopOptions.Builder members() {
        return LoopOptions.builder().tls(MEMBERS);
    }

    static Stream<LoopOptions> options() {
        return Stream.of(members().build(), members().socketBuffers(10_000, 10_000).waterMarks(40_000, 20_000).build());
    }

    /** Sends a block for each request, from bytes that say where they lie. */
    private static final class Server extends Peer {
        @Override
        public void onRequest(int piece, int begin, int length) {
            connection.setPayloadSource((p, b, count, out) -> {
                byte[] bytes = new byte[count];
                for (int i = 0; i < count; i++) {
                    bytes[i] = (byte) ((b + i) * 31 + (b + i >> 8));
                }
                out.add(ByteBuffer.wrap(bytes), 0, count);
            });
            connection.out().block(piece, begin, length);
        }
    }

    private static final class Reader extends Peer {
        static final int BLOCKS = 30;
        static final int BLOCK = 1 << 14;
        final CompletableFuture<Integer> wrong = new CompletableFuture<>();
        private int left = BLOCKS;
        private int bad;

        @Override
        public void onPeerId(PeerId id) throws WireException {
            super.onPeerId(id);
            for (int i = 0; i < BLOCKS; i++) {
                connection.out().request(0, i * BLOCK, BLOCK);
            }
        }

        @Override
        public void onBlock(int piece, int begin, ByteBuffer payload) {
            for (int at = begin; payload.hasRemaining(); at++) {
                bad += payload.get() == (byte) (at * 31 + (at >> 8)) ? 0 : 1;
            }
            if (--left == 0) {
                wrong.complete(bad);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void membersExchangeHandshakesAndBlocks(LoopOptions options) throws Exception {
        Server server = new Server();
        Reader reader = new Reader();
        try (Loops loops = new Loops()) {
            PeerAddress address = Loops.listen(loops.start(options), () -> server);
            Loops.connect(loops.start(options), address, reader);
            assertThat(Peer.get(reader.wrong)).isZero();
            assertThat(Peer.get(server.handshake)).isEqualTo(Peer.HANDSHAKE);
            assertThat(Peer.get(reader.peerId)).isEqualTo(Peer.ID);
        }
    }

    @Test
    void recordingHidesContent() throws Exception {
        Server server = new Server();
        Reader reader = new Reader();
        try (Loops loops = new Loops(); Recorder recorder = new Recorder()) {
            PeerAddress address = Loops.listen(loops.start(members().build()), () -> server);
            Loops.connect(loops.start(members().build()), recorder.before(address), reader);
            assertThat(Peer.get(reader.wrong)).isZero();
            assertThat(recorder.recorded()).hasSizeGreaterThan(Reader.BLOCKS * Reader.BLOCK).doesNotContain("BitTorrent protocol");
        }
    }

    @Test
    void bothEndsCloseForeignMember() throws Exception {
        SwarmKey other = SwarmKey.of("another key of thirty-two bytes!".getBytes(StandardCharsets.US_ASCII));
        Peer server = new Peer();
        Peer stranger = new Peer();
        try (Loops loops = new Loops()) {
            PeerAddress address = Loops.listen(loops.start(members().build()), () -> server);
            Loops.connect(loops.start(LoopOptions.builder().tls(SwarmTls.of(List.of(other))).build()), address, stranger);
            assertThat(stranger.awaitClosed().reason()).isEqualTo(CloseReason.RESET);
            assertThat(server.awaitClosed().reason()).isIn(CloseReason.RESET, CloseReason.CLOSED_BY_PEER);
            assertThat(server.handshake).isNotDone();
        }
    }

    @Test
    void closesPeerWithoutTls() throws Exception {
        Peer server = new Peer();
        Peer plain = new Peer();
        try (Loops loops = new Loops()) {
            PeerAddress address = Loops.listen(loops.start(members().build()), () -> server);
            Loops.connect(loops.start(), address, plain);
            assertThat(server.awaitClosed().reason()).isEqualTo(CloseReason.RESET);
            plain.awaitClosed();
            assertThat(server.handshake).isNotDone();
        }
    }

    @Test
    void memberGivesUpWithoutTls() throws Exception {
        Peer plain = new Peer();
        Peer member = new Peer();
        try (Loops loops = new Loops()) {
            PeerAddress address = Loops.listen(loops.start(), () -> plain);
            Loops.connect(loops.start(members().build()), address, member);
            member.awaitClosed();
            assertThat(member.handshake).isNotDone();
        }
    }

    @Test
    void partialHandshakeCostsNoTurns() throws Exception {
        Peer member = new Peer();
        try (Loops loops = new Loops(); ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SelectorLoop loop = loops.start(members().build());
            Loops.connect(loop, Addresses.of((InetSocketAddress) silent.getLocalSocketAddress()), member);
            try (Socket accepted = silent.accept()) {
                // The ClientHello has come whole, so the loop has nothing left to do.
                InputStream in = accepted.getInputStream();
                byte[] head = in.readNBytes(5);
                in.readNBytes((head[3] & 0xff) << 8 | head[4] & 0xff);
                boolean wantsToWrite = Loops.ask(loop, () -> member.connection.wantsToWrite());
                assertThat(wantsToWrite).isFalse();
            }
        }
    }

    /** Stands between two peers and keeps what passes. */
    private static final class Recorder implements AutoCloseable {
        private final ServerSocket server;
        private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();

        Recorder() throws IOException {
            server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        }

        PeerAddress before(PeerAddress target) {
            Thread thread = new Thread(() -> {
                try (Socket dialling = server.accept();
                     Socket accepting = new Socket(InetAddress.getLoopbackAddress(), target.port())) {
                    Thread back = new Thread(() -> copy(accepting, dialling));
                    back.start();
                    copy(dialling, accepting);
                    back.join();
                } catch (IOException | InterruptedException e) {
                    // The test is over.
                }
            });
            thread.setDaemon(true);
            thread.start();
            return Addresses.of((InetSocketAddress) server.getLocalSocketAddress());
        }

        private void copy(Socket from, Socket to) {
            byte[] buffer = new byte[1 << 16];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                    synchronized (recorded) {
                        recorded.write(buffer, 0, n);
                    }
                    out.write(buffer, 0, n);
                }
            } catch (IOException e) {
                // One of them closed.
            }
        }

        String recorded() {
            synchronized (recorded) {
                return recorded.toString(StandardCharsets.ISO_8859_1);
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
