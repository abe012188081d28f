package murder.wire.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import murder.peer.PeerAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop itself: dialling, accepting, time, tasks, its end. */
@Timeout(60)
class LoopTest {
    private static final Duration LONG = Duration.ofSeconds(Peer.SECONDS);

    private final Loops loops = new Loops();
    private final AtomicLong clock = new AtomicLong(-5);

    @AfterEach
    void closeLoops() {
        loops.close();
    }

    /** Lets the loop see the clock's new time in a whole turn. */
    private void advance(SelectorLoop loop, Duration by) throws Exception {
        clock.addAndGet(by.toNanos());
        Loops.ask(loop, () -> null);
        Loops.ask(loop, () -> null);
    }

    @Test
    void readsClockOncePerTurn() throws Exception {
        SelectorLoop loop = loops.start(LoopOptions.builder().clock(clock::get).build());
        assertThat(Loops.ask(loop, loop::nowNs)).isZero();
        long within = Loops.ask(loop, () -> {
            clock.addAndGet(7);
            return loop.nowNs();
        });
        assertThat(within).isZero();
        assertThat(Loops.ask(loop, loop::nowNs)).isEqualTo(7);
    }

    @Test
    void reportsRefusedDial() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = taken.getLocalPort();
        }
        Peer peer = new Peer();
        Connection connection = Loops.connect(loops.start(), PeerAddress.ofIpv4(0x7f000001, port), peer);
        assertThat(peer.awaitClosed()).isEqualTo(new Peer.Closed(CloseReason.CONNECT_FAILED, "Connection refused"));
        assertThat(peer.connected).isNotDone();
        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.isIncoming()).isFalse();
    }

    @Test
    void dialsAndAcceptsHundredsAtOnce() throws Exception {
        SelectorLoop accepting = loops.start();
        SelectorLoop dialling = loops.start();
        PeerAddress address = Loops.listen(accepting, Peer::new);
        List<Peer> peers = Loops.ask(dialling, () -> {
            List<Peer> dialled = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Peer peer = new Peer();
                dialling.connect(address, peer);
                dialled.add(peer);
            }
            return dialled;
        });
        for (Peer peer : peers) {
            assertThat(Peer.get(peer.peerId)).isEqualTo(Peer.ID);
        }
    }

    @Test
    void wildcardAcceptsBothFamilies() throws Exception {
        SelectorLoop accepting = loops.start();
        SelectorLoop dialling = loops.start();
        InetAddress six = InetAddress.getByName("::1");
        InetSocketAddress bound = accepting.listen(new InetSocketAddress(six, 0), Peer::new);
        InetSocketAddress wildcard = accepting.listen(new InetSocketAddress(0), Peer::new);
        for (PeerAddress address : List.of(Addresses.of(bound), Addresses.of(new InetSocketAddress(six, wildcard.getPort())),
                PeerAddress.ofIpv4(0x7f000001, wildcard.getPort()))) {
            Peer peer = new Peer();
            Connection connection = Loops.connect(dialling, address, peer);
            assertThat(Peer.get(peer.peerId)).isEqualTo(Peer.ID);
            assertThat(connection.remote()).isEqualTo(address);
        }
    }

    @Test
    void bindsDialsToGivenAddress() throws Exception {
        InetAddress local = InetAddress.getByName("127.0.0.77");
        SelectorLoop accepting = loops.start();
        Peer acceptor = new Peer();
        PeerAddress address = Loops.listen(accepting, () -> acceptor);
        Loops.connect(loops.start(LoopOptions.builder().bindAddress(local).build()), address, new Peer());
        assertThat(Peer.get(acceptor.connected).remote().addressBytes()).isEqualTo(local.getAddress());
        assertThat(acceptor.connection.isIncoming()).isTrue();
    }

    @Test
    void givesUpUnansweredDial() throws Exception {
        // A backlog that is full makes the kernel drop what asks for more.
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            SelectorLoop loop = loops.start(LoopOptions.builder().clock(clock::get).build());
            List<Peer> peers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                peers.add(new Peer());
                Loops.connect(loop, PeerAddress.ofIpv4(0x7f000001, deaf.getLocalPort()), peers.get(i));
            }
            advance(loop, Duration.ofSeconds(5).minusNanos(1));
            assertThat(peers).noneMatch(peer -> peer.closed.isDone());
            advance(loop, Duration.ofNanos(1));
            CompletableFuture<?>[] closings = peers.stream().map(peer -> peer.closed).toArray(CompletableFuture<?>[]::new);
            assertThat(CompletableFuture.anyOf(closings).get(Peer.SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(new Peer.Closed(CloseReason.CONNECT_TIMEOUT, "nothing for 5000 ms"));
        }
    }

    @Test
    void closesUnfinishedHandshake() throws Exception {
        SelectorLoop loop = loops.start(LoopOptions.builder().clock(clock::get).build());
        Peer silent = new Peer();
        Peer done = new Peer();
        List<Peer> acceptors = new ArrayList<>(List.of(silent, done));
        PeerAddress address = Loops.listen(loop, () -> acceptors.remove(0));
        SelectorLoop other = loops.start();
        Peer mute = new Peer() {
            @Override
            public void onConnected(Connection connection) {
                this.connection = connection;
                connected.complete(connection);
            }
        };
        Loops.connect(other, address, mute);
        Peer.get(silent.connected);
        Loops.connect(other, address, new Peer());
        Peer.get(done.peerId);
        advance(loop, Duration.ofSeconds(10).minusNanos(1));
        assertThat(silent.closed).isNotDone();
        advance(loop, Duration.ofNanos(1));
        assertThat(silent.closed.getNow(null)).isEqualTo(new Peer.Closed(CloseReason.HANDSHAKE_TIMEOUT, "nothing for 10000 ms"));
        assertThat(mute.awaitClosed().reason()).isEqualTo(CloseReason.CLOSED_BY_PEER);
        advance(loop, Duration.ofDays(1));
        assertThat(done.closed).isNotDone();
    }

    @Test
    void refusesConnectionsAboveItsLimits() throws Exception {
        SelectorLoop accepting = loops.start(LoopOptions.builder().limits(1, 1).build());
        Peer first = new Peer();
        PeerAddress address = Loops.listen(accepting, () -> first);
        SelectorLoop dialling = loops.start(LoopOptions.builder().limits(2, 1).build());
        Peer accepted = new Peer();
        Loops.connect(dialling, address, accepted);
        Peer.get(accepted.peerId);
        Peer refused = new Peer();
        Loops.connect(dialling, address, refused);
        assertThat(refused.awaitClosed().reason()).isIn(CloseReason.CLOSED_BY_PEER, CloseReason.RESET);
        Peer half = new Peer();
        Peer tooMany = new Peer();
        Loops.ask(dialling, () -> {
            dialling.connect(address, half);
            return dialling.connect(address, tooMany);
        });
        assertThat(tooMany.awaitClosed().reason()).isEqualTo(CloseReason.NOT_DIALLED);
        assertThat(tooMany.awaitClosed().detail()).startsWith("limit of ");
        assertThat(accepted.closed).isNotDone();
    }

    @Test
    void refusesConnectionWithoutHandler() throws Exception {
        PeerAddress address = Loops.listen(loops.start(), () -> null);
        Peer peer = new Peer();
        Loops.connect(loops.start(), address, peer);
        assertThat(peer.awaitClosed().reason()).isIn(CloseReason.CLOSED_BY_PEER, CloseReason.RESET);
    }

    @Test
    void takesTurnsAtRequestedTimes() throws Exception {
        List<Long> times = new ArrayList<>();
        CountDownLatch turns = new CountDownLatch(4);
        SelectorLoop loop = SelectorLoop.open(LoopOptions.defaults(), nowNs -> {
            times.add(nowNs);
            turns.countDown();
            return turns.getCount() == 0 ? Long.MAX_VALUE : nowNs + 2_000_000;
        });
        try (loop) {
            loop.start();
            assertThat(turns.await(Peer.SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        for (int i = 1; i < 4; i++) {
            assertThat(times.get(i) - times.get(i - 1)).isGreaterThanOrEqualTo(2_000_000);
        }
    }

    @Test
    void runsEveryAcceptedTask() throws Exception {
        for (int round = 0; round < 20; round++) {
            SelectorLoop loop = loops.start();
            AtomicInteger accepted = new AtomicInteger();
            AtomicInteger ran = new AtomicInteger();
            CountDownLatch begun = new CountDownLatch(3);
            List<Thread> posters = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Thread poster = new Thread(() -> {
                    while (loop.execute(ran::incrementAndGet)) {
                        accepted.incrementAndGet();
                        begun.countDown();
                    }
                });
                posters.add(poster);
                poster.start();
            }
            begun.await();
            assertThat(loop.close(LONG)).isTrue();
            for (Thread poster : posters) {
                poster.join();
            }
            assertThat(ran.get()).isEqualTo(accepted.get());
            assertThat(loop.close(Duration.ZERO)).isTrue();
            assertThatThrownBy(() -> Loops.listen(loop, Peer::new)).isInstanceOf(IOException.class).hasMessageContaining("has ended");
        }
    }

    @Test
    void runsTasksInOrder() throws Exception {
        SelectorLoop loop = loops.start();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            loop.execute(() -> order.add(loop.inLoop() ? number : -1));
        }
        assertThat(loop.inLoop()).isFalse();
        assertThat(Loops.ask(loop, () -> List.copyOf(order))).hasSize(1000).isSorted().startsWith(0);
    }

    @Test
    void closesBeforeStart() throws Exception {
        SelectorLoop loop = SelectorLoop.open(LoopOptions.defaults(), nowNs -> Long.MAX_VALUE);
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        assertThat(loop.execute(() -> ran.complete(true))).isTrue();
        assertThat(loop.close(LONG)).isTrue();
        assertThat(ran).isCompletedWithValue(true);
        assertThat(loop.execute(() -> ran.complete(false))).isFalse();
        assertThatIllegalStateException().isThrownBy(loop::start);
    }

    @Test
    void closeReturnsDespiteStuckHandler() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        SelectorLoop loop = loops.start();
        CompletableFuture<Void> stuck = new CompletableFuture<>();
        loop.execute(() -> {
            stuck.complete(null);
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Peer.get(stuck);
        assertThat(loop.close(Duration.ofMillis(1))).isFalse();
        release.countDown();
        assertThat(loop.close(LONG)).isTrue();
    }

    @Test
    void closingLoopFlushesAndNotifiesOnce() throws Exception {
        Peer sender = new Peer();
        Peer receiver = new Peer();
        SelectorLoop sending = loops.start(LoopOptions.builder().socketBuffers(1 << 14, 0).build());
        PeerAddress address = Loops.listen(loops.start(LoopOptions.builder().socketBuffers(0, 1 << 14).build()), () -> receiver);
        Loops.connect(sending, address, sender);
        Peer.get(sender.peerId);
        Loops.ask(sending, () -> {
            for (int i = 0; i < 10_000; i++) {
                sender.connection.out().have(i);
            }
            return null;
        });
        assertThat(sending.close(LONG)).isTrue();
        assertThat(sender.closed.getNow(null)).isEqualTo(new Peer.Closed(CloseReason.SHUTDOWN, "the loop ends"));
        assertThat(receiver.awaitClosed().reason()).isEqualTo(CloseReason.CLOSED_BY_PEER);
        assertThat(receiver.messages).hasSize(10_000).endsWith("have 9999");
    }

    @Test
    void sendsBytesAppendedByLastTask() throws Exception {
        Peer sender = new Peer();
        Peer receiver = new Peer();
        SelectorLoop sending = loops.start();
        Loops.connect(sending, Loops.listen(loops.start(), () -> receiver), sender);
        Peer.get(sender.peerId);
        sending.execute(() -> sender.connection.out().have(7));
        assertThat(sending.close(LONG)).isTrue();
        assertThat(receiver.nextMessage()).isEqualTo("have 7");
        assertThat(receiver.awaitClosed().reason()).isEqualTo(CloseReason.CLOSED_BY_PEER);
    }
}
