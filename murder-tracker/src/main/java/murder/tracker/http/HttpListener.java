package murder.tracker.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The part of HTTP/1.1 (RFC 9112) that a tracker needs: one request, one answer, and the connection is closed, unless the request says
 * that another is to follow. One thread does it all, as an answer takes microseconds; ten thousand hosts that ask in one second are ten
 * thousand small objects and no threads.
 *
 * <pre>
 *      ┌──another is to follow, and 10 s have not passed──┐
 *      ▼                                                  │
 *   reading ──head is whole──▶ answering ──all is sent────┴──▶ closed
 *      │                           │ the request was no good, or goes on
 *      │                           └──▶ leaving: discards what still comes, lest a reset destroys the answer ──▶ closed
 *      └── 10 s passed since it came, or since an answer was begun ──▶ closed
 * </pre>
 *
 * <p>Nobody can hold more of it than a bounded time of its thread at once, a connection for 20 s, and {@link #MAX_HEAD_LENGTH} and its
 * answer of memory, of which there is {@link #MAX_BUFFERED_BYTES} for all. Whoever is over a limit loses its own connection, nothing else.
 * Only a fault of the handler ends the listener: what a request says is no reason for one.
 */
final class HttpListener {
    private static final System.Logger LOG = System.getLogger(HttpListener.class.getName());
    /** Enough for the longest query that is read, and small against a flood of them. */
    private static final int MAX_HEAD_LENGTH = 64 * 1024;
    /** Of requests that are not whole and answers that are not taken, all together. */
    private static final long MAX_BUFFERED_BYTES = 32 << 20;
    /** What a tracker grants. */
    static final long PATIENCE_NS = 10_000_000_000L;
    /** Accepted in one turn: they must not keep those waiting that are here already. */
    private static final int ACCEPTS_PER_TURN = 1_000;
    /** After the process ran out of file descriptors. */
    private static final long ACCEPT_PAUSE_NS = 100_000_000L;
    private static final long MS = 1_000_000L;
    private static final byte[] NOTHING = new byte[0];

    /** Answers a request. */
    interface Handler {
        HttpAnswer answer(HttpRequest request);
    }

    private final Handler handler;
    private final int maxConnections;
    private final long patienceNs;
    private final Selector selector;
    private final ServerSocketChannel server;
    private final InetSocketAddress address;
    private final SelectionKey accepting;
    private final Thread thread;
    private final ByteBuffer input = ByteBuffer.allocateDirect(MAX_HEAD_LENGTH);
    private final byte[] bytes = new byte[MAX_HEAD_LENGTH];
    /** By deadline. */
    private final Set<Client> clients = new LinkedHashSet<>();
    private long bufferedBytes;
    private long acceptAgainNs;
    private long dateSecond = -1;
    private String date;
    private volatile boolean closed;
    private volatile Throwable failure;

    /**
     * Binds.
     *
     * @param backlog connections that may wait to be accepted
     * @param maxConnections held at once; more wait in the backlog
     * @param patienceNs for the requests of a connection from the moment it is accepted, and once more for the last answer
     */
    HttpListener(InetSocketAddress local, int backlog, int maxConnections, long patienceNs, Handler handler) throws IOException {
        this.handler = handler;
        this.maxConnections = maxConnections;
        this.patienceNs = patienceNs;
        this.selector = Selector.open();
        this.server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(local, backlog);
            server.configureBlocking(false);
            this.address = (InetSocketAddress) server.getLocalAddress();
            this.accepting = server.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            server.close();
            selector.close();
            throw e;
        }
        this.thread = new Thread(this::run, "murder-tracker");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    InetSocketAddress address() {
        return address;
    }

    /** By what error of its own the listener ended; null while it has not. */
    Throwable failure() {
        return failure;
    }

    /** Ends at once; returns when the port is free and no request is worked on. */
    void close() {
        closed = true;
        selector.wakeup();
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                turn();
            }
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        } finally {
            closeAll();
        }
    }

    private void fail(Throwable e) {
        failure = e;
        LOG.log(System.Logger.Level.ERROR, "a fault of the tracker: it answers no more", e);
    }

    private void closeAll() {
        List.copyOf(clients).forEach(Client::close);
        try {
            server.close();
            selector.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "closing the tracker''s port: {0}", e.getMessage());
        }
    }

    private void turn() throws IOException {
        long nextNs = clients.isEmpty() ? Long.MAX_VALUE : clients.iterator().next().deadlineNs - System.nanoTime();
        boolean isPaused = accepting.interestOps() == 0 && clients.size() < maxConnections;
        nextNs = isPaused ? Math.min(nextNs, acceptAgainNs - System.nanoTime()) : nextNs;
        if (nextNs == Long.MAX_VALUE) {
            selector.select();
        } else if (nextNs > 0) {
            selector.select(nextNs / MS + 1);
        } else {
            selector.selectNow();
        }
        long nowNs = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
            if (key == accepting) {
                accept(nowNs);
            } else {
                ((Client) key.attachment()).onReady(nowNs);
            }
        }
        selector.selectedKeys().clear();
        closeLate(nowNs);
        boolean accepts = clients.size() < maxConnections && nowNs - acceptAgainNs >= 0;
        accepting.interestOps(accepts ? SelectionKey.OP_ACCEPT : 0);
    }

    private void accept(long nowNs) {
        for (int i = 0; i < ACCEPTS_PER_TURN && clients.size() < maxConnections; i++) {
            SocketChannel channel;
            try {
                channel = server.accept();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "hosts must wait, as connections cannot be accepted: {0}", e.getMessage());
                acceptAgainNs = nowNs + ACCEPT_PAUSE_NS;
                return;
            }
            if (channel == null) {
                return;
            }
            Client client = new Client(channel, nowNs + patienceNs);
            clients.add(client);
            // Where many wait their requests are there already, and the selector need never hear of them.
            client.onReady(nowNs);
        }
    }

    private void closeLate(long nowNs) {
        for (Client client = firstLate(nowNs); client != null; client = firstLate(nowNs)) {
            if (nowNs - client.extendedNs < 0) {
                client.deadlineNs = client.extendedNs;
                clients.remove(client);
                clients.add(client);
            } else {
                client.close();
            }
        }
    }

    private Client firstLate(long nowNs) {
        Iterator<Client> inOrder = clients.iterator();
        Client first = inOrder.hasNext() ? inOrder.next() : null;
        return first != null && nowNs - first.deadlineNs >= 0 ? first : null;
    }

    private String date() {
        long second = System.currentTimeMillis() / 1000;
        if (second != dateSecond) {
            dateSecond = second;
            date = HttpAnswer.date(second);
        }
        return date;
    }

    /** One connection. */
    private final class Client {
        private final SocketChannel channel;
        /** Until when it may ask. */
        private final long askUntilNs;
        /** Its place among {@link #clients}. */
        private long deadlineNs;
        /** The deadline that counts, if it is a later one. */
        private long extendedNs;
        /** Null until it has to wait for the first time. */
        private SelectionKey key;
        /** What has come of the request, if that is not all; then null. */
        private byte[] head = NOTHING;
        /** What is still to be sent of the answer, or null. */
        private ByteBuffer rest;
        private boolean isLeaving;
        /** Whether another request is read once the answer is sent. */
        private boolean isStaying;
        private boolean isClosed;
        private long buffered;

        Client(SocketChannel channel, long askUntilNs) {
            this.channel = channel;
            this.askUntilNs = askUntilNs;
            this.deadlineNs = askUntilNs;
            this.extendedNs = askUntilNs;
        }

        void onReady(long nowNs) {
            try {
                if (key == null) {
                    channel.configureBlocking(false);
                }
                boolean isDone = head != null ? read(nowNs) : rest != null ? send(nowNs) : discard();
                if (isDone) {
                    close();
                } else if (!isClosed) {
                    await(rest != null ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a host is gone: {0}", e.getMessage());
                close();
            }
        }

        private void await(int operation) throws IOException {
            if (key == null) {
                key = channel.register(selector, operation, this);
            } else {
                key.interestOps(operation);
            }
        }

        /** Returns whether there is nothing left to do. */
        private boolean read(long nowNs) throws IOException {
            input.clear().limit(MAX_HEAD_LENGTH - head.length);
            int n = channel.read(input);
            if (n <= 0) {
                return n < 0;
            }
            System.arraycopy(head, 0, bytes, 0, head.length);
            input.flip().get(bytes, head.length, n);
            int length = head.length + n;
            int end = HttpRequest.endOfHead(bytes, head.length, length);
            if (end < 0 && length < MAX_HEAD_LENGTH) {
                head = Arrays.copyOf(bytes, length);
                return !holds(length);
            }
            HttpRequest request = end < 0 ? null : HttpRequest.parse(bytes, end, (InetSocketAddress) channel.getRemoteAddress());
            HttpAnswer answer = end < 0 ? TrackerHandler.TOO_LONG : request == null ? TrackerHandler.MALFORMED : handler.answer(request);
            head = null;
            isLeaving = answer.status() != 200 || end < length;
            // Browsers always say that another follows.
            isStaying = !isLeaving && request.another() && clients.size() <= maxConnections / 2;
            rest = answer.message(request == null || !request.method().equals("HEAD"), isStaying, date());
            extendedNs = nowNs + patienceNs;
            return send(nowNs);
        }

        private boolean send(long nowNs) throws IOException {
            channel.write(rest);
            if (rest.hasRemaining()) {
                return !holds(rest.remaining());
            }
            rest = null;
            holds(0);
            if (isStaying && nowNs - askUntilNs < 0) {
                head = NOTHING;
                extendedNs = askUntilNs;
                return false;
            }
            if (isLeaving) {
                channel.shutdownOutput();
                return discard();
            }
            return true;
        }

        /** Once a turn: who sends faster than this reads would keep the thread. */
        private boolean discard() throws IOException {
            return channel.read(input.clear()) < 0;
        }

        /** Returns whether there is memory for it. */
        private boolean holds(long length) {
            bufferedBytes += length - buffered;
            buffered = length;
            return bufferedBytes <= MAX_BUFFERED_BYTES;
        }

        void close() {
            if (isClosed) {
                return;
            }
            isClosed = true;
            clients.remove(this);
            holds(0);
            head = null;
            rest = null;
            try {
                channel.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "closing a connection: {0}", e.getMessage());
            }
        }
    }
}
