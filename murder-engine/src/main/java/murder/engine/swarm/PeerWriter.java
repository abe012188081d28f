package murder.engine.swarm;

import murder.metainfo.PieceLayout;
import murder.wire.Bitfield;
import murder.wire.Outbound;

/**
 * Writes to one peer. Counts the payload handed to its connection, and knows when a keep-alive is
 * due. Pending HAVEs travel with requests and blocks, so they need no packet of their own.
 */
final class PeerWriter {
    private final Swarm swarm;
    private final PeerConnection peer;
    private final PieceLayout layout;
    private final Outbound out;
    private final boolean fast;
    private final long keepAliveNs;
    private final RateMeter uploaded;
    private long lastNs;

    /**
     * @param who its traits: the protocols of the peer, and its limit for silence
     */
    PeerWriter(Swarm swarm, PeerConnection peer, long nowNs, Outbound out, PeerConnection.Peer who) {
        this.swarm = swarm;
        this.peer = peer;
        this.layout = swarm.layout();
        this.out = out;
        this.fast = who.fast();
        boolean mayBeOriginal = !who.fast() && !who.extensions();
        this.keepAliveNs = mayBeOriginal ? SwarmConfig.ORIGINAL_KEEP_ALIVE_NS : SwarmConfig.KEEP_ALIVE_NS;
        this.uploaded = new RateMeter(nowNs);
        this.lastNs = nowNs;
    }

    /** Payload handed to the connection. */
    RateMeter uploaded() {
        return uploaded;
    }

    /** Whether the connection takes payload. */
    boolean isWritable() {
        return out.isWritable();
    }

    /** The first message: which pieces this side has. */
    void pieces(long nowNs, Bitfield have) {
        lastNs = nowNs;
        if (fast && have.isFull()) {
            out.haveAll();
        } else if (fast && have.isEmpty()) {
            out.haveNone();
        } else if (!have.isEmpty()) {
            out.bitfield(have.toBytes());
        }
    }

    void have(long nowNs, int piece) {
        lastNs = nowNs;
        out.have(piece);
    }

    void choke(long nowNs) {
        lastNs = nowNs;
        out.choke();
    }

    void unchoke(long nowNs) {
        lastNs = nowNs;
        out.unchoke();
    }

    void interest(long nowNs, boolean interested) {
        lastNs = nowNs;
        if (interested) {
            out.interested();
        } else {
            out.notInterested();
        }
    }

    void request(long nowNs, long run) {
        lastNs = nowNs;
        swarm.haves().tell(nowNs, peer);
        out.request(BlockRun.piece(run), BlockRun.begin(run), BlockRun.length(layout, run));
    }

    void cancel(long nowNs, long run) {
        lastNs = nowNs;
        out.cancel(BlockRun.piece(run), BlockRun.begin(run), BlockRun.length(layout, run));
    }

    void block(long nowNs, int piece, int begin, int length) {
        lastNs = nowNs;
        uploaded.add(length);
        swarm.totals().onUploaded(length);
        swarm.haves().tell(nowNs, peer);
        out.block(piece, begin, length);
    }

    /** A peer without BEP 6 does not know this message, so it gets none. */
    void reject(long nowNs, int piece, int begin, int length) {
        if (fast) {
            lastNs = nowNs;
            out.reject(piece, begin, length);
        }
    }

    void extended(int extendedId, byte[] payload) {
        out.extended(extendedId, payload);
    }

    /** Sends a keep-alive if nothing was written for long. */
    void onTick(long nowNs) {
        uploaded.onTick(nowNs);
        if (nowNs - lastNs >= keepAliveNs) {
            lastNs = nowNs;
            out.keepAlive();
        }
    }
}
