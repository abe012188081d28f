package murder.engine;

import java.nio.ByteBuffer;
import murder.engine.swarm.PeerConnection;
import murder.engine.swarm.PeerMessages;
import murder.wire.WireException;
import murder.wire.nio.CloseReason;
import murder.wire.nio.Connection;

/**
 * A peer of the swarm: hands each message to the torrent's decisions, and the blocks to its disk.
 */
final class SwarmParty extends PeerMessages implements Party {
    private final PeerConnection peer;
    private final Connection connection;
    private final BlockWriter blocks;
    private final TransferClock clock;
    private final Runnable onClosed;

    /** @param onClosed informs the swarm that the peer has left */
    SwarmParty(PeerConnection peer, Connection connection, BlockWriter blocks, TransferClock clock, Runnable onClosed) {
        super(peer);
        this.peer = peer;
        this.connection = connection;
        this.blocks = blocks;
        this.clock = clock;
        this.onClosed = onClosed;
    }

    @Override
    protected long now() {
        return clock.touch();
    }

    @Override
    public void onBlock(int piece, int begin, ByteBuffer payload) throws WireException {
        int length = payload.remaining();
        long nowNs = now();
        if (blocks.hasRoom(length)) {
            blocks.write(piece, begin, payload, peer.onBlocks(nowNs, piece, begin, length));
        } else {
            // Reading stopped long before. There is no room for this block, so it is requested
            // again later.
            connection.close(CloseReason.LOCAL, "the disk is far behind");
        }
        blocks.onQueued(nowNs);
    }

    @Override
    public void onWritable() {
        peer.onWritable();
    }

    @Override
    public void onClosed() {
        onClosed.run();
    }
}
