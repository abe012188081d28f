package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.ExtensionHandshake;
import murder.wire.OrderMessage;
import murder.wire.WireException;
import org.junit.jupiter.api.Test;

class OrderExchangeTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MINUTE_NS = 60 * SECOND_NS;

    private final Bans bans = new Bans();
    private final OrderExchange exchange = new OrderExchange(id(1000), OrderMessage.NONE, null, new SplittableRandom(3), bans);
    private final Driver driver = new Driver();

    /** The first turn sets the times of its beat. */
    OrderExchangeTest() {
        turn(0);
    }

    private static PeerId id(int number) {
        return PeerId.random(new Random(number));
    }

    private static PeerAddress address(int number) {
        return PeerAddress.of(new byte[] {10, 0, (byte) (number >> 8), (byte) number}, 6881);
    }

    private static PeerConnection.Peer peer(int number, boolean incoming) {
        return new PeerConnection.Peer(address(number), incoming, id(number), true, true);
    }

    private static byte[] order(long serial) {
        return ByteBuffer.allocate(40).putLong(serial).array();
    }

    private static final class Driver implements OrderDriver {
        final List<PeerAddress> dialled = new ArrayList<>();
        final List<Refusal> closed = new ArrayList<>();
        final List<byte[]> verified = new ArrayList<>();
        final List<Long> accepted = new ArrayList<>();
        int refused;

        @Override
        public void dial(PeerAddress address) {
            dialled.add(address);
        }

        @Override
        public void close(OrderExchange.Neighbour neighbour, Refusal why) {
            closed.add(why);
        }

        @Override
        public void verify(byte[] order) {
            verified.add(order);
        }

        @Override
        public void refused(PeerAddress from) {
            refused++;
        }

        @Override
        public void accepted(long serial, byte[] order) {
            accepted.add(serial);
        }
    }

    /** The messages to one neighbour: serials, and serials of orders after a +. */
    private static final class Heard extends Recorder {
        final List<String> orders = new ArrayList<>();
        boolean writable = true;

        @Override
        public boolean isWritable() {
            return writable;
        }

        @Override
        public void extended(int extendedId, byte[] payload) {
            if (extendedId == 9) {
                try {
                    OrderMessage message = OrderMessage.read(ByteBuffer.wrap(payload));
                    orders.add((message.hasOrder() ? "+" : "") + message.serial());
                } catch (WireException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    /** A connected neighbour. */
    private final class Other {
        final Heard heard = new Heard();
        final OrderExchange.Neighbour neighbour;

        Other(long nowNs, int number, boolean incoming) throws WireException {
            neighbour = exchange.onConnected(nowNs, peer(number, incoming), heard);
            neighbour.onExtended(nowNs, ExtensionHandshake.ID,
                ByteBuffer.wrap("d1:md12:murder_orderi9eee".getBytes(StandardCharsets.US_ASCII)));
        }

        void says(long nowNs, OrderMessage message) throws WireException {
            neighbour.onExtended(nowNs, Extensions.ORDER_ID, ByteBuffer.wrap(message.toPayload()));
        }

        List<String> take() {
            List<String> taken = List.copyOf(heard.orders);
            heard.orders.clear();
            return taken;
        }
    }

    private Other neighbour(long nowNs, int number) throws WireException {
        assertThat(exchange.admit(nowNs, peer(number, true))).isNull();
        return new Other(nowNs, number, true);
    }

    /** It has named a serial. */
    private Other neighbour(long nowNs, int number, long serial) throws WireException {
        Other other = neighbour(nowNs, number);
        other.says(nowNs, OrderMessage.serial(serial));
        return other;
    }

    private long turn(long nowNs) {
        long deadlineNs = exchange.onTurn(nowNs);
        exchange.carryOut(driver);
        return deadlineNs;
    }

    private void verified(long nowNs, long serial) {
        exchange.onVerified(nowNs, serial);
        turn(nowNs);
    }

    // ---- orders ----

    @Test
    void bothTellSerialsFirst() throws Exception {
        exchange.onValidOrder(5, order(5));
        Other other = neighbour(0, 1);
        turn(0);
        assertThat(other.take()).containsExactly("5");
        other.says(1, OrderMessage.serial(5));
        turn(1);
        assertThat(other.take()).isEmpty();
        assertThat(driver.accepted).containsExactly(5L);
    }

    @Test
    void olderNeighbourGetsOrder() throws Exception {
        exchange.onValidOrder(5, order(5));
        Other other = neighbour(0, 1, 4);
        turn(0);
        assertThat(other.take()).containsExactly("5", "+5");
        turn(SECOND_NS);
        assertThat(other.take()).isEmpty();
    }

    @Test
    void newerOrderIsVerifiedThenForwarded() throws Exception {
        Other from = neighbour(0, 1, 7);
        Other old = neighbour(0, 2, -1);
        Other knowing = neighbour(0, 3, 7);
        Other unknown = neighbour(0, 4);
        turn(0);
        from.says(1, new OrderMessage(7, order(7)));
        turn(1);
        assertThat(driver.verified).containsExactly(order(7));
        assertThat(old.take()).containsExactly("-1");
        verified(2, 7);
        assertThat(driver.accepted).containsExactly(7L);
        assertThat(exchange.serial()).isEqualTo(7);
        assertThat(old.take()).containsExactly("+7");
        assertThat(from.take()).containsExactly("-1");
        assertThat(knowing.take()).containsExactly("-1");
        assertThat(unknown.take()).containsExactly("-1");
        unknown.says(3, OrderMessage.serial(3));
        turn(3);
        assertThat(unknown.take()).containsExactly("+7");
    }

    @Test
    void oneOrderIsVerifiedAtTime() throws Exception {
        Other a = neighbour(0, 1, -1);
        Other b = neighbour(0, 2, -1);
        a.says(0, new OrderMessage(7, order(7)));
        b.says(0, new OrderMessage(7, order(7)));
        turn(0);
        turn(0);
        assertThat(driver.verified).hasSize(1);
        verified(1, 7);
        turn(2);
        assertThat(driver.verified).hasSize(1);
        assertThat(a.take()).containsExactly("-1");
        assertThat(b.take()).containsExactly("-1");
    }

    @Test
    void onlyLatestOrderWaits() throws Exception {
        Other a = neighbour(0, 1, -1);
        Other b = neighbour(0, 2, -1);
        a.says(0, new OrderMessage(1, order(1)));
        turn(0);
        for (int serial = 2; serial < 10; serial++) {
            b.says(0, new OrderMessage(serial, order(serial)));
        }
        verified(0, 1);
        assertThat(driver.verified).containsExactly(order(1), order(9));
        verified(0, 9);
        assertThat(a.take()).containsExactly("-1", "+9");
    }

    @Test
    void olderAndEqualOrdersAreIgnored() throws Exception {
        exchange.onValidOrder(5, order(5));
        Other other = neighbour(0, 1, 5);
        other.says(0, new OrderMessage(5, order(5)));
        other.says(0, new OrderMessage(4, order(4)));
        turn(0);
        assertThat(driver.verified).isEmpty();
        assertThat(exchange.onValidOrder(5, order(5))).isFalse();
        assertThat(exchange.onValidOrder(4, order(4))).isFalse();
        assertThat(exchange.serial()).isEqualTo(5);
    }

    @Test
    void invalidOrderBansSender() throws Exception {
        Other liar = neighbour(0, 1, -1);
        Other other = neighbour(0, 2, -1);
        liar.says(0, new OrderMessage(7, order(7)));
        turn(0);
        verified(0, -1);
        assertThat(driver.closed).containsExactly(Refusal.BANNED);
        assertThat(driver.refused).isEqualTo(1);
        assertThat(exchange.neighbours()).isEqualTo(1);
        assertThat(other.take()).containsExactly("-1");
        assertThat(exchange.admit(1, peer(1, true))).isEqualTo(Refusal.BANNED);
        assertThat(exchange.admit(1, peer(3, true))).isNull();
        turn(10 * MINUTE_NS);
        assertThat(exchange.admit(10 * MINUTE_NS, peer(1, true))).isNull();
    }

    @Test
    void otherSerialThanClaimedBansSender() throws Exception {
        Other liar = neighbour(0, 1, -1);
        liar.says(0, new OrderMessage(9, order(7)));
        turn(0);
        verified(0, 7);
        assertThat(driver.closed).containsExactly(Refusal.BANNED);
        assertThat(driver.accepted).isEmpty();
    }

    @Test
    void failedCheckBlamesNobody() throws Exception {
        Other other = neighbour(0, 1, -1);
        other.says(0, new OrderMessage(7, order(7)));
        turn(0);
        exchange.onVerifyFailed();
        turn(0);
        assertThat(driver.closed).isEmpty();
        other.says(1, new OrderMessage(7, order(7)));
        turn(1);
        verified(1, 7);
        assertThat(driver.accepted).containsExactly(7L);
    }

    @Test
    void trackerOrderCountsIfNewer() throws Exception {
        Other other = neighbour(0, 1, -1);
        exchange.onTrackerOrder(order(7));
        turn(0);
        verified(0, 7);
        assertThat(driver.accepted).containsExactly(7L);
        assertThat(other.take()).containsExactly("-1", "+7");
        exchange.onTrackerOrder(order(6));
        turn(1);
        verified(1, 6);
        exchange.onTrackerOrder(order(8));
        turn(2);
        verified(2, -1);
        assertThat(driver.accepted).containsExactly(7L);
        assertThat(driver.refused).isEqualTo(1);
        assertThat(driver.closed).isEmpty();
    }

    @Test
    void waitingOrderGoesWithItsSender() throws Exception {
        Other a = neighbour(0, 1, -1);
        Other b = neighbour(0, 2, -1);
        a.says(0, new OrderMessage(7, order(7)));
        turn(0);
        b.says(0, new OrderMessage(8, order(8)));
        exchange.onDisconnected(1, b.neighbour);
        exchange.onDisconnected(1, a.neighbour);
        verified(2, 7);
        assertThat(driver.verified).hasSize(1);
        assertThat(driver.accepted).containsExactly(7L);
    }

    @Test
    void checksHaveLimit() throws Exception {
        int checks = 0;
        long deadlineNs = 0;
        for (int i = 1; i <= 200; i++) {
            exchange.onTrackerOrder(order(i));
            deadlineNs = turn(0);
            if (driver.verified.size() > checks) {
                checks++;
                verified(0, -1);
            }
        }
        assertThat(checks).isEqualTo(90);
        assertThat(deadlineNs).isEqualTo(SECOND_NS / 3);
        turn(deadlineNs - 1);
        assertThat(driver.verified).hasSize(90);
        turn(deadlineNs);
        assertThat(driver.verified).hasSize(91);
    }

    @Test
    void slowReaderGetsLatestOnly() throws Exception {
        Other slow = neighbour(0, 1, -1);
        turn(0);
        slow.heard.writable = false;
        for (int serial = 1; serial <= 5; serial++) {
            exchange.onValidOrder(serial, order(serial));
            turn(serial);
        }
        slow.heard.writable = true;
        turn(6);
        assertThat(slow.take()).containsExactly("-1", "+5");
    }

    @Test
    void manyOrdersAreSentMoreSeldom() throws Exception {
        Other other = neighbour(0, 1, -1);
        long deadlineNs = 0;
        for (int serial = 1; serial <= 100; serial++) {
            exchange.onValidOrder(serial, order(serial));
            deadlineNs = turn(0);
        }
        assertThat(other.take()).hasSize(61).contains("+60").doesNotContain("+61");
        turn(deadlineNs);
        assertThat(other.take()).containsExactly("+100");
    }

    @Test
    void repeatedSerialBringsLostOrderAgain() throws Exception {
        exchange.onValidOrder(5, order(5));
        Other other = neighbour(0, 1, -1);
        turn(0);
        assertThat(other.take()).containsExactly("5", "+5");
        other.says(SECOND_NS, OrderMessage.serial(-1));
        turn(SECOND_NS);
        assertThat(other.take()).containsExactly("+5");
    }

    // ---- neighbours ----

    @Test
    void dialsUntilEight() throws Exception {
        for (int i = 1; i <= 30; i++) {
            exchange.onCandidate(address(i));
        }
        turn(0);
        assertThat(driver.dialled).hasSize(8);
        for (int i = 0; i < 8; i++) {
            assertThat(exchange.admit(1, peer(i + 1, false))).isNull();
            new Other(1, i + 1, false);
        }
        turn(SECOND_NS);
        assertThat(driver.dialled).hasSize(8);
    }

    @Test
    void dialsHalfOfPlaces() throws Exception {
        for (int i = 1; i <= 20; i++) {
            neighbour(0, 100 + i, -1);
        }
        for (int i = 1; i <= 30; i++) {
            exchange.onCandidate(address(i));
        }
        turn(0);
        assertThat(driver.dialled).hasSize(4);
    }

    @Test
    void fullExchangeRefusesIncoming() throws Exception {
        for (int i = 1; i <= 20; i++) {
            neighbour(0, i);
        }
        assertThat(exchange.admit(0, peer(21, true))).isEqualTo(Refusal.SWARM_FULL);
    }

    @Test
    void addressHasFourPlaces() throws Exception {
        for (int i = 1; i <= 4; i++) {
            PeerConnection.Peer peer = new PeerConnection.Peer(address(1).withPort(1000 + i), true, id(i), true, true);
            assertThat(exchange.admit(0, peer)).isNull();
            exchange.onConnected(0, peer, new Heard());
        }
        assertThat(exchange.admit(0, new PeerConnection.Peer(address(1), true, id(5), true, true))).isEqualTo(Refusal.CROWD);
    }

    @Test
    void sameAgentIsRefused() throws Exception {
        neighbour(0, 1);
        assertThat(exchange.admit(0, peer(1, true))).isEqualTo(Refusal.ALREADY_CONNECTED);
        assertThat(exchange.admit(0, new PeerConnection.Peer(address(9), true, id(1000), true, true))).isEqualTo(Refusal.SELF);
        assertThat(exchange.admit(0, new PeerConnection.Peer(address(9), true, id(9), true, false))).isEqualTo(Refusal.USELESS);
    }

    @Test
    void lowerIdKeepsCrossedDial() throws Exception {
        PeerId self = id(1000);
        int lower = id(1).compareTo(self) < 0 ? 1 : 2;
        assertThat(id(lower)).isLessThan(self);
        exchange.onCandidate(address(lower));
        turn(0);
        exchange.onConnected(0, peer(lower, false), new Heard());
        assertThat(exchange.admit(1, peer(lower, true))).isNull();
        turn(1);
        assertThat(driver.closed).containsExactly(Refusal.ALREADY_CONNECTED);
    }

    @Test
    void silentNeighbourIsClosed() throws Exception {
        Other silent = neighbour(0, 1);
        assertThat(turn(0)).isLessThanOrEqualTo(OrderExchange.SILENCE_NS);
        turn(OrderExchange.SILENCE_NS - 1);
        assertThat(driver.closed).isEmpty();
        turn(OrderExchange.SILENCE_NS);
        assertThat(driver.closed).containsExactly(Refusal.SILENT);
        assertThat(silent.take()).containsExactly("-1");
    }

    @Test
    void idleNeighbourIsClosed() throws Exception {
        neighbour(0, 1, -1);
        for (long nowNs = 0; nowNs < SwarmConfig.IDLE_NS; nowNs += SECOND_NS) {
            turn(nowNs);
        }
        assertThat(driver.closed).isEmpty();
        turn(SwarmConfig.IDLE_NS);
        assertThat(driver.closed).containsExactly(Refusal.IDLE);
    }

    @Test
    void serialIsTheKeepAlive() throws Exception {
        Other other = neighbour(0, 1, -1);
        long deadlineNs = turn(0);
        other.take();
        int beats = 0;
        for (int i = 0; i < 20; i++) {
            other.says(deadlineNs, OrderMessage.serial(-1));
            deadlineNs = turn(deadlineNs);
            beats += other.take().size();
        }
        assertThat(beats).isBetween(10, 20);
        // An idle agent wakes a few times a minute.
        assertThat(deadlineNs).isGreaterThan(10 * MINUTE_NS);
    }

    @Test
    void floodClosesNeighbour() throws Exception {
        Other other = neighbour(0, 1, -1);
        for (int i = 0; i < 200; i++) {
            other.neighbour.onOther(0);
        }
        turn(0);
        assertThat(driver.closed).containsExactly(Refusal.POINTLESS);
    }

    @Test
    void neighbourWithoutExtensionIsClosed() throws Exception {
        exchange.admit(0, peer(1, true));
        exchange.onConnected(0, peer(1, true), new Heard())
            .onExtended(0, ExtensionHandshake.ID, ByteBuffer.wrap("d1:mdee".getBytes(StandardCharsets.US_ASCII)));
        turn(0);
        assertThat(driver.closed).containsExactly(Refusal.USELESS);
    }

    @Test
    void lostNeighbourIsReplaced() throws Exception {
        for (int i = 1; i <= 9; i++) {
            exchange.onCandidate(address(i));
        }
        turn(0);
        List<OrderExchange.Neighbour> all = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            all.add(new Other(1, i, false).neighbour);
        }
        exchange.onDisconnected(SECOND_NS, all.get(3));
        turn(SECOND_NS);
        assertThat(driver.dialled).hasSize(9).last().isEqualTo(address(9));
    }

    @Test
    void oldestNeighbourMakesPlaceAfterTime() throws Exception {
        for (int i = 1; i <= 8; i++) {
            exchange.onCandidate(address(i));
        }
        turn(0);
        List<Other> all = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            all.add(new Other(1, i, false));
        }
        exchange.onCandidate(address(9));
        long nowNs = 1;
        while (driver.dialled.size() == 8 && nowNs < 4 * OrderExchange.REPLACE_NS) {
            for (Other other : all) {
                other.says(nowNs, OrderMessage.serial(-1));
            }
            nowNs = turn(nowNs);
        }
        assertThat(driver.dialled).hasSize(9).last().isEqualTo(address(9));
        assertThat(driver.closed).isEmpty();
        assertThat(exchange.admit(nowNs, peer(9, false))).isNull();
        new Other(nowNs, 9, false);
        turn(nowNs);
        assertThat(driver.closed).containsExactly(Refusal.DISPLACED);
        assertThat(exchange.neighbours()).isEqualTo(8);
    }

    @Test
    void bannedHostIsClosed() throws Exception {
        neighbour(0, 1, -1);
        neighbour(0, 2, -1);
        bans.add(address(1));
        turn(1);
        assertThat(driver.closed).containsExactly(Refusal.BANNED);
        assertThat(exchange.admit(2, peer(1, true))).isEqualTo(Refusal.BANNED);
    }

    @Test
    void asksForAddressesOnlyIfNeeded() throws Exception {
        assertThat(exchange.wantsCandidates()).isTrue();
        for (int i = 1; i <= 9; i++) {
            exchange.onCandidate(address(i));
        }
        assertThat(exchange.wantsCandidates()).isFalse();
    }

    @Test
    void malformedMessageIsViolation() throws Exception {
        Other other = neighbour(0, 1, -1);
        for (byte[] message : List.of(new byte[7], new byte[8 + OrderMessage.MAX_ORDER_LENGTH + 1],
            ByteBuffer.allocate(8).putLong(-2).array(), ByteBuffer.allocate(9).putLong(-1).array())) {
            assertThatThrownBy(() -> other.neighbour.onExtended(0, Extensions.ORDER_ID, ByteBuffer.wrap(message)))
                .isInstanceOf(WireException.class);
        }
    }
}
