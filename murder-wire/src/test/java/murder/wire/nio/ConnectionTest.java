package murder.wire.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Handshake;
import murder.wire.Outbound;
import murder.wire.Violation;
import murder.wire.WireException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One connection: the handshake, the order of things, what closes it and what does not. */
@Timeout(60)
class ConnectionTest {
    private final Loops loops = new Loops();

    @AfterEach
    void closeLoops() {
        loops.close();
    }

    private static byte[] handshakeBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Handshake.LENGTH_WITH_PEER_ID);
        Peer.HANDSHAKE.write(bytes);
        Peer.ID.write(bytes);
        return bytes.array();
    }

    private static Socket dial(PeerAddress address) throws IOException {
        Socket socket = new Socket("127.0.0.1", address.port());
        socket.setSoTimeout((int) (Peer.SECONDS * 1000));
        return socket;
    }

    @Test
    void answersAfter48Bytes() throws Exception {
        Peer acceptor = new Peer();
        PeerAddress address = Loops.listen(loops.start(), () -> acceptor);
        try (Socket original = dial(address)) {
            original.getOutputStream().write(handshakeBytes(), 0, Handshake.LENGTH);
            byte[] answer = new byte[Handshake.LENGTH_WITH_PEER_ID];
            new DataInputStream(original.getInputStream()).readFully(answer);
            assertThat(answer).isEqualTo(handshakeBytes());
            assertThat(acceptor.peerId).isNotDone();
            original.getOutputStream().write(handshakeBytes(), Handshake.LENGTH, PeerId.LENGTH);
            assertThat(Peer.get(acceptor.peerId)).isEqualTo(Peer.ID);
            original.getOutputStream().write(new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 2});
            assertThat(acceptor.nextMessage()).isEqualTo("keep-alive");
            assertThat(acceptor.nextMessage()).isEqualTo("interested");
        }
        assertThat(acceptor.awaitClosed()).isEqualTo(new Peer.Closed(CloseReason.CLOSED_BY_PEER, "end of stream"));
    }

    @Test
    void messagesWithoutHandlerClose() throws Exception {
        Peer acceptor = new Peer() {
            @Override
            public void onConnected(Connection accepted) {
                connection = accepted;
            }
        };
        PeerAddress address = Loops.listen(loops.start(), () -> acceptor);
        try (Socket early = dial(address)) {
            early.getOutputStream().write(handshakeBytes());
            assertThat(Peer.get(acceptor.peerId)).isEqualTo(Peer.ID);
            assertThat(acceptor.closed).isNotDone();
            early.getOutputStream().write(new byte[] {0, 0, 0, 1, 2});
            assertThat(acceptor.awaitClosed()).isEqualTo(new Peer.Closed(CloseReason.LOCAL, "messages that nobody takes yet"));
        }
    }

    @Test
    void violationClosesOneConnection() throws Exception {
        SelectorLoop accepting = loops.start();
        List<Peer> acceptors = new ArrayList<>();
        PeerAddress address = Loops.listen(accepting, () -> {
            acceptors.add(new Peer());
            return acceptors.get(acceptors.size() - 1);
        });
        Peer good = new Peer();
        SelectorLoop dialling = loops.start();
        Loops.connect(dialling, address, good);
        Peer.get(good.peerId);
        try (Socket noise = dial(address); Socket late = dial(address)) {
            noise.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes());
            assertThat(noise.getInputStream().read()).isEqualTo(-1);
            late.getOutputStream().write(handshakeBytes());
            late.getOutputStream().write(new byte[] {0, 0, 0, 9, 4, 0, 0, 0, 0});
            late.getInputStream().readNBytes(Handshake.LENGTH_WITH_PEER_ID);
            assertThat(late.getInputStream().read()).isEqualTo(-1);
        }
        List<Peer> all = Loops.ask(accepting, () -> List.copyOf(acceptors));
        assertThat(all).hasSize(3);
        assertThat(all.get(0).closed).isNotDone();
        assertThat(all.stream().skip(1).map(peer -> peer.connection.violation()))
                .containsExactlyInAnyOrder(Violation.BAD_PROTOCOL_NAME, Violation.BAD_MESSAGE_LENGTH);
        assertThat(all.get(1).awaitClosed().reason()).isEqualTo(CloseReason.VIOLATION);
        assertThat(all.get(2).awaitClosed().reason()).isEqualTo(CloseReason.VIOLATION);
        Loops.ask(dialling, () -> {
            good.connection.out().have(5);
            return null;
        });
        assertThat(all.get(0).nextMessage()).isEqualTo("have 5");
    }

    @Test
    void handlerRefusalIsViolation() throws Exception {
        Peer picky = new Peer() {
            @Override
            public void onHandshake(Handshake handshake) throws WireException {
                throw new WireException(Violation.UNKNOWN_INFO_HASH, "no such swarm");
            }
        };
        Peer dialler = new Peer();
        Loops.connect(loops.start(), Loops.listen(loops.start(), () -> picky), dialler);
        assertThat(picky.awaitClosed()).isEqualTo(new Peer.Closed(CloseReason.VIOLATION, "UNKNOWN_INFO_HASH: no such swarm"));
        assertThat(picky.connection.violation()).isEqualTo(Violation.UNKNOWN_INFO_HASH);
        assertThat(picky.peerId).isNotDone();
        assertThat(dialler.awaitClosed().reason()).isIn(CloseReason.CLOSED_BY_PEER, CloseReason.RESET);
    }

    @Test
    void carriesEveryMessageInOrder() throws Exception {
        Peer receiver = new Peer();
        Peer sender = new Peer();
        SelectorLoop sending = loops.start();
        Loops.connect(sending, Loops.listen(loops.start(), () -> receiver), sender);
        Peer.get(sender.peerId);
        Loops.ask(sending, () -> {
            Outbound out = sender.connection.out();
            sender.connection.setPayloadSource((piece, begin, length, buffers) -> {
                buffers.add(ByteBuffer.allocate(length / 2), 0, length / 2);
                buffers.add(ByteBuffer.allocateDirect(length - length / 2), 0, length - length / 2);
            });
            out.bitfield(new byte[3]);
            out.haveAll();
            out.haveNone();
            out.extended(0, new byte[4]);
            out.keepAlive();
            out.choke();
            out.unchoke();
            out.interested();
            out.notInterested();
            out.have(1);
            out.request(2, 3, 4);
            out.block(5, 6, 7);
            out.cancel(8, 9, 10);
            out.block(11, 12, 13);
            out.reject(14, 15, 16);
            out.allowedFast(17);
            out.suggest(18);
            return null;
        });
        for (String message : List.of("bitfield of 3", "have all", "have none", "extended 0 of 4", "keep-alive", "choke", "unchoke",
                "interested", "not interested", "have 1", "request 2 3 4", "block 5 6 7", "cancel 8 9 10", "block 11 12 13",
                "reject 14 15 16", "allowed fast 17", "suggest 18")) {
            assertThat(receiver.nextMessage()).isEqualTo(message);
        }
    }

    @Test
    void sendsBytesAppendedDuringDial() throws Exception {
        Peer acceptor = new Peer();
        SelectorLoop dialling = loops.start();
        PeerAddress address = Loops.listen(loops.start(), () -> acceptor);
        Peer early = new Peer() {
            @Override
            public void onConnected(Connection connection) {
                this.connection = connection;
                assertThatIllegalStateException().isThrownBy(() -> connection.handshake(HANDSHAKE, ID));
                connected.complete(connection);
            }
        };
        Loops.ask(dialling, () -> {
            Connection connection = dialling.connect(address, early);
            connection.handshake(Peer.HANDSHAKE, Peer.ID);
            connection.out().have(3);
            return null;
        });
        assertThat(acceptor.nextMessage()).isEqualTo("have 3");
        assertThat(Peer.get(early.peerId)).isEqualTo(Peer.ID);
    }

    @Test
    void pausedReadingLosesNothing() throws Exception {
        int count = 300_000;
        CompletableFuture<Void> held = new CompletableFuture<>();
        Peer sender = new Peer() {
            private int next;

            @Override
            public void onPeerId(PeerId peerId) {
                onWritable();
            }

            @Override
            public void onWritable() {
                while (next < count && connection.out().isWritable()) {
                    connection.out().have(next++);
                }
                if (next < count && next > 10) {
                    held.complete(null);
                }
            }
        };
        CompletableFuture<Void> all = new CompletableFuture<>();
        AtomicInteger heard = new AtomicInteger();
        Peer receiver = new Peer() {
            @Override
            public void onPeerId(PeerId peerId) {
                connection.setReading(false);
                this.peerId.complete(peerId);
            }

            @Override
            public void onHave(int piece) {
                if (piece != heard.getAndIncrement()) {
                    throw new IllegalStateException("lost or reordered: " + piece);
                }
                if (heard.get() == count) {
                    all.complete(null);
                }
            }
        };
        SelectorLoop receiving = loops.start(LoopOptions.builder().socketBuffers(0, 1 << 16).build());
        SelectorLoop sending = loops.start(LoopOptions.builder().socketBuffers(1 << 16, 0).waterMarks(1 << 16, 1 << 15).build());
        Loops.connect(sending, Loops.listen(receiving, () -> receiver), sender);
        Peer.get(held);
        Peer.get(receiver.peerId);
        int heardBefore = Loops.ask(receiving, heard::get);
        assertThat(Loops.ask(sending, () -> sender.connection.pendingBytes())).isBetween(1, (1 << 16) + 9);
        assertThat(Loops.ask(receiving, heard::get)).isEqualTo(heardBefore).isLessThan(count);
        Loops.ask(receiving, () -> {
            receiver.connection.setReading(true);
            return null;
        });
        Peer.get(all);
    }

    @Test
    void failedPayloadSourceClosesConnection() throws Exception {
        Peer receiver = new Peer();
        Peer sender = new Peer() {
            @Override
            public void onPeerId(PeerId peerId) {
                connection.setPayloadSource((piece, begin, length, out) -> {
                    throw new IOException("disk on fire");
                });
                connection.out().block(0, 0, 1);
            }
        };
        SelectorLoop sending = loops.start();
        Loops.connect(sending, Loops.listen(loops.start(), () -> receiver), sender);
        assertThat(sender.awaitClosed()).isEqualTo(new Peer.Closed(CloseReason.READ_FAILED, "disk on fire"));
        assertThat(receiver.awaitClosed().reason()).isIn(CloseReason.CLOSED_BY_PEER, CloseReason.RESET);
        assertThat(Loops.ask(sending, () -> "alive")).isEqualTo("alive");
    }

    @Test
    void ignoringLimitClosesConnection() throws Exception {
        Peer receiver = new Peer();
        Peer sender = new Peer();
        SelectorLoop sending = loops.start(LoopOptions.builder().maxControlBytes(1 << 16).build());
        Loops.connect(sending, Loops.listen(loops.start(), () -> receiver), sender);
        Peer.get(sender.peerId);
        Loops.ask(sending, () -> {
            for (int i = 0; i < 10_000; i++) {
                sender.connection.out().have(i);
            }
            return null;
        });
        assertThat(sender.awaitClosed().reason()).isEqualTo(CloseReason.OVERFLOW);
        assertThat(receiver.awaitClosed().reason()).isIn(CloseReason.CLOSED_BY_PEER, CloseReason.RESET);
    }

    @Test
    void closeFlushesAndNotifiesOnce() throws Exception {
        Peer receiver = new Peer();
        Peer sender = new Peer();
        SelectorLoop sending = loops.start();
        Loops.connect(sending, Loops.listen(loops.start(), () -> receiver), sender);
        Peer.get(sender.peerId);
        boolean toldWithin = Loops.ask(sending, () -> {
            sender.connection.out().have(1);
            sender.connection.close(CloseReason.LOCAL, "done");
            sender.connection.close(CloseReason.IDLE_TIMEOUT, "again");
            sender.connection.out().have(2);
            return sender.closed.isDone();
        });
        assertThat(toldWithin).isFalse();
        assertThat(sender.awaitClosed()).isEqualTo(new Peer.Closed(CloseReason.LOCAL, "done"));
        assertThat(receiver.awaitClosed().reason()).isEqualTo(CloseReason.CLOSED_BY_PEER);
        assertThat(receiver.messages).containsExactly("have 1");
    }

    @Test
    void closingHandlerGetsNoMoreMessages() throws Exception {
        Peer hasty = new Peer() {
            @Override
            public void onChoke() {
                super.onChoke();
                connection.close(CloseReason.LOCAL, "choked");
            }
        };
        PeerAddress address = Loops.listen(loops.start(), () -> hasty);
        try (Socket socket = dial(address)) {
            ByteBuffer all = ByteBuffer.allocate(100).put(handshakeBytes()).put(new byte[] {0, 0, 0, 1, 0, 0, 0, 0, 1, 1});
            socket.getOutputStream().write(all.array(), 0, all.position());
            assertThat(hasty.awaitClosed()).isEqualTo(new Peer.Closed(CloseReason.LOCAL, "choked"));
        }
        assertThat(hasty.messages).containsExactly("choke");
    }

    @Test
    void deliversRestBeforeReset() throws Exception {
        Peer acceptor = new Peer();
        PeerAddress address = Loops.listen(loops.start(), () -> acceptor);
        Socket socket = dial(address);
        socket.getOutputStream().write(handshakeBytes());
        Peer.get(acceptor.peerId);
        socket.setSoLinger(true, 0);
        socket.close();
        assertThat(acceptor.awaitClosed().reason()).isEqualTo(CloseReason.RESET);
    }
}
