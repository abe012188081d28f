package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import murder.metainfo.InfoHash;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.ExtensionHandshake;
import murder.wire.MetadataMessage;
import murder.wire.WireException;
import org.junit.jupiter.api.Test;

class MetadataFetchTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final byte[] info = new byte[2 * MetadataMessage.PIECE_LENGTH + 100];
    private final Bans bans = new Bans();
    private final MetadataFetch fetch;
    private final List<Recorder> outs = new ArrayList<>();
    private final RecordingDriver driver = new RecordingDriver();

    MetadataFetchTest() throws Exception {
        new Random(1).nextBytes(info);
        fetch = new MetadataFetch(SwarmConfig.DEPLOY, InfoHash.of(java.security.MessageDigest.getInstance("SHA-1").digest(info)),
            PeerId.random(new Random(1000)), new SplittableRandom(3), bans);
    }

    private static PeerConnection.Peer peer(int number, boolean extensions) {
        return new PeerConnection.Peer(PeerAddress.of(new byte[] {10, 0, 0, (byte) number}, 6881), true, PeerId.random(new Random(number)),
            true, extensions);
    }

    /** A peer that says that it has the dictionary, of that length. */
    private MetadataFetch.Source source(long nowNs, int number, int length) throws WireException {
        Recorder out = new Recorder();
        outs.add(out);
        assertThat(fetch.admit(nowNs, peer(number, true))).isNull();
        MetadataFetch.Source source = fetch.onConnected(nowNs, peer(number, true), out);
        source.onExtended(nowNs, ExtensionHandshake.ID, ByteBuffer.wrap(new ExtensionHandshake(
            new TreeMap<>(Map.of(ExtensionHandshake.UT_METADATA, 7)), 0, "", false, length, 0, null, 0).toPayload()));
        return source;
    }

    private static void data(long nowNs, MetadataFetch.Source source, int piece, byte[] of) throws WireException {
        source.onExtended(nowNs, Extensions.METADATA_ID, ByteBuffer.wrap(MetadataMessage.data(piece, of).toPayload()));
    }

    /** Those that the orders since the last call close. */
    private List<MetadataFetch.Source> closed() {
        fetch.carryOut(driver);
        List<MetadataFetch.Source> taken = List.copyOf(driver.closed);
        driver.closed.clear();
        return taken;
    }

    private byte[] found() {
        fetch.carryOut(driver);
        return driver.found;
    }

    private static final class RecordingDriver implements MetadataDriver {
        final List<PeerAddress> dialled = new ArrayList<>();
        final List<MetadataFetch.Source> closed = new ArrayList<>();
        byte[] found;

        @Override
        public void dial(PeerAddress address) {
            dialled.add(address);
        }

        @Override
        public void close(MetadataFetch.Source source, Refusal why) {
            closed.add(source);
        }

        @Override
        public void found(byte[] rawInfo) {
            assertThat(found).isNull();
            found = rawInfo;
        }
    }

    @Test
    void takesFirstDictionaryWithRightHash() throws Exception {
        MetadataFetch.Source liar = source(0, 1, info.length);
        MetadataFetch.Source honest = source(0, 2, info.length);
        fetch.onTurn(0);
        for (int piece = 0; piece < 3; piece++) {
            data(0, liar, piece, new byte[info.length]);
        }
        fetch.onTurn(0);
        assertThat(found()).isNull();
        assertThat(closed()).containsExactly(liar);

        for (int piece = 2; piece >= 0; piece--) {
            data(0, honest, piece, info);
        }

        assertThat(found()).isEqualTo(info);
    }

    @Test
    void dropsPeerSilentForFiveSeconds() throws Exception {
        MetadataFetch.Source silent = source(0, 1, info.length);
        assertThat(fetch.onTurn(0)).isEqualTo(5 * SECOND_NS);
        fetch.onTurn(5 * SECOND_NS - 1);
        assertThat(closed()).isEmpty();
        fetch.onTurn(5 * SECOND_NS);
        assertThat(closed()).containsExactly(silent);
    }

    @Test
    void endsTrickleWhenAnotherPeerWaits() throws Exception {
        byte[] huge = new byte[MetadataFetch.MAX_LENGTH];
        List<MetadataFetch.Source> slow = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            slow.add(source(0, i, huge.length));
        }
        fetch.onTurn(0);
        long nowNs = 0;
        for (int piece = 0; piece < 4; piece++) {
            nowNs += 4 * SECOND_NS;
            for (MetadataFetch.Source source : slow) {
                data(nowNs, source, piece, huge);
            }
            fetch.onTurn(nowNs);
            assertThat(closed()).as("with nobody else to ask, slow is better than nothing").isEmpty();
        }
        MetadataFetch.Source waiting = source(nowNs, 4, info.length);

        assertThat(fetch.onTurn(nowNs)).isEqualTo(nowNs);
        assertThat(closed()).containsExactlyElementsOf(slow);
        fetch.onTurn(nowNs);

        assertThat(outs.get(3).take().stream().filter(line -> line.startsWith("extended 7"))).hasSize(3);
        for (int piece = 0; piece < 3; piece++) {
            data(nowNs, waiting, piece, info);
        }
        assertThat(found()).isEqualTo(info);
    }

    @Test
    void asksNextPeerAfterTimeout() throws Exception {
        byte[] huge = new byte[MetadataFetch.MAX_LENGTH];
        for (int i = 1; i <= 3; i++) {
            data(0, source(0, i, huge.length), 0, huge);
        }
        source(0, 4, info.length);
        fetch.onTurn(0);
        assertThat(fetch.onTurn(0)).isEqualTo(5 * SECOND_NS);
        assertThat(closed()).isEmpty();
    }

    @Test
    void requestsEachMetadataPieceOnce() throws Exception {
        MetadataFetch.Source source = source(0, 1, info.length);
        data(0, source, 0, info);
        fetch.onTurn(0);
        data(0, source, 0, info);
        data(0, source, 0, info);
        data(0, source, 1, info);
        data(0, source, 1000, new byte[MetadataFetch.MAX_LENGTH]);
        assertThat(found()).isNull();
        data(0, source, 2, info);
        assertThat(found()).isEqualTo(info);
        assertThat(outs.get(0).take().stream().filter(line -> line.startsWith("extended 7"))).hasSize(3);
    }

    @Test
    void refusesUselessPeer() throws Exception {
        assertThat(fetch.admit(0, peer(1, false))).isEqualTo(Refusal.USELESS);
        for (int i = 1; i <= 20; i++) {
            source(0, i, info.length);
        }
        assertThat(fetch.admit(0, peer(20, true))).isEqualTo(Refusal.ALREADY_CONNECTED);
        assertThat(fetch.admit(0, peer(21, true))).isEqualTo(Refusal.SWARM_FULL);
    }

    private static PeerConnection.Peer dialled(int number) {
        return new PeerConnection.Peer(peer(number, true).address(), false, PeerId.random(new Random(number)), true, true);
    }

    @Test
    void excludesSenderOfWrongBytes() throws Exception {
        MetadataFetch.Source liar = source(0, 1, info.length);
        fetch.onCandidate(peer(1, true).address().withPort(7000));
        fetch.onTurn(0);
        for (int piece = 0; piece < 3; piece++) {
            data(0, liar, piece, new byte[info.length]);
        }
        fetch.onTurn(0);
        assertThat(closed()).containsExactly(liar);
        driver.dialled.clear();
        PeerConnection.Peer again = new PeerConnection.Peer(peer(1, true).address(), true, PeerId.random(new Random(77)), true, true);
        assertThat(fetch.admit(SECOND_NS, again)).isEqualTo(Refusal.BANNED);
        fetch.onDialFailed(SECOND_NS, peer(1, true).address().withPort(7000), true);
        fetch.onTurn(100 * SECOND_NS);
        fetch.carryOut(driver);
        assertThat(driver.dialled).isEmpty();
        assertThat(fetch.admit(SECOND_NS, peer(2, true))).isNull();
    }

    @Test
    void dialledSeederGetsPlaceAmongLiars() throws Exception {
        for (int i = 1; i <= 20; i++) {
            source(0, i, MetadataFetch.MAX_LENGTH);
        }
        fetch.onCandidate(dialled(21).address());
        fetch.onTurn(0);
        fetch.carryOut(driver);
        assertThat(driver.dialled).containsExactly(dialled(21).address());
        assertThat(fetch.admit(0, dialled(21))).isNull();
        assertThat(closed()).hasSize(1);
    }

    @Test
    void incomingSeederDisplacesIdleLiar() throws Exception {
        List<MetadataFetch.Source> liars = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            liars.add(source(0, i, MetadataFetch.MAX_LENGTH));
        }
        fetch.onTurn(0);
        data(SECOND_NS, liars.get(0), 0, new byte[MetadataFetch.MAX_LENGTH]);
        assertThat(fetch.admit(5 * SECOND_NS - 1, peer(21, true))).isEqualTo(Refusal.SWARM_FULL);
        assertThat(fetch.admit(5 * SECOND_NS, peer(21, true))).isNull();
        assertThat(closed()).containsExactly(liars.get(1));
    }

    @Test
    void shortDictionaryWaitsTenSeconds() throws Exception {
        byte[] huge = new byte[MetadataFetch.MAX_LENGTH];
        List<MetadataFetch.Source> asked = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            asked.add(source(0, i, huge.length));
        }
        fetch.onTurn(0);
        MetadataFetch.Source seeder = source(0, 4, info.length);
        for (int second = 1; second < 10; second++) {
            // Just fast enough to be kept.
            for (MetadataFetch.Source source : asked) {
                data(second * SECOND_NS, source, 2 * second - 2, huge);
                data(second * SECOND_NS, source, 2 * second - 1, huge);
            }
            fetch.onTurn(second * SECOND_NS);
        }
        assertThat(outs.get(3).take()).noneMatch(line -> line.startsWith("extended 7"));
        fetch.onTurn(10 * SECOND_NS);
        assertThat(outs.get(3).take()).filteredOn(line -> line.startsWith("extended 7")).hasSize(3);
        for (int piece = 0; piece < 3; piece++) {
            data(10 * SECOND_NS, seeder, piece, info);
        }
        assertThat(found()).isEqualTo(info);
    }

    @Test
    void liarLosesAllItsConnections() throws Exception {
        MetadataFetch.Source liar = source(0, 1, info.length);
        PeerId otherId = PeerId.random(new Random(5));
        PeerConnection.Peer same = new PeerConnection.Peer(peer(1, true).address().withPort(2), true, otherId, true, true);
        assertThat(fetch.admit(0, same)).isNull();
        MetadataFetch.Source second = fetch.onConnected(0, same, new Recorder());
        source(0, 2, info.length);
        fetch.onTurn(0);
        for (int piece = 0; piece < 3; piece++) {
            data(0, liar, piece, new byte[info.length]);
        }
        fetch.onTurn(0);
        assertThat(closed()).containsExactly(liar, second);
    }

    @Test
    void banOfEngineClosesConnection() throws Exception {
        MetadataFetch.Source banned = source(0, 1, info.length);
        source(0, 2, info.length);
        fetch.onTurn(0);
        bans.add(peer(1, true).address());
        fetch.onTurn(1);
        assertThat(closed()).containsExactly(banned);
        fetch.onTurn(2);
        assertThat(closed()).isEmpty();
    }

    @Test
    void stolenIdExcludesNobody() throws Exception {
        source(0, 1, info.length);
        PeerConnection.Peer real = new PeerConnection.Peer(peer(2, true).address(), true, peer(1, true).peerId(), true, true);
        assertThat(fetch.admit(0, real)).isNull();
    }

    @Test
    void dialsOnlyFreePlaces() {
        for (int i = 0; i < 40; i++) {
            fetch.onCandidate(PeerAddress.ofIpv4(0x0a000000 + i, 6881));
        }
        for (long nowNs = 0; nowNs < SECOND_NS; nowNs += SECOND_NS / 100) {
            fetch.onTurn(nowNs);
        }
        fetch.carryOut(driver);
        assertThat(driver.dialled).hasSize(20);
    }

    @Test
    void remembersAllAddressesOnce() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 3000; i++) {
                fetch.onCandidate(PeerAddress.of(new byte[] {10, 1, (byte) (i >> 8), (byte) i}, 6881));
            }
        }
        assertThat(fetch.known()).hasSize(SwarmConfig.DEPLOY.candidates());
    }

    @Test
    void findsOnceAndOrdersNothingAfter() throws Exception {
        MetadataFetch.Source first = source(0, 1, info.length);
        MetadataFetch.Source second = source(0, 2, info.length);
        fetch.onTurn(0);
        for (int piece = 0; piece < 3; piece++) {
            data(0, first, piece, info);
            data(0, second, piece, info);
        }
        fetch.onCandidate(PeerAddress.ofIpv4(0x0a000000, 6881));
        assertThat(fetch.onTurn(10 * SECOND_NS)).isEqualTo(Long.MAX_VALUE);
        assertThat(found()).isEqualTo(info);
        assertThat(closed()).isEmpty();
        assertThat(driver.dialled).isEmpty();
    }
}
