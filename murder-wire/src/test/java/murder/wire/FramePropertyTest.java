package murder.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FramePropertyTest {
    @Provide
    Arbitrary<List<Message>> streams() {
        return Messages.any().list().ofMaxSize(12);
    }

    @Property(tries = 300)
    void decodesEncodedMessages(@ForAll("streams") List<Message> sent) throws WireException {
        List<Message> received = new ArrayList<>();
        new FrameDecoder().decode(ByteBuffer.wrap(Encoding.of(sent)), Message.toHandler(received::add));
        assertThat(received).isEqualTo(sent);
    }

    @Property(tries = 300)
    void anySplitGivesTheSameMessages(@ForAll("streams") List<Message> sent, @ForAll long seed) throws WireException {
        List<Message> received = new ArrayList<>();
        feedInParts(Encoding.of(sent), new Random(seed), new FrameDecoder(), Message.toHandler(received::add));
        assertThat(received).isEqualTo(sent);
    }

    /** Two connections take turns and share the room for long frames. */
    @Property(tries = 60)
    void longFramesDoNotMix(@ForAll long seed) throws WireException {
        Random random = new Random(seed);
        FrameBuffers buffers = new FrameBuffers();
        FrameDecoder[] decoders = {new FrameDecoder(buffers), new FrameDecoder(buffers)};
        List<List<Message>> sent = List.of(longBlocks(random), longBlocks(random));
        byte[][] streams = {Encoding.of(sent.get(0)), Encoding.of(sent.get(1))};
        List<List<Message>> received = List.of(new ArrayList<>(), new ArrayList<>());
        int[] at = new int[2];
        while (at[0] < streams[0].length || at[1] < streams[1].length) {
            int who = random.nextInt(2);
            int count = Math.min(streams[who].length - at[who], random.nextInt(random.nextBoolean() ? 20_000 : 300_000));
            decoders[who].decode(ByteBuffer.wrap(streams[who], at[who], count), Message.toHandler(received.get(who)::add));
            at[who] += count;
        }
        assertThat(received).isEqualTo(sent);
    }

    private static List<Message> longBlocks(Random random) {
        int[] lengths = {1, 16_384, 16_385, 100_000, 131_072, 131_073, 300_000};
        List<Message> blocks = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            int piece = random.nextInt(100);
            blocks.add(new Message.Block(piece, 0, Encoding.payload(piece, 0, lengths[random.nextInt(lengths.length)])));
        }
        return blocks;
    }

    @Property(tries = 500)
    void mutatedBytesDecodeAlike(@ForAll("streams") List<Message> sent, @ForAll long seed) {
        byte[] bytes = Encoding.of(sent);
        Random random = new Random(seed);
        for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        List<Object> whole = outcome(bytes, bytes.length, random);
        List<Object> parts = outcome(bytes, 40, random);
        assertThat(parts).isEqualTo(whole);
    }

    @Property(tries = 500)
    void noiseGivesViolationsOrValidMessages(@ForAll byte[] noise, @ForAll long seed) {
        outcome(noise, Math.max(1, noise.length), new Random(seed));
    }

    /**
     * All messages, and at the end the violation if there is one; anything else that is thrown
     * fails the test.
     */
    private static List<Object> outcome(byte[] bytes, int part, Random random) {
        List<Object> told = new ArrayList<>();
        MessageHandler checking = Message.toHandler(message -> {
            checkLimits(message);
            told.add(message);
        });
        try {
            if (part == bytes.length) {
                new FrameDecoder().decode(ByteBuffer.wrap(bytes), checking);
            } else {
                feedInParts(bytes, random, new FrameDecoder(), checking);
            }
        } catch (WireException e) {
            told.add(e.getMessage());
        }
        return told;
    }

    static void checkLimits(Message message) {
        if (message instanceof Message.Request request) {
            assertThat(request.piece()).isNotNegative();
            assertThat(request.begin()).isNotNegative();
            assertThat(request.length()).isBetween(1, FrameEncoder.MAX_BLOCK_LENGTH);
            assertThat((long) request.begin() + request.length()).isLessThanOrEqualTo(Integer.MAX_VALUE);
        } else if (message instanceof Message.Have have) {
            assertThat(have.piece()).isNotNegative();
        } else if (message instanceof Message.Block block) {
            assertThat(block.piece()).isNotNegative();
            assertThat(block.begin()).isNotNegative();
            assertThat(block.payload().remaining()).isBetween(1, FrameEncoder.MAX_BLOCK_LENGTH);
        } else if (message instanceof Message.Unknown unknown) {
            assertThat(unknown.length()).isBetween(0, FrameEncoder.MAX_FRAME_LENGTH);
        }
    }

    /**
     * Each part in a direct buffer of its own, filled with something else afterwards: nothing of it
     * may be kept by reference.
     */
    private static void feedInParts(byte[] bytes, Random random, FrameDecoder decoder, MessageHandler handler) throws WireException {
        int at = 0;
        while (at < bytes.length) {
            int count = Math.min(bytes.length - at, random.nextInt(random.nextBoolean() ? 6 : 900));
            ByteBuffer part = ByteBuffer.allocateDirect(count).put(bytes, at, count).flip();
            decoder.decode(part, handler);
            assertThat(part.hasRemaining()).isFalse();
            part.clear().put(new byte[count]);
            at += count;
        }
    }
}
