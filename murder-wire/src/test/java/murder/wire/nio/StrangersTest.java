package murder.wire.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import murder.peer.PeerAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that say nothing take few descriptors, and keep no honest peer out. */
@Timeout(60)
class StrangersTest {
    private final Loops loops = new Loops();
    private final AtomicLong clock = new AtomicLong();
    private final List<Socket> sockets = new ArrayList<>();
    private final List<Peer> accepted = Collections.synchronizedList(new ArrayList<>());
    private SelectorLoop loop;
    private PeerAddress address;

    private void start(LoopOptions.Builder options) throws IOException {
        loop = loops.start(options.clock(clock::get).build());
        address = Loops.listen(loop, () -> {
            accepted.add(new Peer());
            return accepted.get(accepted.size() - 1);
        });
    }

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        loops.close();
    }

    private void connectSilently(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            sockets.add(new Socket("127.0.0.1", address.port()));
        }
    }

    /** Waits for this number of accepted connections. */
    private void awaitAccepted(int count) throws Exception {
        while (Loops.ask(loop, accepted::size) < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void closesOldestOfOneAddress() throws Exception {
        start(LoopOptions.builder());
        connectSilently(20);
        awaitAccepted(20);
        assertThat(Loops.ask(loop, () -> loop.strangers.size())).isEqualTo(20);
        clock.addAndGet(Strangers.OVERDUE_NS);
        connectSilently(1);
        awaitAccepted(21);
        assertThat(Loops.ask(loop, () -> loop.strangers.size())).isEqualTo(8);
        for (int i = 0; i < 21; i++) {
            assertThat(accepted.get(i).closed.isDone()).as("connection " + i).isEqualTo(i < 13);
        }
        assertThat(accepted.get(0).awaitClosed().reason()).isEqualTo(CloseReason.HANDSHAKE_TIMEOUT);
    }

    @Test
    void honestPeerReplacesSilentOne() throws Exception {
        start(LoopOptions.builder().descriptors(80));
        connectSilently(19);
        awaitAccepted(10);
        Peer honest = new Peer();
        Loops.connect(loops.start(), address, honest);
        assertThat(Loops.ask(loop, () -> loop.strangers.size())).isEqualTo(10);
        assertThat(accepted).hasSize(10);
        clock.addAndGet(Strangers.OVERDUE_NS);
        assertThat(Peer.get(honest.peerId)).isEqualTo(Peer.ID);
        assertThat(Loops.ask(loop, () -> loop.strangers.size())).isLessThanOrEqualTo(10);
    }

    @Test
    void takesBurstOfHonestPeers() throws Exception {
        start(LoopOptions.builder().descriptors(80));
        SelectorLoop dialling = loops.start();
        List<Peer> peers = new ArrayList<>();
        Loops.ask(dialling, () -> {
            for (int i = 0; i < 40; i++) {
                peers.add(new Peer());
                dialling.connect(address, peers.get(i));
            }
            return null;
        });
        for (Peer peer : peers) {
            assertThat(Peer.get(peer.peerId)).isEqualTo(Peer.ID);
        }
    }

    @Test
    void addressConnectsOnlySoOften() throws Exception {
        start(LoopOptions.builder());
        InetAddress other = InetAddress.getByName("127.0.0.2");
        for (int i = 0; i < Arrivals.AT_ONCE + 10; i++) {
            sockets.add(new Socket(InetAddress.getByName("127.0.0.1"), address.port(), other, 0));
        }
        for (Socket refused : sockets.subList(Arrivals.AT_ONCE, sockets.size())) {
            assertThat(refused.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(Loops.ask(loop, accepted::size)).isEqualTo(Arrivals.AT_ONCE);
        clock.addAndGet(Arrivals.EVERY_NS);
        sockets.add(new Socket(InetAddress.getByName("127.0.0.1"), address.port(), other, 0));
        awaitAccepted(Arrivals.AT_ONCE + 1);
    }

    @Test
    void localPeersConnectFreely() throws Exception {
        start(LoopOptions.builder());
        connectSilently(2 * Arrivals.AT_ONCE);
        awaitAccepted(2 * Arrivals.AT_ONCE);
    }

    @Test
    void arrivalsOfManyAddressesAreBounded() {
        Arrivals arrivals = new Arrivals();
        for (int i = 0; i < 10_000; i++) {
            assertThat(arrivals.mayCome(PeerAddress.ofIpv4(i, 1), i)).isTrue();
        }
        assertThat(arrivals.size()).isEqualTo(4096);
    }

    @Test
    void ipv6NetworkSharesLimit() {
        Arrivals arrivals = new Arrivals();
        for (int i = 0; i < Arrivals.AT_ONCE; i++) {
            assertThat(arrivals.mayCome(new PeerAddress(0xfd00L << 48, i, 1), 0)).isTrue();
        }
        assertThat(arrivals.mayCome(new PeerAddress(0xfd00L << 48, 99, 1), Arrivals.EVERY_NS - 1)).isFalse();
        assertThat(arrivals.mayCome(new PeerAddress(0xfd01L << 48, 99, 1), 0)).isTrue();
        assertThat(arrivals.mayCome(new PeerAddress(0xfd00L << 48, 99, 1), Arrivals.EVERY_NS)).isTrue();
        assertThat(arrivals.mayCome(new PeerAddress(0xfd00L << 48, 98, 1), Arrivals.EVERY_NS)).isFalse();
    }

    @Test
    void limitsFollowDescriptors() {
        LoopOptions few = LoopOptions.builder().descriptors(200).build();
        assertThat(few.maxConnections).isEqualTo(100);
        assertThat(few.maxStrangers).isEqualTo(25);
        LoopOptions many = LoopOptions.builder().descriptors(Integer.MAX_VALUE).build();
        assertThat(many.maxConnections).isEqualTo(10_000);
        assertThat(many.maxStrangers).isEqualTo(200);
    }

    @Test
    void readsDescriptorLimit() {
        String head = "Limit                     Soft Limit           Hard Limit           Units     ";
        assertThat(Descriptors.parse(head + "Max open files            4096                 524288               files     "))
                .isEqualTo(4096);
        assertThat(Descriptors.parse(head + "Max open files            unlimited            unlimited            files     "))
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(Descriptors.parse(head)).isEqualTo(1024);
        assertThat(Descriptors.limit()).isPositive();
    }
}
