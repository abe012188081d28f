package murder.engine.sim;

import java.util.ArrayDeque;

/**
 * A host's way into the network: the ends that have blocks to send take turns, a turn being one block with the small messages before it.
 * That is how flows of TCP share a link by and large. Packets without blocks overtake, as sparse flows do, but their bytes are paid for
 * by the next turn.
 */
final class SimUplink {
    private final SimNetwork network;
    private final int hostIndex;
    private final long bytesPerSecond;
    private final ArrayDeque<SimEnd> ready = new ArrayDeque<>(4);
    private boolean busy;
    private long freeNs;
    /** Whose turn is being sent; null if it was lost meanwhile. */
    private SimEnd sending;
    private int count;
    private int bytes;
    private long charged;
    private long busyNs;

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
        SimEnd end = ready.poll();
        while (end != null && !end.hasBlocks()) {
            end.enlisted(false);
            end = ready.poll();
        }
        busy = end != null;
        if (busy) {
            sending = end;
            count = end.turnCount();
            bytes = end.turnBytes(count);
            long durationNs = (bytes + charged) * NetworkModel.SECOND / bytesPerSecond;
            charged = 0;
            if (nowNs < freeNs) {
                throw new IllegalStateException("host " + hostIndex + " sends two turns at once");
            }
            freeNs = nowNs + durationNs;
            busyNs += durationNs;
            network.traffic.onBusy(nowNs, freeNs);
            network.add(freeNs, SimNetwork.SENT, hostIndex, 0, 0);
        }
    }

    /** The turn is through. */
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

    long busyNs() {
        return busyNs;
    }
}
