package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import murder.fuzz.Fuzz;
import murder.fuzz.Mutator;
import murder.fuzz.SeededProperties;
import murder.metainfo.PieceLayout;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Bitfield;
import murder.wire.FrameDecoder;
import murder.wire.FrameEncoder;
import murder.wire.WireException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/**
 * A stranger sends hostile frames to a swarm that has some pieces and lacks others. Only a
 * {@link WireException} may end that. Afterwards an honest seeder completes the swarm.
 */
@Tag(SeededProperties.FUZZ)
class SwarmFuzzTest {
    private static final PieceLayout LAYOUT = new PieceLayout(7 * 32 * 1024 + 100, 32 * 1024);
    private static final int BLOCK = PieceLayout.BLOCK_LENGTH;
    private static final SwarmConfig CONFIG = new SwarmConfig(10, 20, 8, 400, 4, 1, 100, 20, true, 8, 20);

    private final Fuzz frames = Fuzz.of(new Mutator(List.of(honest(), greedy(), confused()), ""), this::play).allocating(1 << 20, 100);
    private long seed;

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void strangersChangeNothingForOthers(@ForAll long drawn) throws Exception {
        seed = drawn;
        frames.run(drawn);
    }

    private void play(byte[] stream) {
        new Play(new SplittableRandom(seed)).run(stream);
    }

    /** One swarm, from the stranger's first byte to the end of the download. */
    private static final class Play implements SwarmDriver {
        private final SplittableRandom random;
        private final Swarm swarm;
        private final List<Integer> toVerify = new ArrayList<>();
        /** Pieces of which the stranger has sent a block. */
        private final TreeSet<Integer> doubtful = new TreeSet<>();
        private PeerConnection stranger;
        private boolean strangerIsClosed;
        private long nowNs;

        Play(SplittableRandom random) {
            this.random = random;
            Bitfield have = new Bitfield(LAYOUT.pieceCount());
            have.set(0);
            have.set(3);
            swarm = new Swarm(CONFIG, LAYOUT, new PeerId(5, 0, 0), new byte[20_000], have, new RateLimits(List.of(), List.of()),
                random.split(), new Suspects(new Bans()));
        }

        private PeerConnection connect(int number, FrameEncoder out) {
            PeerConnection.Peer who = new PeerConnection.Peer(PeerAddress.ofIpv4(10 << 24 | number, 6881), random.nextBoolean(),
                new PeerId(number, 0, 0), random.nextInt(4) > 0, random.nextInt(4) > 0);
            assertThat(swarm.admit(nowNs, who)).isNull();
            return swarm.onConnected(nowNs, who, out);
        }

        void run(byte[] stream) {
            stranger = connect(9, new Sink());
            FrameDecoder decoder = new FrameDecoder();
            PeerMessages handler = new PeerMessages(stranger) {
                @Override
                protected long now() {
                    return nowNs;
                }

                @Override
                public void onBlock(int piece, int begin, ByteBuffer payload) throws WireException {
                    if (stranger.onBlocks(nowNs, piece, begin, payload.remaining()) != 0) {
                        doubtful.add(piece);
                    }
                }
            };
            ByteBuffer all = ByteBuffer.wrap(stream);
            try {
                while (all.hasRemaining() && !strangerIsClosed) {
                    ByteBuffer part = all.slice(all.position(), 1 + random.nextInt(all.remaining()));
                    all.position(all.position() + part.remaining());
                    decoder.decode(part, handler);
                    turn();
                }
            } catch (WireException e) {
                assertThat(e.violation()).isNotNull();
            }
            turn();
            if (!strangerIsClosed && random.nextBoolean()) {
                swarm.onDisconnected(nowNs, stranger);
                strangerIsClosed = true;
            }
            complete();
        }

        private void turn() {
            nowNs += random.nextLong(random.nextInt(8) == 0 ? 40_000_000_000L : 100_000_000L);
            swarm.onTurn(nowNs);
            swarm.carryOut(this);
            for (int piece : List.copyOf(toVerify)) {
                toVerify.remove((Integer) piece);
                boolean good = !doubtful.remove(piece) || random.nextBoolean();
                swarm.onPieceVerified(nowNs, piece, good);
            }
            swarm.checkInvariants();
        }

        /** The honest seeder sends what it is asked for. */
        private void complete() {
            Sink asked = new Sink();
            PeerConnection seeder = connect(1, asked);
            Bitfield all = new Bitfield(LAYOUT.pieceCount());
            all.setAll();
            try {
                seeder.onBitfield(nowNs, ByteBuffer.wrap(all.toBytes()));
                seeder.onUnchoke(nowNs);
                for (int round = 0; !swarm.hasCompleted() && round < 2_000; round++) {
                    turn();
                    List<int[]> requests = List.copyOf(asked.requests);
                    asked.requests.clear();
                    for (int[] request : requests) {
                        seeder.onBlocks(nowNs, request[0], request[1], request[2]);
                    }
                }
            } catch (WireException e) {
                throw new AssertionError("the honest seeder is refused", e);
            }
            assertThat(swarm.hasCompleted()).as("completed").isTrue();
        }

