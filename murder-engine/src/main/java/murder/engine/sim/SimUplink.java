package murder.engine.sim;

import java.util.ArrayDeque;

/**
 * A host's way into the network. Ends with blocks take turns of a number of bytes (deficit round
 * robin), roughly like TCP flows share a link. Packets without blocks overtake, like sparse flows,
 * but the next turn pays for their bytes.
 */
final class SimUplink {
    /**
     * Bytes of blocks in a turn. A smaller value is closer to TCP, which shares packet by packet,
     * but takes more events.
     */
    private static final int QUANTUM = 1 << 16;
    /** The limit of a turn: its own bytes of blocks, and the unused rest of earlier turns. */
    static final int LONGEST_TURN_BYTES = QUANTUM + (1 << 17);

    private final SimNetwork network;
    private final int hostIndex;
    private final long bytesPerSecond;
    private final ArrayDeque<SimEnd> ready = new ArrayDeque<>(4);
    private boolean busy;
    private long freeNs;
    /** The end whose turn is in progress; null if it was lost meanwhile. */
    private SimEnd sending;
    private int count;
    private int bytes;
    private long charged;

    SimUplink(SimNetwork network, int hostIndex, long bytesPerSecond) {
        this.network = network;
        this.hostIndex = hostIndex;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** The end has blocks to send. */
    void enlist(SimEnd end) {
        if (!end.isEnlisted()) {
            end.enlisted(true);
            ready.add(end);
            if (!busy) {
                sendNext(network.nowNs());
            }
        }
    }

    /** The connection is gone. */
    void forget(SimEnd end) {
        if (sending == end) {
            sending = null;
        }
    }

    void charge(int small) {
        charged += small;
    }

    private void sendNext(long nowNs) {
        long turn = 0;
        SimEnd end = null;
        while (turn == 0 && !ready.isEmpty()) {
            end = ready.poll();
            if (end.hasBlocks()) {
                turn = takeTurn(end);
                if (turn == 0) {
                    ready.add(end);
                }
            } else {
                end.enlisted(false);
            }
        }
        busy = turn != 0;
        if (busy) {
            sending = end;
            count = (int) (turn >>> 32);
            bytes = (int) turn;
            if (nowNs < freeNs) {
                throw new IllegalStateException("host " + hostIndex + " sends two turns at once");
            }
            long durationNs = (bytes + charged) * NetworkModel.SECOND / bytesPerSecond;
            charged = 0;
            freeNs = nowNs + durationNs;
            network.traffic.onBusy(nowNs, freeNs);
            network.add(freeNs, EventKind.SENT, hostIndex, 0, 0);
        }
    }

    /**
     * The size of the end's next turn: the messages up to the last block within the allowance, and
     * the rest, too, if it has no block. The unused allowance is kept for the next turn.
     *
     * @return the number of messages in the high half, their bytes in the low half; 0 if there
     *     is no room for a block yet
     */
    private static long takeTurn(SimEnd end) {
        int allowed = end.allowed() + QUANTUM;
        int blocks = 0;
        int bytes = 0;
        int count = 0;
        int bytesSoFar = 0;
        for (int i = 0; blocks < end.waitingBlocks(); i++) {
            long message = end.waiting(i);
            bytesSoFar += SimMessage.size(message);
            if (SimMessage.isBlock(message)) {
                if (SimMessage.length(message) > allowed) {
                    end.allowed(allowed);
                    return (long) count << 32 | bytes;
                }
                allowed -= SimMessage.length(message);
                blocks++;
                count = i + 1;
                bytes = bytesSoFar;
            }
        }
        end.allowed(0);
        return (long) end.waiting() << 32 | end.waitingBytes();
    }

    /** The turn is complete. */
    void onSent(long nowNs) {
        SimEnd end = sending;
        sending = null;
        boolean writable = end != null && end.onSent(count, bytes);
        if (end != null && end.hasBlocks()) {
            ready.add(end);
        } else if (end != null) {
            end.enlisted(false);
        }
        sendNext(nowNs);
        if (writable) {
            end.host().onWritable(end);
        }
    }
}
