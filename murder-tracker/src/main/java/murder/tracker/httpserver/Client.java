package murder.tracker.httpserver;

import com.sun.net.httpserver.HttpContext;
import java.io.IOException;
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
 *   READING ──response is there──▶ SENDING ──all is sent────────────┴──▶ closed
 *                                     │ status is not 200, or the request goes on
 *                                     └──▶ LEAVING: discards input, as a reset would destroy the response ──▶ closed
 * </pre>
 */
final class Client {
    /** Enough for the longest query that a tracker reads, and small against a flood of them. */
    static final int MAX_REQUEST_LENGTH = 64 * 1024;
    static final byte[] NOTHING = new byte[0];
    private static final System.Logger LOG = System.getLogger(Client.class.getName());

    private enum Stage { READING, SENDING, LEAVING }

    private final SelectorHttpServer server;
    private final SocketChannel channel;
    private final long askUntilNs;
    long deadlineNs;
    private Stage stage = Stage.READING;
    /** Null until it has to wait for the first time. */
    private SelectionKey key;
    /** What came of the request, if that is not all: the first {@link #cameLength} bytes. It doubles, so that no byte is copied often. */
    private byte[] came = NOTHING;
    private int cameLength;
    /** Null until it is complete. */
    private RequestHead head;
    private ByteBuffer response;
    private boolean isLeaving;
    private boolean isStaying;
    /** Counted by the server, like {@link #place}. */
    int heldBytes;
    final Place place;

    Client(SelectorHttpServer server, SocketChannel channel, Place place, long askUntilNs) {
        this.server = server;
        this.channel = channel;
        this.place = place;
        this.askUntilNs = askUntilNs;
        this.deadlineNs = askUntilNs;
    }

    void onReady(long nowNs) {
        try {
            if (key == null) {
                channel.configureBlocking(false);
            }
            if (stage == Stage.READING ? read(nowNs) : stage == Stage.SENDING ? send(nowNs) : discard()) {
                close();
            }
            if (!channel.isOpen()) {
                return;
            }
            int operation = stage == Stage.SENDING ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
            if (key == null) {
                key = channel.register(server.selector, operation, this);
            } else {
                key.interestOps(operation);
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(e instanceof IOException ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR, "a connection ends", e);
            close();
        }
    }

    /** Returns whether there is nothing left to do, like the other stages. */
    private boolean read(long nowNs) throws IOException {
        int n = channel.read(server.input.clear().limit(MAX_REQUEST_LENGTH - cameLength));
        if (n <= 0) {
            return n < 0;
        }
        // Nearly all requests come in one piece, which is read where it is.
        int length = cameLength + n;
        byte[] bytes = cameLength == 0 ? server.bytes : room(length);
        server.input.flip().get(bytes, cameLength, n);
        int end = head == null ? RequestHead.end(bytes, cameLength, length) : -1;
        head = end < 0 ? head : new RequestHead(bytes, end);
        int refusal = head != null ? head.refusal : length == MAX_REQUEST_LENGTH ? 431 : 0;
        if (refusal == 0 && (head == null || length < head.messageLength())) {
            came = cameLength == 0 ? Arrays.copyOf(bytes, length) : bytes;
            cameLength = length;
            server.hold(this, came.length);
            return false;
        }
        HttpContext context = refusal > 0 ? null : server.context(head.uri.getPath());
        byte[] body = refusal > 0 ? NOTHING : Arrays.copyOfRange(bytes, head.length, head.messageLength());
        Exchange exchange = new Exchange(head, body, channel, context);
        if (context == null) {
            exchange.fail(refusal > 0 ? refusal : 404);
        } else {
            exchange.run();
        }
        isLeaving = exchange.getResponseCode() != 200 || length > head.messageLength();
        isStaying = !isLeaving && head.isAnotherToFollow && server.clients.size() <= server.maxConnections / 2;
        response = exchange.message(isStaying, server.date());
        stage = Stage.SENDING;
        deadlineNs = nowNs + server.patienceNs;
        head = null;
        came = NOTHING;
        cameLength = 0;
        return response == null || send(nowNs);
    }

    private byte[] room(int length) {
        return length <= came.length ? came : Arrays.copyOf(came, Math.min(MAX_REQUEST_LENGTH, 2 * length));
    }

    private boolean send(long nowNs) throws IOException {
        channel.write(response);
        server.hold(this, response.hasRemaining() ? response.limit() : 0);
        if (response.hasRemaining()) {
            return false;
        }
        response = null;
        if (isLeaving) {
            stage = Stage.LEAVING;
            channel.shutdownOutput();
            return discard();
        }
        stage = Stage.READING;
        deadlineNs = askUntilNs;
        return !isStaying || nowNs - askUntilNs >= 0;
    }

    /** One read a turn: a client that sends faster must not keep the thread. */
    private boolean discard() throws IOException {
        return channel.read(server.input.clear()) < 0;
    }

    /** Whether it has not sent a complete request, and so loses the least if it must go. */
    boolean isIdle() {
        return stage == Stage.READING;
    }

    void close() {
        server.remove(this);
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing a connection: {0}", e.getMessage());
        }
    }
}
