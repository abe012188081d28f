package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import murder.metainfo.InfoHash;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import murder.trust.SwarmKey;
import murder.trust.SwarmTls;
import murder.wire.ExtensionHandshake;
import murder.wire.MemberProof;
import murder.wire.MessageType;
import murder.wire.OrderMessage;
import org.junit.jupiter.api.Test;

/** Several agents on loopback, in one control swarm. */
class ControlSwarmTest extends Loopback {
    private static final SwarmKey KEY = SwarmKey.random(new SecureRandom());
    private static final SwarmKey OLD_KEY = SwarmKey.random(new SecureRandom());
    private static final String FLEET = "web";

    /** An order of these tests: its serial, then anything. It is valid if the last byte is a 1. */
    private static byte[] order(long serial, int length, boolean valid) {
        ByteBuffer order = ByteBuffer.allocate(length);
        return order.putLong(serial).put(length - 1, (byte) (valid ? 1 : 0)).array();
    }

    private static byte[] order(long serial) {
        return order(serial, 100, true);
    }

    /** Keeps the orders that came. */
    private static final class Handler implements ControlHandler {
        final BlockingQueue<Long> serials = new LinkedBlockingQueue<>();
        final BlockingQueue<byte[]> refused = new LinkedBlockingQueue<>();

        @Override
        public long verify(byte[] signedOrder) {
            if (signedOrder[signedOrder.length - 1] != 1) {
                refused.add(signedOrder);
                return -1;
            }
            return ByteBuffer.wrap(signedOrder).getLong();
        }

        @Override
        public void onOrder(long serial, byte[] signedOrder) {
            assertThat(ByteBuffer.wrap(signedOrder).getLong()).isEqualTo(serial);
            serials.add(serial);
        }

        /** Waits for the next order. */
        long next() throws InterruptedException {
            Long serial = serials.poll(30, TimeUnit.SECONDS);
            return serial == null ? -1 : serial;
        }
    }

    /** An engine that is in the control swarm. */
    private final class Agent {
        final Handler handler = new Handler();
        final Engine engine;
        final ControlSwarm control;

        Agent(List<SwarmKey> keys, List<List<String>> trackers, InetSocketAddress... peers) throws Exception {
            this(options(), keys, trackers, peers);
        }

        Agent(EngineOptions.Builder options, List<SwarmKey> keys, List<List<String>> trackers, InetSocketAddress... peers)
            throws Exception {
            engine = engine(options);
            control = engine.join(ControlOptions.builder(FLEET, keys, handler).trackers(trackers).peers(List.of(peers)).build());
        }

        void join() throws Exception {
            control.joined().get(30, TimeUnit.SECONDS);
        }
    }

    private Agent agent(InetSocketAddress... peers) throws Exception {
        return new Agent(List.of(KEY), List.of(), peers);
    }

    private TrackerServer tracker(SwarmKey... keys) throws IOException {
        return closedAtEnd(TrackerServer.start(
            TrackerServerOptions.builder().bindAddress(LOOPBACK).port(0).swarmKeys(List.of(keys)).build()));
    }

    private static List<List<String>> url(TrackerServer tracker) {
        return List.of(List.of("http://127.0.0.1:" + tracker.port() + "/announce"));
    }

