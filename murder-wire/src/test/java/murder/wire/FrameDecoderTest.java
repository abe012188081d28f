package murder.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private final List<Message> told = new ArrayList<>();
    private final MessageHandler recorder = Message.toHandler(told::add);
    private final FrameDecoder decoder = new FrameDecoder();

    private static ByteBuffer hex(String digits) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(digits.replace(" ", "")));
    }

    private Violation refusal(String digits) {
        WireException inOnePart = catchThrowableOfType(WireException.class, () -> decoder.decode(hex(digits), recorder));
        WireException byteByByte = catchThrowableOfType(WireException.class, () -> {
            FrameDecoder slow = new FrameDecoder();
            ByteBuffer all = hex(digits);
            for (int i = 0; i < all.capacity(); i++) {
                slow.decode(all.duplicate().position(i).limit(i + 1), recorder);
            }
        });
        assertThat(inOnePart).isNotNull();
        assertThat(byteByByte).hasMessage(inOnePart.getMessage());
        assertThat(told).isEmpty();
        return inOnePart.violation();
    }

    @Test
    void readsEveryMessageOfTheBeps() throws WireException {
        decoder.decode(hex("00000000 0000000100 0000000101 0000000102 0000000103 000000050400000007 000000030580f0"
                + "0000000d06000000010000400000004000 0000000b0700000002000080000102 0000000d08000000010000400000004000"
                + "00000003091ae1 000000050d00000009 000000010e 000000010f 0000000d10000000010000400000004000"
                + "000000051100000003 0000000414006465 000000020bff"), recorder);
        assertThat(told).containsExactly(
                new Message.KeepAlive(),
                new Message.Choke(),
                new Message.Unchoke(),
                new Message.Interested(),
                new Message.NotInterested(),
                new Message.Have(7),
                new Message.Bitfield(hex("80f0")),
                new Message.Request(1, 16384, 16384),
                new Message.Block(2, 32768, hex("0102")),
                new Message.Cancel(1, 16384, 16384),
                new Message.Port(6881),
                new Message.Suggest(9),
                new Message.HaveAll(),
                new Message.HaveNone(),
                new Message.Reject(1, 16384, 16384),
                new Message.AllowedFast(3),
                new Message.Extended(0, hex("6465")),
                new Message.Unknown(11, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "000000020000", "0000000201", "0000000202", "0000000203", "0000000104", "000000040400", "0000000604", "0000000106",
        "0000000c06", "0000000e06", "0000000907", "0000000107", "0000000c08", "0000000e08", "0000000209", "0000000409",
        "000000040d", "000000020e", "000000020f", "0000000c10", "0000000611", "0000000114"})
    void refusesWrongLengthsOfMessages(String head) {
        assertThat(refusal(head)).isEqualTo(Violation.BAD_MESSAGE_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0010000a", "7fffffff", "80000000", "ffffffff"})
    void refusesLongFrameBeforeItArrives(String prefix) {
        assertThat(refusal(prefix)).isEqualTo(Violation.FRAME_TOO_LONG);
    }

    @ParameterizedTest
    @CsvSource({
        "0000000504 80000000, BAD_PIECE_INDEX",
        "000000050d ffffffff, BAD_PIECE_INDEX",
        "0000000511 80000000, BAD_PIECE_INDEX",
        "0000000d06 ffffffff 00000000 00004000, BAD_PIECE_INDEX",
        "0000000d06 00000000 80000000 00004000, BAD_REQUEST",
        "0000000d06 00000000 00000000 80000000, BAD_REQUEST",
        "0000000d06 00000000 00000000 00000000, BAD_REQUEST",
        "0000000d06 00000000 00000000 00100001, BAD_REQUEST",
        "0000000d06 00000000 7fffffff 00000001, BAD_REQUEST",
        "0000000d08 00000000 ffffffff 00004000, BAD_REQUEST",
        "0000000d10 00000000 00000000 ffffffff, BAD_REQUEST",
        "0000000a07 80000000 00000000 00, BAD_PIECE_INDEX",
        "0000000a07 00000000 80000000 00, BAD_BLOCK",
        "0000000b07 00000000 7ffffffe 0000, BAD_BLOCK"})
    void refusesNumbersThatWouldWrap(String frame, Violation violation) {
        assertThat(refusal(frame)).isEqualTo(violation);
    }

    @Test
    void namesTheFrameThatIsWrong() {
        assertThat(catchThrowableOfType(WireException.class, () -> decoder.decode(hex("00000000 0000000102 0000000207"), recorder)))
                .hasMessage("BAD_MESSAGE_LENGTH: BLOCK of length 2, in the frame at byte 9");
    }

    @Test
    void takesTheLongestFrame() throws WireException {
        byte[] longest = Encoding.of(List.of(new Message.Block(1, 2, ByteBuffer.allocate(FrameEncoder.MAX_BLOCK_LENGTH))));
        int cut = longest.length / 3;
        decoder.decode(ByteBuffer.wrap(longest, 0, cut), recorder);
        decoder.decode(ByteBuffer.wrap(longest, cut, longest.length - cut), recorder);
        assertThat(told).containsExactly(new Message.Block(1, 2, Encoding.payload(1, 2, FrameEncoder.MAX_BLOCK_LENGTH)));
    }

    @Test
    void passesOverUnknownMessagesInParts() throws WireException {
        decoder.decode(hex("00000005 63 01"), recorder);
        assertThat(told).containsExactly(new Message.Unknown(99, 4));
        decoder.decode(hex("02"), recorder);
        decoder.decode(hex("0304 00000001 00"), recorder);
        assertThat(told).containsExactly(new Message.Unknown(99, 4), new Message.Choke());
    }

    @Test
    void tellsNothingMoreOnceStopped() throws WireException {
        FrameDecoder stopping = new FrameDecoder();
        ByteBuffer in = hex("0000000100 0000000101 0000000102");
        stopping.decode(in, Message.toHandler(message -> {
            told.add(message);
            stopping.stop();
        }));
        stopping.decode(in, recorder);
        assertThat(told).containsExactly(new Message.Choke());
    }

    @Test
    void handlerMayMoveItsBuffer() throws WireException {
        byte[] frames = Encoding.of(List.of(
                new Message.Block(1, 2, hex("010203")), new Message.Extended(4, hex("05")), new Message.Have(6)));
        List<Message> behind = new ArrayList<>();
        MessageHandler rude = new MessageMaker(behind::add) {
            @Override
            public void onBlock(int piece, int begin, ByteBuffer payload) {
                payload.clear().order(ByteOrder.LITTLE_ENDIAN);
            }

            @Override
            public void onExtended(int extendedId, ByteBuffer payload) {
                payload.position(0).limit(0);
            }
        };
        decoder.decode(ByteBuffer.wrap(frames), rude);
        assertThat(behind).containsExactly(new Message.Have(6));
    }

    @Test
    void allocatesNothingPerMessage() throws WireException {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            messages.add(new Message.Have(i));
            messages.add(new Message.Request(i, 0, 16384));
            messages.add(new Message.Block(i, 0, ByteBuffer.allocate(16384)));
            messages.add(new Message.Unknown(77, 30));
        }
        ByteBuffer stream = ByteBuffer.allocateDirect(1 << 20);
        stream.put(Encoding.of(messages)).flip();
        Counter counter = new Counter();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        // The first rounds make room for the carry-over and load the classes.
        feed(stream, counter, 20);
        threads.getThreadAllocatedBytes(self);
        long before = threads.getThreadAllocatedBytes(self);
        feed(stream, counter, 200);
        long allocated = threads.getThreadAllocatedBytes(self) - before;
        assertThat(counter.count).isEqualTo(220 * 60);
        // 12,000 messages; a single object for each of a kind would be more than 64,000 bytes.
        assertThat(allocated).isLessThan(1000);
    }

    /** In parts of an odd length, so that frames of all kinds are cut everywhere. */
    private void feed(ByteBuffer stream, Counter counter, int rounds) throws WireException {
        for (int round = 0; round < rounds; round++) {
            stream.position(0);
            int end = stream.limit();
            while (stream.position() < end) {
                stream.limit(Math.min(end, stream.position() + 10_007));
                decoder.decode(stream, counter);
                stream.limit(end);
            }
        }
    }

    private static final class Counter extends MessageMaker {
        private int count;

        Counter() {
            super(message -> {});
        }

        @Override
        public void onHave(int piece) {
            count++;
        }

        @Override
        public void onRequest(int piece, int begin, int length) {
            count++;
        }

        @Override
        public void onBlock(int piece, int begin, ByteBuffer payload) {
            count++;
        }

        @Override
        public void onUnknown(int id, int length) {}
    }

    @Test
    void refusesBitfieldOfOtherTorrent() throws WireException {
        decoder.setPieceCount(17);
        decoder.decode(hex("00000004 05 ffff80"), recorder);
        assertThat(told).hasSize(1);
        for (String head : List.of("00000003 05", "00000005 05", "00100009 05")) {
            FrameDecoder other = new FrameDecoder();
            other.setPieceCount(17);
            WireException refusal = catchThrowableOfType(WireException.class, () -> other.decode(hex(head), recorder));
            assertThat(refusal.violation()).isEqualTo(Violation.BAD_BITFIELD);
            assertThat(other.heldBytes()).isLessThan(10);
        }
    }

    @Test
    void leavesMessagesBeyondTheLimit() throws WireException {
        ByteBuffer in = hex("00000000 0000000100 0000000101 0000000102 00000005");
        assertThat(decoder.decode(in, recorder, 2)).isZero();
        assertThat(told).containsExactly(new Message.KeepAlive(), new Message.Choke());
        assertThat(in.remaining()).isEqualTo(14);
        assertThat(decoder.decode(in, recorder, 9)).isEqualTo(7);
        assertThat(told).hasSize(4);
        assertThat(in.hasRemaining()).isFalse();
        decoder.decode(hex("0400000007"), recorder);
        assertThat(told).endsWith(new Message.Have(7));
    }

    @Test
    void pausesAfterTheMessageUnderWay() throws WireException {
        MessageHandler pausing = Message.toHandler(message -> {
            told.add(message);
            decoder.pause();
        });
        ByteBuffer in = hex("0000000100 0000000101");
        assertThat(decoder.decode(in, pausing, 100)).isZero();
        assertThat(told).containsExactly(new Message.Choke());
        decoder.decode(in, pausing);
        assertThat(told).containsExactly(new Message.Choke(), new Message.Unchoke());
    }
}
