package murder.tracker.httpserver;

import com.sun.net.httpserver.HttpContext;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * One connection. Confined to its server's thread.
 *
 * <pre>
 *      ┌───another request is to follow, and patience is not over───┐
 *      ▼                                                            │
 *   READING ──response is there──▶ SENDING ──all is sent────────────┴──▶ CLOSED
 *                                     │ status is not 200, or the request goes on
 *                                     └──▶ LEAVING: discards input, as a reset would destroy the response ──▶ CLOSED
 * </pre>
 */
final class Client {
    /** Enough for the longest query of a tracker, and small enough against a flood of them. */
    static final int MAX_REQUEST_LENGTH = 64 * 1024;
    private static final System.Logger LOG = System.getLogger(Client.class.getName());

    enum Stage { READING, SENDING, LEAVING, CLOSED }

    /** The unit for limits: an IPv4 address, or a /64 of IPv6, which one host may own. */
    final Object origin;
    long deadlineNs;
    int heldBytes;
    private final SelectorHttpServer server;
    final SocketChannel channel;
    final long askUntilNs;
    Stage stage = Stage.READING;
    private Stage afterSending;
    private SelectionKey key; // Null before its first wait.
    /** The bytes of an incomplete request; else null. Doubles, so that bytes are rarely copied. */
    private ByteBuffer came;
    private RequestHead head; // Null until it is complete.
    private ByteBuffer response;

    Client(SelectorHttpServer server, SocketChannel channel, long askUntilNs) throws IOException {
        InetAddress address = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
        this.origin = address instanceof Inet6Address ? (Object) ByteBuffer.wrap(address.getAddress()).getLong() : address;
        this.server = server;
        this.channel = channel;
        this.askUntilNs = askUntilNs;
        this.deadlineNs = askUntilNs;
        channel.configureBlocking(false);
    }

    void onReady(long nowNs) {
        try {
            stage = stage == Stage.READING ? read(nowNs) : stage == Stage.SENDING ? send(nowNs) : discard();
            if (stage == Stage.CLOSED) {
                server.close(this);
            } else if (channel.isOpen()) {
                int operation = stage == Stage.SENDING ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
                key = key == null ? channel.register(server.selector, operation, this) : key.interestOps(operation);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(e instanceof IOException ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR, "a connection ends", e);
            server.close(this);
        }
    }

    private Stage read(long nowNs) throws IOException {
        // Nearly all requests arrive in one part, and are parsed without a copy.
        ByteBuffer input = came == null ? server.input.clear() : came;
        int searched = input.position();
        int n = channel.read(input);
        int length = input.position();
        int end = head == null ? RequestHead.end(input.array(), searched, length) : -1;
        head = end < 0 ? head : new RequestHead(input.array(), end);
        int refusal = head != null ? head.refusal : length == MAX_REQUEST_LENGTH ? 431 : 0;
        if (n <= 0 || refusal == 0 && (head == null || length < head.messageLength)) {
            return n < 0 ? Stage.CLOSED : keep(input);
        }
        HttpContext context = refusal > 0 ? null : server.context(head.uri.getPath());
        Exchange exchange = new Exchange(head, channel, context);
        if (context == null) {
            exchange.fail(refusal > 0 ? refusal : 404);
        } else {
            exchange.run(Arrays.copyOfRange(input.array(), head.length, head.messageLength));
        }
        boolean isLeaving = exchange.getResponseCode() != 200 || length > head.messageLength;
        boolean isStaying = !isLeaving && head.isAnotherToFollow && server.clients.size() <= server.limits.maxConnections / 2;
        afterSending = isLeaving ? Stage.LEAVING : isStaying ? Stage.READING : Stage.CLOSED;
        response = exchange.message(isStaying, server.date);
        deadlineNs = nowNs + server.limits.patienceNs;
        head = null;
        came = null;
        return response == null ? Stage.CLOSED : send(nowNs);
    }

    private Stage keep(ByteBuffer input) {
        if (input.position() > 0 && (came == null || !came.hasRemaining())) {
            came = ByteBuffer.allocate(Math.min(MAX_REQUEST_LENGTH, 2 * input.position())).put(input.flip());
            server.hold(this, came.capacity());
        }
        return Stage.READING;
    }

    private Stage send(long nowNs) throws IOException {
        channel.write(response);
        server.hold(this, response.hasRemaining() ? response.limit() : 0);
        if (response.hasRemaining()) {
            return Stage.SENDING;
        }
        response = null;
        if (afterSending == Stage.LEAVING) {
            channel.shutdownOutput();
            return discard();
        }
        deadlineNs = askUntilNs;
        return nowNs - askUntilNs >= 0 ? Stage.CLOSED : afterSending;
    }

    /** One read a turn: a fast client must not occupy the thread. */
    private Stage discard() throws IOException {
        return channel.read(server.input.clear()) < 0 ? Stage.CLOSED : Stage.LEAVING;
    }
}