    @Test
    void orderReachesAllAgents() throws Exception {
        List<List<String>> trackers = url(tracker(KEY));
        List<Agent> agents = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            agents.add(new Agent(List.of(KEY), trackers));
            agents.get(i).join();
        }
        assertThat(agents.get(0).control.publish(order(5)).get(30, TimeUnit.SECONDS)).isEqualTo(5);
        for (Agent agent : agents) {
            assertThat(agent.handler.next()).isEqualTo(5);
            assertThat(agent.control.serial()).isEqualTo(5);
        }
    }

    @Test
    void latecomerGetsOrderOfLongestLength() throws Exception {
        Agent first = agent();
        first.control.publish(order(7, ControlOptions.MAX_ORDER_BYTES, true)).get(30, TimeUnit.SECONDS);
        Agent second = agent(address(first.engine));
        assertThat(second.handler.next()).isEqualTo(7);
        assertThat(second.control.neighbours()).isEqualTo(1);
    }

    @Test
    void knownOrderIsPassedOn() throws Exception {
        Agent first = agent();
        Engine second = engine();
        Handler handler = new Handler();
        second.join(ControlOptions.builder(FLEET, List.of(KEY), handler).order(9, order(9)).peers(List.of(address(first.engine))).build());
        assertThat(first.handler.next()).isEqualTo(9);
        assertThat(handler.serials).isEmpty();
    }

    @Test
    void olderOrderIsNotPublished() throws Exception {
        Agent agent = agent();
        assertThat(agent.control.publish(order(5)).get(30, TimeUnit.SECONDS)).isEqualTo(5);
        assertThat(agent.control.publish(order(4)).get(30, TimeUnit.SECONDS)).isEqualTo(-1);
        assertThat(agent.control.publish(order(5)).get(30, TimeUnit.SECONDS)).isEqualTo(-1);
        assertThat(agent.control.publish(order(6, 100, false)).get(30, TimeUnit.SECONDS)).isEqualTo(-1);
        assertThat(agent.control.serial()).isEqualTo(5);
        assertThat(agent.handler.serials).containsExactly(5L);
    }

    /** A has the new key, C the old one, and B both. */
    @Test
    void orderPassesFromKeyToKey() throws Exception {
        Agent a = agent();
        Agent c = new Agent(List.of(OLD_KEY), List.of());
        Agent b = new Agent(List.of(KEY, OLD_KEY), List.of(), address(a.engine), address(c.engine));
        b.join();
        a.control.publish(order(3));
        assertThat(c.handler.next()).isEqualTo(3);
        assertThat(b.handler.next()).isEqualTo(3);
        c.control.publish(order(4));
        assertThat(a.handler.next()).isEqualTo(3);
        assertThat(a.handler.next()).isEqualTo(4);
        assertThat(b.handler.next()).isEqualTo(4);
        assertThat(b.handler.serials).isEmpty();
    }

    /** An agent that talks TLS by its keys. */
    private Agent tlsAgent(List<SwarmKey> keys, InetSocketAddress... peers) throws Exception {
        return new Agent(options().tls(SwarmTls.of(keys)), keys, List.of(), peers);
    }

    @Test
    void longestOrderPassesOverTls() throws Exception {
        Agent first = tlsAgent(List.of(KEY));
        first.control.publish(order(7, ControlOptions.MAX_ORDER_BYTES, true)).get(30, TimeUnit.SECONDS);
        Agent second = tlsAgent(List.of(KEY), address(first.engine));
        Agent third = tlsAgent(List.of(KEY), address(second.engine));
        assertThat(third.handler.next()).isEqualTo(7);
        third.control.publish(order(8));
        assertThat(first.handler.next()).isEqualTo(7);
        assertThat(first.handler.next()).isEqualTo(8);
    }

    /** As agents are one after the other while keys are replaced. */
    @Test
    void orderCrossesKeysOverTls() throws Exception {
        Agent old = tlsAgent(List.of(OLD_KEY));
        Agent both = tlsAgent(List.of(OLD_KEY, KEY), address(old.engine));
        Agent turned = tlsAgent(List.of(KEY, OLD_KEY), address(both.engine));
        Agent settled = tlsAgent(List.of(KEY), address(turned.engine));
        settled.join();
        old.control.publish(order(3));
        assertThat(settled.handler.next()).isEqualTo(3);
        settled.control.publish(order(4));
        assertThat(old.handler.next()).isEqualTo(3);
        assertThat(old.handler.next()).isEqualTo(4);
    }

    @Test
    void agentWithoutTlsIsNoNeighbour() throws Exception {
        Agent member = tlsAgent(List.of(KEY));
        member.control.publish(order(3)).get(30, TimeUnit.SECONDS);
        Agent plain = agent(address(member.engine));
        Agent stranger = tlsAgent(List.of(OLD_KEY), address(member.engine));
        try (RawPeer raw = RawPeer.dial(address(member.engine), KEY.controlName(FLEET), 7)) {
            assertThat(raw.next()).isNull();
        } catch (IOException e) {
            assertThat(e).as("closed at once").isNotNull();
        }
        Agent second = tlsAgent(List.of(KEY), address(member.engine));
        assertThat(second.handler.next()).isEqualTo(3);
        assertThat(plain.control.neighbours() + stranger.control.neighbours()).isZero();
        assertThat(plain.handler.serials).isEmpty();
        assertThat(stranger.handler.serials).isEmpty();
    }

    @Test
    void otherKeyOpensNoConnection() throws Exception {
        Agent member = agent();
        member.control.publish(order(3)).get(30, TimeUnit.SECONDS);
        InfoHash name = KEY.controlName(FLEET);
        try (RawPeer stranger = RawPeer.dial(address(member.engine), name, 7)) {
            assertThat(stranger.next().is(MessageType.EXTENDED)).isTrue();
            stranger.send(out -> {
                out.extended(0, "d1:md12:murder_orderi3eee".getBytes(StandardCharsets.US_ASCII));
                out.extended(3, new OrderMessage(9, order(9)).toPayload());
            });
            assertThat(stranger.next()).isNull();
        }
        assertThat(member.control.neighbours()).isZero();
        assertThat(member.control.serial()).isEqualTo(3);
    }

    /** A member that speaks for itself, after it has proved that it has the key. */
    private RawPeer member(Agent to, int number) throws Exception {
        InfoHash name = KEY.controlName(FLEET);
        RawPeer peer = RawPeer.dial(address(to.engine), name, number);
        MemberProof proof = new MemberProof(KEY, name, true, new byte[MemberProof.NONCE_LENGTH], RawPeer.id(number), peer.peerId());
        peer.send(out -> out.extended(ExtensionHandshake.ID, proof.hello()));
        RawPeer.Said hello = peer.next();
        assertThat(proof.onExtended(hello.extendedId(), hello.extended())).isEqualTo(MemberProof.Step.SEND_CODE);
        peer.send(out -> out.extended(proof.codeId(), proof.code()));
        RawPeer.Said code = peer.next();
        assertThat(proof.onExtended(code.extendedId(), code.extended())).isEqualTo(MemberProof.Step.PROVEN);
        peer.send(out -> out.extended(0, "d1:md12:murder_orderi5eee".getBytes(StandardCharsets.US_ASCII)));
        return peer;
    }

    /** Reads until an order comes, or the end. */
    private static OrderMessage nextOrder(RawPeer peer) throws Exception {
        for (RawPeer.Said said = peer.next(); said != null; said = peer.next()) {
            if (said.is(MessageType.EXTENDED) && said.extendedId() == 5) {
                OrderMessage message = OrderMessage.read(said.extended());
                if (message.hasOrder()) {
                    return message;
                }
            }
        }
        return null;
    }

    private static void say(RawPeer peer, long serial, byte[] order) throws IOException {
        peer.send(out -> out.extended(3, new OrderMessage(serial, order).toPayload()));
    }

    private static void sayUntilClosed(RawPeer peer, long serial, byte[] order) throws Exception {
        try {
            say(peer, serial, order);
            peer.untilClosed();
        } catch (SocketException e) {
            // The agent hung up while this side spoke.
            assertThat(e).isNotNull();
        }
    }

    @Test
    void memberGetsOrderThatItLacks() throws Exception {
        Agent agent = agent();
        agent.control.publish(order(3)).get(30, TimeUnit.SECONDS);
        try (RawPeer member = member(agent, 1)) {
            say(member, -1, new byte[0]);
            assertThat(nextOrder(member).order()).isEqualTo(order(3));
            agent.control.publish(order(4)).get(30, TimeUnit.SECONDS);
            assertThat(nextOrder(member).order()).isEqualTo(order(4));
        }
    }

    @Test
    void replayedOrderChangesNothing() throws Exception {
        Agent agent = agent();
        agent.control.publish(order(3)).get(30, TimeUnit.SECONDS);
        try (RawPeer member = member(agent, 1)) {
            say(member, 2, order(2));
            assertThat(nextOrder(member).serial()).isEqualTo(3);
        }
        assertThat(agent.control.serial()).isEqualTo(3);
        assertThat(agent.handler.serials).containsExactly(3L);
    }

    @Test
    void invalidOrderClosesAndBans() throws Exception {
        Agent agent = agent();
        try (RawPeer member = member(agent, 1)) {
            sayUntilClosed(member, 3, order(3, 100, false));
            assertThat(agent.handler.refused).hasSize(1);
        }
        try (RawPeer again = member(agent, 1)) {
            again.untilClosed();
        }
        assertThat(agent.control.serial()).isEqualTo(-1);
        assertThat(agent.handler.serials).isEmpty();
    }

    /** The order is valid, but not the one that was announced. */
    @Test
    void orderWithOtherSerialIsRefused() throws Exception {
        Agent agent = agent();
        try (RawPeer member = member(agent, 1)) {
            sayUntilClosed(member, 30, order(3));
        }
        assertThat(agent.control.serial()).isEqualTo(-1);
    }

    @Test
    void oversizedOrderClosesConnection() throws Exception {
        Agent agent = agent();
        try (RawPeer member = member(agent, 1)) {
            member.send(out -> out.extended(3, order(3, 8 + ControlOptions.MAX_ORDER_BYTES + 1, true)));
            member.untilClosed();
        }
        assertThat(agent.control.serial()).isEqualTo(-1);
    }

    @Test
    void floodClosesConnection() throws Exception {
        Agent agent = agent();
        try (RawPeer member = member(agent, 1)) {
            for (int i = 0; i < 10; i++) {
                say(member, i, order(i));
            }
            for (int serial = 0; serial < 9; serial = (int) agent.handler.next()) {
                assertThat(serial).isNotNegative();
            }
            member.send(out -> {
                for (int i = 0; i < 200; i++) {
                    out.extended(3, OrderMessage.serial(i).toPayload());
                }
            });
            member.untilClosed();
        }
        assertThat(agent.control.serial()).isEqualTo(9);
    }

    @Test
    void closedSwarmIsLeft() throws Exception {
        Agent first = agent();
        Agent second = agent(address(first.engine));
        second.join();
        first.control.close();
        assertThat(first.control.neighbours()).isZero();
        assertThat(first.control.publish(order(1)).get(30, TimeUnit.SECONDS)).isEqualTo(-1);
        first.control.close();
        try (ControlSwarm again = first.engine.join(ControlOptions.builder(FLEET, List.of(KEY), first.handler)
            .peers(List.of(address(second.engine))).build())) {
            assertThat(again.publish(order(2)).get(30, TimeUnit.SECONDS)).isEqualTo(2);
            assertThat(second.handler.next()).isEqualTo(2);
        }
    }

    @Test
    void engineJoinsSwarmOnce() throws Exception {
        Agent agent = agent();
        ControlOptions again = ControlOptions.builder(FLEET, List.of(OLD_KEY, KEY), new Handler()).build();
        assertThatThrownBy(() -> agent.engine.join(again)).isInstanceOf(TorrentException.class).hasMessageContaining("web");
        agent.engine.close();
        assertThatThrownBy(() -> agent.engine.join(ControlOptions.builder("other", List.of(KEY), new Handler()).build()))
            .isInstanceOf(TorrentException.class);
    }

    @Test
    void throwingHandlerEndsNothing() throws Exception {
        Engine engine = engine();
        CompletableFuture<Long> heard = new CompletableFuture<>();
        ControlSwarm control = engine.join(ControlOptions.builder(FLEET, List.of(KEY), new ControlHandler() {
            @Override
            public long verify(byte[] signedOrder) {
                long serial = ByteBuffer.wrap(signedOrder).getLong();
                if (serial == 1) {
                    throw new IllegalStateException("a test");
                }
                return serial;
            }

            @Override
            public void onOrder(long serial, byte[] signedOrder) {
                if (serial == 2) {
                    throw new IllegalStateException("a test");
                }
                heard.complete(serial);
            }
        }).build());
        assertThatThrownBy(() -> control.publish(order(1)).get(30, TimeUnit.SECONDS)).hasMessageContaining("a test");
        assertThat(control.publish(order(2)).get(30, TimeUnit.SECONDS)).isEqualTo(2);
        control.publish(order(3));
        assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo(3);
    }

    @Test
    void optionsHaveLimits() {
        Handler handler = new Handler();
        assertThatThrownBy(() -> ControlOptions.builder(FLEET, List.of(), handler)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ControlOptions.builder("", List.of(KEY), handler)).isInstanceOf(IllegalArgumentException.class);
        ControlOptions.Builder builder = ControlOptions.builder(FLEET, List.of(KEY), handler);
        assertThatThrownBy(() -> builder.order(1, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.order(-1, order(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.order(1, new byte[ControlOptions.MAX_ORDER_BYTES + 1]))
            .isInstanceOf(IllegalArgumentException.class);
    }
}
