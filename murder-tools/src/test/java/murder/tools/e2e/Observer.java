package murder.tools.e2e;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Listens to what the peers of a swarm announce, to know which pieces are somewhere among them, and
 * asks for none.
 */
final class Observer implements AutoCloseable {
    private final int pieceCount;
    private final BitSet union = new BitSet();
    private final List<BitSet> each = new ArrayList<>();
    private final List<RawPeer> peers = new ArrayList<>();

    Observer(int pieceCount) {
        this.pieceCount = pieceCount;
    }

    /** Joins a peer, by what its process file says. */
    void join(String status, byte[] infoHash) throws IOException {
        RawPeer peer = RawPeer.dial(Bed.member(status, "address"), (int) Bed.number(status, "port"), infoHash);
        BitSet pieces = new BitSet();
        synchronized (union) {
            peers.add(peer);
            each.add(pieces);
        }
        Thread thread = new Thread(() -> listen(peer, pieces), "observer");
        thread.setDaemon(true);
        thread.start();
    }

    private void listen(RawPeer peer, BitSet pieces) {
        try {
            while (true) {
                ByteBuffer message = peer.receive();
                byte id = message.hasRemaining() ? message.get() : -1;
                synchronized (union) {
                    if (id == RawPeer.HAVE) {
                        pieces.set(message.getInt());
                    } else if (id == RawPeer.BITFIELD) {
                        for (int piece = 0; piece < pieceCount; piece++) {
                            if ((message.get(1 + piece / 8) & 0x80 >> piece % 8) != 0) {
                                pieces.set(piece);
                            }
                        }
                    }
                    union.or(pieces);
                    union.notifyAll();
                }
            }
        } catch (IOException e) {
            return; // Closed by us or by the peer: its messages stay known.
        }
    }

    /**
     * Waits until every piece is somewhere; returns how many pieces the peer that has most of them
     * has then.
     */
    int awaitEveryPiece() throws InterruptedException {
        synchronized (union) {
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(Program.PATIENCE_S);
            while (union.cardinality() < pieceCount) {
                long leftNs = endNs - System.nanoTime();
                if (leftNs <= 0) {
                    throw new AssertionError("only " + union.cardinality() + " of " + pieceCount + " pieces are among the peers");
                }
                TimeUnit.NANOSECONDS.timedWait(union, leftNs);
            }
            return each.stream().mapToInt(BitSet::cardinality).max().orElseThrow();
        }
    }

    @Override
    public void close() throws IOException {
        for (RawPeer peer : peers) {
            peer.close();
        }
    }
}
