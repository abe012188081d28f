package murder.wire.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Faults of our own code: in the handler of one connection, and in the loop. */
@Timeout(60)
class FaultTest {
    private static final IllegalStateException BUG = new IllegalStateException("a bug of ours, made by a test");

    private final Loops loops = new Loops();
    private final List<LogRecord> logged = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger(SelectorLoop.class.getName());
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord record) {
            logged.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void recordLog() {
        logger.addHandler(recorder);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void closeLoops() {
        loops.close();
        logger.removeHandler(recorder);
        logger.setUseParentHandlers(true);
    }

    /**
     * An honest peer and one whose handler has a fault are served by one loop; the fault ends only
     * the latter.
     */
    private void endsAlone(Peer faulty, Peer itsPeer) throws Exception {
        SelectorLoop loop = loops.start(LoopOptions.builder().waterMarks(1 << 12, 1 << 11).build());
        SelectorLoop other = loops.start();
        Peer honest = new Peer();
        List<Peer> acceptors = new ArrayList<>(List.of(honest, faulty));
        PeerAddress address = Loops.listen(loop, () -> acceptors.remove(0));
        Peer dialler = new Peer();
        Loops.connect(other, address, dialler);
        Peer.get(dialler.peerId);
        Loops.connect(other, address, itsPeer);

        assertThat(itsPeer.awaitClosed().reason()).isIn(CloseReason.CLOSED_BY_PEER, CloseReason.RESET);
        assertThat(faulty.awaitClosed()).isEqualTo(new Peer.Closed(CloseReason.HANDLER_FAILED, BUG.toString()));
        Loops.ask(other, () -> {
            dialler.connection.out().have(7);
            return null;
        });
        assertThat(honest.nextMessage()).isEqualTo("have 7");
        assertThat(logged).extracting(LogRecord::getThrown).containsExactly(BUG);
    }

    private void endsAlone(Peer faulty) throws Exception {
        endsAlone(faulty, new Peer());
    }

    @Test
    void faultOnConnectedClosesOneConnection() throws Exception {
        endsAlone(new Peer() {
            @Override
            public void onConnected(Connection connection) {
                throw BUG;
            }
        });
    }

    @Test
    void faultInHandshakeClosesOneConnection() throws Exception {
        endsAlone(new Peer() {
            @Override
            public void onPeerId(PeerId peerId) {
                throw BUG;
            }
        });
    }

    @Test
    void faultInMessageClosesOneConnection() throws Exception {
        Peer faulty = new Peer() {
            @Override
            public void onHave(int piece) {
                throw BUG;
            }
        };
        endsAlone(faulty, new Peer() {
            @Override
            public void onPeerId(PeerId peerId) {
                connection.out().have(1);
                connection.out().have(2);
            }
        });
    }

    @Test
    void faultInSourceClosesOneConnection() throws Exception {
        endsAlone(new Peer() {
            @Override
            public void onPeerId(PeerId peerId) {
                connection.setPayloadSource((piece, begin, length, out) -> {
                    throw BUG;
                });
                connection.out().block(0, 0, 1);
            }
        });
    }

    @Test
    void faultOnWritableClosesOneConnection() throws Exception {
        endsAlone(new Peer() {
            @Override
            public void onPeerId(PeerId peerId) {
                connection.setPayloadSource((piece, begin, length, out) -> out.add(ByteBuffer.allocate(length), 0, length));
                connection.out().block(0, 0, 1 << 13);
            }

            @Override
            public void onWritable() {
                throw BUG;
            }
        });
    }

    @Test
    void faultOnClosedEndsNothingElse() throws Exception {
        SelectorLoop loop = loops.start();
        Peer faulty = new Peer() {
            @Override
            public void onClosed(CloseReason reason, String detail) {
                super.onClosed(reason, detail);
                throw BUG;
            }
        };
        Supplier<Peer> acceptors = new ArrayList<>(List.of(faulty, new Peer())).iterator()::next;
        PeerAddress address = Loops.listen(loop, acceptors::get);
        SelectorLoop other = loops.start();
        Peer first = new Peer();
        Loops.connect(other, address, first);
        Peer.get(first.peerId);
        Loops.ask(other, () -> {
            first.connection.close(CloseReason.LOCAL, "done");
            return null;
        });
        assertThat(faulty.awaitClosed().reason()).isEqualTo(CloseReason.CLOSED_BY_PEER);
        Peer second = new Peer();
        Loops.connect(other, address, second);
        Peer.get(second.peerId);
        assertThat(logged).extracting(LogRecord::getThrown).containsExactly(BUG);
    }

    @Test
    void faultOfTaskEndsLoopLoudly() throws Exception {
        endsLoudly(BUG, peer -> {
            throw BUG;
        });
    }

    @Test
    void errorInHandlerEndsLoopLoudly() throws Exception {
        AssertionError error = new AssertionError("a bug of ours, made by a test");
        endsLoudly(error, peer -> {
            peer.broken = error;
            peer.connection.out().have(1);
        });
    }

    /** A handler that fails with an error at its next message. */
    private static final class Broken extends Peer {
        private Error broken;

        @Override
        public void onKeepAlive() {
            if (broken != null) {
                throw broken;
            }
        }
    }

    private interface Fault {
        void happen(Broken peer);
    }

    private void endsLoudly(Throwable fault, Fault how) throws Exception {
        CompletableFuture<Throwable> fatal = new CompletableFuture<>();
        SelectorLoop loop = fatalLoop(fatal);
        AtomicInteger ranAfterwards = new AtomicInteger();
        Broken accepted = new Broken();
        loop.start();
        SelectorLoop other = loops.start();
        Peer dialler = new Peer() {
            @Override
            public void onHave(int piece) {
                connection.out().keepAlive();
            }
        };
        Loops.connect(other, Loops.listen(loop, () -> accepted), dialler);
        Peer.get(dialler.peerId);
        loop.execute(() -> {
            loop.execute(() -> how.happen(accepted));
            loop.execute(ranAfterwards::incrementAndGet);
        });
        assertThat(Peer.get(fatal)).isSameAs(fault);
        assertThat(dialler.awaitClosed().reason()).isIn(CloseReason.CLOSED_BY_PEER, CloseReason.RESET);
        assertThat(loop.close(Duration.ofSeconds(Peer.SECONDS))).isTrue();
        assertThat(ranAfterwards).hasValue(1);
        assertThat(loop.execute(() -> {})).isFalse();
        assertThat(accepted.closed).isNotDone();
        assertThat(logged).extracting(LogRecord::getThrown).containsExactly(fault);
    }

    private static SelectorLoop fatalLoop(CompletableFuture<Throwable> fatal) throws IOException {
        return SelectorLoop.open(LoopOptions.defaults(), new TurnHandler() {
            @Override
            public long onTurn(long nowNs) {
                return Long.MAX_VALUE;
            }

            @Override
            public void onFatal(Throwable brokenInvariant) {
                fatal.complete(brokenInvariant);
            }
        });
    }
}
