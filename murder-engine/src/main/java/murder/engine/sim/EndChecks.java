package murder.engine.sim;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import murder.metainfo.PieceLayout;
import murder.wire.Bitfield;

/**
 * Checks from outside of the engine that a host is honest at one end of a connection. The host
 * announces only verified pieces. It requests only announced pieces, and no block twice. It sends
 * only requested blocks. The check takes memory in proportion to pieces and requests, so it is for
 * small swarms.
 */
final class EndChecks {
    private final SimEnd end;
    private final PieceLayout layout;
    /** The pieces that the other end has announced. */
    private final BitSet told = new BitSet();
    /**
     * By block, the unanswered requests of the other end. Only for look-ups, so its order decides
     * nothing.
     */
    private final Map<Long, Integer> asked = new HashMap<>();

    EndChecks(SimEnd end) {
        this.end = end;
        this.layout = end.host().storage.layout();
    }

    /** Messages that no host may ever send, in all modes. This check takes no memory. */
    static void expectHonest(SimEnd end, long message) {
        int piece = SimMessage.piece(message);
        SimStorage storage = end.host().storage;
        switch (SimMessage.kind(message)) {
            case SimMessage.HAVE -> expect(end, storage.isVerified(piece), "HAVE of what was not verified", message);
            case SimMessage.REQUEST -> {
                expect(end, !end.peerChoking(), "request while choked", message);
                expect(end, !storage.isVerified(piece), "request for what is verified", message);
            }
            case SimMessage.BLOCK -> {
                expect(end, !end.amChoking(), "block while choking", message);
                expect(end, storage.isVerified(piece), "block of what is not verified", message);
            }
            case SimMessage.HAVE_ALL -> {
                expect(end, end.isFast(), "HAVE ALL without BEP 6", message);
                expect(end, storage.verified().isFull(), "HAVE ALL of what is not complete", message);
            }
            case SimMessage.HAVE_NONE -> expect(end, end.isFast(), "HAVE NONE without BEP 6", message);
            case SimMessage.REJECT -> expect(end, end.isFast(), "reject without BEP 6", message);
            default -> { }
        }
    }

    private static void expect(SimEnd end, boolean holds, String what, long message) {
        if (!holds) {
            throw new IllegalStateException("at " + end.nowNs() + " ns " + end + ": " + what + ": " + SimMessage.toString(message));
        }
    }

    private void expect(boolean holds, String what, long message) {
        expect(end, holds, what, message);
    }

    boolean isTold(int piece) {
        return told.get(piece);
    }

    /** The host's swarm sends a message. @param body its body, except a block, or null */
    void onSend(long message, byte[] body) {
        switch (SimMessage.kind(message)) {
            case SimMessage.BITFIELD -> {
                Bitfield said = Bitfield.parse(ByteBuffer.wrap(body), layout.pieceCount());
                for (int piece = said.nextSet(0); piece >= 0; piece = said.nextSet(piece + 1)) {
                    expect(end.host().storage.isVerified(piece), "tells of piece " + piece + " that is not verified", message);
                }
            }
            case SimMessage.REQUEST -> {
                expect(told.get(SimMessage.piece(message)), "asks for what the other end does not have", message);
                expect(isWholeBlocks(message), "asks for something else than whole blocks", message);
            }
            case SimMessage.BLOCK -> expect(answered(message), "sends what was not asked for", message);
            case SimMessage.REJECT -> expect(answered(message), "refuses what was not asked for", message);
            case SimMessage.CHOKE -> {
                if (!end.isFast()) {
                    asked.clear();
                }
            }
            default -> { }
        }
    }

    /** A message of the other end has arrived. */
    void onReceive(long message, byte[] body) {
        switch (SimMessage.kind(message)) {
            case SimMessage.HAVE -> told.set(SimMessage.piece(message));
            case SimMessage.HAVE_ALL -> told.set(0, layout.pieceCount());
            case SimMessage.BITFIELD -> {
                Bitfield said = Bitfield.parse(ByteBuffer.wrap(body), layout.pieceCount());
                for (int piece = said.nextSet(0); piece >= 0; piece = said.nextSet(piece + 1)) {
                    told.set(piece);
                }
            }
            case SimMessage.REQUEST -> {
                if (end.isFast() || !end.amChoking()) {
                    // Without BEP 6 a message that crosses a choke and an unchoke is void to one
                    // side only.
                    expect(ask(message) || !end.isFast() || !end.other().host().isOurs(), "is asked for the same twice", message);
                }
            }
            default -> { }
        }
    }

    /** The host's swarm has taken the message. */
    void onTaken(long message) {
        if (SimMessage.kind(message) == SimMessage.CANCEL) {
            answered(message);
        }
    }

    private boolean isWholeBlocks(long message) {
        int end = SimMessage.begin(message) + SimMessage.length(message);
        int length = layout.length(SimMessage.piece(message));
        return SimMessage.length(message) > 0 && (end == length || end < length && end % PieceLayout.BLOCK_LENGTH == 0);
    }

    /** Returns whether none of its blocks was requested before. */
    private boolean ask(long message) {
        boolean first = true;
        for (long block = firstBlock(message); block < endBlock(message); block++) {
            first &= asked.merge(block, 1, Integer::sum) == 1;
        }
        return first;
    }

    /** Removes one request for each of its blocks. Returns whether there was one for each. */
    private boolean answered(long message) {
        boolean all = true;
        for (long block = firstBlock(message); block < endBlock(message); block++) {
            Integer times = asked.remove(block);
            all &= times != null;
            if (times != null && times > 1) {
                asked.put(block, times - 1);
            }
        }
        return all;
    }

    private static long firstBlock(long message) {
        return (long) SimMessage.piece(message) << 32 | SimMessage.begin(message) / PieceLayout.BLOCK_LENGTH;
    }

    private static long endBlock(long message) {
        return firstBlock(message) + (SimMessage.length(message) + PieceLayout.BLOCK_LENGTH - 1) / PieceLayout.BLOCK_LENGTH;
    }
}
