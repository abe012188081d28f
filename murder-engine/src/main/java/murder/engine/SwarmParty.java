package murder.engine;

import java.nio.ByteBuffer;
import murder.engine.swarm.PeerConnection;
import murder.wire.WireException;
import murder.wire.nio.CloseReason;
import murder.wire.nio.Connection;

/**
 * A peer of the swarm: hands each message to the torrent's decisions, and the blocks to its disk.
 */
final class SwarmParty implements Party {
    private final PeerConnection peer;
    private final Connection connection;
    private final BlockWriter blocks;
    private final TransferClock clock;
    private final Runnable onClosed;

    /** @param onClosed informs the swarm that the peer has left */
    SwarmParty(PeerConnection peer, Connection connection, BlockWriter blocks, TransferClock clock, Runnable onClosed) {
        this.peer = peer;
        this.connection = connection;
        this.blocks = blocks;
        this.clock = clock;
        this.onClosed = onClosed;
    }

    @Override
    public void onKeepAlive() {
        peer.onKeepAlive(clock.touch());
    }

    @Override
    public void onChoke() {
        peer.onChoke(clock.touch());
    }

    @Override
    public void onUnchoke() {
        peer.onUnchoke(clock.touch());
    }

    @Override
    public void onInterested() {
        peer.onInterested(clock.touch());
    }

    @Override
    public void onNotInterested() {
        peer.onNotInterested(clock.touch());
    }

    @Override
    public void onHave(int piece) throws WireException {
        peer.onHave(clock.touch(), piece);
    }

    @Override
    public void onBitfield(ByteBuffer bits) throws WireException {
        peer.onBitfield(clock.touch(), bits);
    }

    @Override
    public void onRequest(int piece, int begin, int length) throws WireException {
        peer.onRequest(clock.touch(), piece, begin, length);
    }

    @Override
    public void onBlock(int piece, int begin, ByteBuffer payload) throws WireException {
        int length = payload.remaining();
        long nowNs = clock.touch();
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
    public void onCancel(int piece, int begin, int length) {
        peer.onCancel(clock.touch(), piece, begin, length);
    }

    @Override
    public void onPort(int port) {
        peer.onOther(clock.touch());
    }

    @Override
    public void onSuggest(int piece) throws WireException {
        peer.onSuggest(clock.touch(), piece);
    }

    @Override
    public void onHaveAll() throws WireException {
        peer.onHaveAll(clock.touch());
    }

    @Override
    public void onHaveNone() throws WireException {
        peer.onHaveNone(clock.touch());
    }

    @Override
    public void onReject(int piece, int begin, int length) throws WireException {
        peer.onReject(clock.touch(), piece, begin, length);
    }

    @Override
    public void onAllowedFast(int piece) throws WireException {
        peer.onAllowedFast(clock.touch(), piece);
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) throws WireException {
        peer.onExtended(clock.touch(), extendedId, payload);
    }

    @Override
    public void onUnknown(int id, int length) {
        peer.onOther(clock.touch());
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