        @Override
        public void verify(int piece) {
            toVerify.add(piece);
        }

        @Override
        public void discard(int piece) {
            doubtful.remove(piece);
        }

        @Override
        public void dial(PeerAddress address) {
            throw new AssertionError("dials " + address + ", which nobody told");
        }

        @Override
        public void close(PeerConnection peer, Refusal why) {
            if (peer == stranger) {
                strangerIsClosed = true;
            } else {
                assertThat(why).as("why the honest seeder is closed").isEqualTo(Refusal.BOTH_COMPLETE);
            }
            swarm.onDisconnected(nowNs, peer);
        }

        @Override
        public void banned(PeerAddress address) {
            assertThat(address.low() & 0xff).as("who is banned").isEqualTo(9);
        }

        @Override
        public void completed() {
            assertThat(swarm.isComplete()).isTrue();
        }
    }

    /** Takes all frames and keeps the requests. */
    private static final class Sink extends FrameEncoder {
        private final ByteBuffer frame = ByteBuffer.allocate(32 * 1024);
        final List<int[]> requests = new ArrayList<>();

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        protected ByteBuffer reserve(int length) {
            return frame.clear().limit(length);
        }

        @Override
        protected void appendPayload(int piece, int begin, int length) {
            assertThat(LAYOUT.isRange(piece, begin, length)).isTrue();
        }

        @Override
        protected void appended() {
            // Only requests matter.
        }

        @Override
        public void request(int piece, int begin, int length) {
            requests.add(new int[] {piece, begin, length});
        }

        @Override
        public void cancel(int piece, int begin, int length) {
            requests.removeIf(request -> request[0] == piece && request[1] == begin);
        }
    }

    /** Has pieces, and sends blocks. */
    private static byte[] honest() {
        ByteBuffer out = ByteBuffer.allocate(60_000).put(extensionHandshake(1));
        out.put(new byte[] {0, 0, 0, 2, 5, (byte) 0xf4, 0, 0, 0, 1, 1, 0, 0, 0, 1, 2, 0, 0, 0, 5, 4, 0, 0, 0, 6});
        return array(out.put(block(1, 0, BLOCK)).put(block(1, BLOCK, BLOCK)).put(block(2, 0, 300)));
    }

    /** Asks for pieces, metadata and rejects. */
    private static byte[] greedy() {
        ByteBuffer out = ByteBuffer.allocate(2_000).put(extensionHandshake(7)).put(new byte[] {0, 0, 0, 1, 15, 0, 0, 0, 1, 2});
        for (int i = 0; i < 12; i++) {
            out.put(numbers(6, i % 8, BLOCK * (i & 1), BLOCK)).put(numbers(8, i % 8, 0, BLOCK)).put(numbers(16, i % 8, 0, BLOCK));
        }
        return array(out.put(extended(3, "d8:msg_typei0e5:piecei0ee")).put(extended(3, "d8:msg_typei0e5:piecei1ee")));
    }

    /** Says everything, in no order. */
    private static byte[] confused() {
        ByteBuffer out = ByteBuffer.allocate(2_000);
        for (int id = 0; id < 18; id++) {
            switch (id) {
                case 4, 13, 17 -> out.put(numbers(id, id % 8));
                case 5 -> out.put(new byte[] {0, 0, 0, 2, 5, 0});
                case 6, 8, 16 -> out.put(numbers(id, 7, 0, 100));
                case 7 -> out.put(block(7, 0, 100));
                case 9 -> out.put(new byte[] {0, 0, 0, 3, 9, 1, 1});
                case 10, 11, 12 -> out.put(new byte[] {0, 0, 0, 0, 0, 0, 0, 3, (byte) id, 1, 1});
                default -> out.put(new byte[] {0, 0, 0, 1, (byte) id});
            }
        }
        return array(out.put(extended(3, "d8:msg_typei2e5:piecei1ee")).put(extended(9, "le")));
    }

    private static byte[] extensionHandshake(int metadataId) {
        return extended(0, "d1:md11:ut_metadatai" + metadataId + "ee18:max_request_lengthi131072e13:metadata_sizei20000e4:reqqi250ee");
    }

    private static byte[] extended(int id, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(6 + bytes.length).putInt(2 + bytes.length).put((byte) 20).put((byte) id).put(bytes).array();
    }

    private static byte[] numbers(int id, int... numbers) {
        ByteBuffer out = ByteBuffer.allocate(5 + 4 * numbers.length).putInt(1 + 4 * numbers.length).put((byte) id);
        for (int number : numbers) {
            out.putInt(number);
        }
        return out.array();
    }

    private static byte[] block(int piece, int begin, int length) {
        return ByteBuffer.allocate(13 + length).putInt(9 + length).put((byte) 7).putInt(piece).putInt(begin).array();
    }

    private static byte[] array(ByteBuffer out) {
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
