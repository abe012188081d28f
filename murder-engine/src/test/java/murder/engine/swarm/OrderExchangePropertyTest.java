package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

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
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random events, honest and not, against what must always hold. */
class OrderExchangePropertyTest {
    private static final long SECOND_NS = 1_000_000_000L;

    /** Checks orders on demand: they are valid if their last byte is even. */
    private static final class Driver implements OrderDriver {
        final List<OrderExchange.Neighbour> open = new ArrayList<>();
        byte[] checking;
        long accepted = -1;
        int checks;
        int dials;

        @Override
        public void dial(PeerAddress address) {
            dials++;
        }

        @Override
        public void close(OrderExchange.Neighbour neighbour, Refusal why) {
            open.remove(neighbour);
        }

        @Override
        public void verify(byte[] order) {
            assertThat(checking).as("two checks at a time").isNull();
            checking = order;
            checks++;
        }

        @Override
        public void refused(PeerAddress from) {
            assertThat(accepted).isGreaterThanOrEqualTo(-1);
        }

        @Override
        public void accepted(long serial, byte[] order) {
            assertThat(serial).isGreaterThan(accepted);
            assertThat(verify(order, order)).isEqualTo(serial);
            accepted = serial;
        }

        static long verify(byte[] order, byte[] same) {
            return (same[same.length - 1] & 1) == 0 ? ByteBuffer.wrap(order).getLong() : -1;
        }
    }

    @Property(tries = 300)
    void acceptsOnlyNewerValidOrders(@ForAll long seed) throws WireException {
        Random random = new Random(seed);
        OrderExchange exchange = new OrderExchange(PeerId.random(random), -1, null, new SplittableRandom(seed), new Bans());
        Driver driver = new Driver();
        long nowNs = 0;
        for (int step = 0; step < 400; step++) {
            nowNs += random.nextInt(4) == 0 ? random.nextInt(2_000_000_000) : 0;
            OrderExchange.Neighbour some = driver.open.isEmpty() ? null : driver.open.get(random.nextInt(driver.open.size()));
            switch (random.nextInt(8)) {
                case 0 -> connect(nowNs, exchange, driver, random);
                case 1 -> {
                    if (some != null) {
                        driver.open.remove(some);
                        exchange.onDisconnected(nowNs, some);
                    }
                }
                case 2 -> exchange.onTrackerOrder(order(random));
                case 3 -> {
                    if (driver.checking != null) {
                        byte[] order = driver.checking;
                        driver.checking = null;
                        exchange.onVerified(nowNs, Driver.verify(order, order));
                    }
                }
                case 4 -> exchange.onCandidate(PeerAddress.ofIpv4(0x0a000000 + random.nextInt(1000), 6881));
                default -> {
                    if (some != null) {
                        byte[] order = random.nextBoolean() ? order(random) : new byte[0];
                        long claimed = order.length > 0 && random.nextInt(3) > 0 ? ByteBuffer.wrap(order).getLong() : random.nextInt(1000);
                        some.onExtended(nowNs, Extensions.ORDER_ID, ByteBuffer.wrap(new OrderMessage(claimed, order).toPayload()));
                    }
                }
            }
            exchange.onTurn(nowNs);
            exchange.carryOut(driver);
            assertThat(exchange.serial()).isEqualTo(driver.accepted);
            assertThat(exchange.neighbours()).isEqualTo(driver.open.size()).isLessThanOrEqualTo(OrderExchange.MAX_NEIGHBOURS);
            assertThat(driver.checks).isLessThanOrEqualTo((int) (31 + nowNs / SECOND_NS));
            assertThat(driver.dials).isLessThanOrEqualTo(1000);
        }
    }

    private static byte[] order(Random random) {
        return ByteBuffer.allocate(16).putLong(random.nextInt(1000)).put(15, (byte) random.nextInt(2)).array();
    }

    private static void connect(long nowNs, OrderExchange exchange, Driver driver, Random random) throws WireException {
        int number = random.nextInt(60);
        PeerConnection.Peer peer = new PeerConnection.Peer(PeerAddress.ofIpv4(0x0a000000 + number, 6881), true,
            PeerId.random(new Random(number)), true, true);
        if (exchange.admit(nowNs, peer) == null) {
            OrderExchange.Neighbour neighbour = exchange.onConnected(nowNs, peer, new Recorder());
            neighbour.onExtended(nowNs, ExtensionHandshake.ID,
                ByteBuffer.wrap("d1:md12:murder_orderi9eee".getBytes(StandardCharsets.US_ASCII)));
            driver.open.add(neighbour);
        }
    }
}
