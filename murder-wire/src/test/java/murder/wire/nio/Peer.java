package murder.wire.nio;

import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;
import murder.wire.Handshake;
import murder.wire.MessageHandler;
import murder.wire.WireException;

/**
 * A connection handler for tests: tells what happened through futures, and answers a handshake as
 * an acceptor must.
 */
class Peer implements ConnectionHandler, MessageHandler {
    static final Handshake HANDSHAKE = new Handshake(new InfoHash(1, 2, 3), true, true);
    static final PeerId ID = new PeerId(4, 5, 6);
    static final long SECONDS = 20;

    record Closed(CloseReason reason, String detail) {}

    final CompletableFuture<Connection> connected = new CompletableFuture<>();
    final CompletableFuture<Handshake> handshake = new CompletableFuture<>();
    final CompletableFuture<PeerId> peerId = new CompletableFuture<>();
    final CompletableFuture<Closed> closed = new CompletableFuture<>();
    final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    Connection connection;

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(SECONDS, TimeUnit.SECONDS);
    }

    Closed awaitClosed() throws Exception {
        return get(closed);
    }

    String nextMessage() throws InterruptedException {
        String message = messages.poll(SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message");
        }
        return message;
    }

    @Override
    public void onConnected(Connection connection) {
        this.connection = connection;
        connection.setMessageHandler(this);
        if (!connection.isIncoming()) {
            connection.handshake(HANDSHAKE, ID);
        }
        connected.complete(connection);
    }

    @Override
    public void onHandshake(Handshake handshake) throws WireException {
        if (connection.isIncoming()) {
            connection.handshake(HANDSHAKE, ID);
        }
        this.handshake.complete(handshake);
    }

    @Override
    public void onPeerId(PeerId peerId) throws WireException {
        this.peerId.complete(peerId);
    }

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(CloseReason reason, String detail) {
        if (!closed.complete(new Closed(reason, detail))) {
            throw new IllegalStateException("closed twice");
        }
    }

    @Override
    public void onKeepAlive() {
        messages.add("keep-alive");
    }

    @Override
    public void onChoke() {
        messages.add("choke");
    }

    @Override
    public void onUnchoke() {
        messages.add("unchoke");
    }

    @Override
    public void onInterested() {
        messages.add("interested");
    }

    @Override
    public void onNotInterested() {
        messages.add("not interested");
    }

    @Override
    public void onHave(int piece) throws WireException {
        messages.add("have " + piece);
    }

    @Override
    public void onBitfield(ByteBuffer bits) throws WireException {
        messages.add("bitfield of " + bits.remaining());
    }

    @Override
    public void onRequest(int piece, int begin, int length) throws WireException {
        messages.add("request " + piece + " " + begin + " " + length);
    }

    @Override
    public void onBlock(int piece, int begin, ByteBuffer payload) throws WireException {
        messages.add("block " + piece + " " + begin + " " + payload.remaining());
    }

    @Override
    public void onCancel(int piece, int begin, int length) throws WireException {
        messages.add("cancel " + piece + " " + begin + " " + length);
    }

    @Override
    public void onPort(int port) {
        messages.add("port " + port);
    }

    @Override
    public void onSuggest(int piece) throws WireException {
        messages.add("suggest " + piece);
    }

    @Override
    public void onHaveAll() throws WireException {
        messages.add("have all");
    }

    @Override
    public void onHaveNone() throws WireException {
        messages.add("have none");
    }

    @Override
    public void onReject(int piece, int begin, int length) throws WireException {
        messages.add("reject " + piece + " " + begin + " " + length);
    }

    @Override
    public void onAllowedFast(int piece) throws WireException {
        messages.add("allowed fast " + piece);
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) throws WireException {
        messages.add("extended " + extendedId + " of " + payload.remaining());
    }

    @Override
    public void onUnknown(int id, int length) {
        messages.add("unknown " + id + " of " + length);
    }
}
