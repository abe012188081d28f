package murder.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Hostile connections to a tracker: some send half a request line, some send nothing, and some
 * request the page once a second and never read. When the tracker closes one, another replaces it.
 * They come from addresses in 127.2.0.0/16.
 */
final class TrackerAttack implements AutoCloseable {
    /** Opened in one turn of 10 ms. */
    private static final int OPENED_PER_TURN = 50;
    private static final long TURN_MS = 10;
    private static final long ASK_AGAIN_NS = 1_000_000_000L;

    /** The behaviour of a connection. */
    private enum Kind { HALF, IDLE, DEAF }

    private final InetSocketAddress tracker;
    private final Selector selector = Selector.open();
    private final Deque<Kind> toOpen = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    private final Thread thread = new Thread(this::run, "attack");
    private final int size;
    private int opened;
    private volatile int open;
    private volatile IOException failure;
    private volatile boolean closed;

    TrackerAttack(InetSocketAddress tracker, int half, int idle, int deaf) throws IOException {
        this.tracker = tracker;
        this.size = half + idle + deaf;
        add(half, Kind.HALF);
        add(idle, Kind.IDLE);
        add(deaf, Kind.DEAF);
    }

    private void add(int count, Kind kind) {
        for (int i = 0; i < count; i++) {
            toOpen.add(kind);
        }
    }

    /** Returns when nearly all connections are open. */
    void begin() throws IOException, InterruptedException {
        thread.start();
        long giveUpNs = System.nanoTime() + 60_000_000_000L;
        while (open < size * 0.99) {
            thread.join(TURN_MS);
            if (failure != null || System.nanoTime() - giveUpNs > 0) {
                throw new IOException("only " + open + " of " + size + " connections are open", failure);
            }
        }
    }

    int open() {
        return open;
    }

    private void run() {
        try {
            long askNs = System.nanoTime() + ASK_AGAIN_NS;
            while (!closed) {
                for (int i = 0; i < OPENED_PER_TURN && !toOpen.isEmpty(); i++) {
                    open(toOpen.poll());
                }
                selector.select(TURN_MS);
                for (SelectionKey key : selector.selectedKeys()) {
                    onReady(key);
                }
                selector.selectedKeys().clear();
                if (System.nanoTime() - askNs > 0) {
                    askNs += ASK_AGAIN_NS;
                    for (SelectionKey key : selector.keys()) {
                        ask(key);
                    }
                }
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private void open(Kind kind) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        int number = opened++ & 0xffff;
        byte[] address = {127, 2, (byte) (number >> 8), (byte) number};
        channel.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
        channel.register(selector, SelectionKey.OP_CONNECT, kind);
        channel.connect(tracker);
    }

    private void onReady(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        Kind kind = (Kind) key.attachment();
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                open++;
                // A deaf one does not check; its next request shows the end of the tracker.
                key.interestOps(kind == Kind.DEAF ? 0 : SelectionKey.OP_READ);
                if (kind == Kind.HALF) {
                    channel.write(StandardCharsets.ISO_8859_1.encode("GET /announce?info_ha"));
                } else {
                    ask(key);
                }
            } else if (channel.read(buffer.clear()) < 0) {
                again(channel, kind, true);
            }
        } catch (IOException e) {
            again(channel, kind, (key.interestOps() & SelectionKey.OP_CONNECT) == 0);
        }
    }

    private void ask(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (key.isValid() && key.attachment() == Kind.DEAF && channel.isConnected()) {
            try {
                channel.write(StandardCharsets.ISO_8859_1.encode("GET / HTTP/1.1\r\nHost: t\r\nConnection: keep-alive\r\n\r\n"));
            } catch (IOException e) {
                again(channel, Kind.DEAF, true);
            }
        }
    }

    private void again(SocketChannel channel, Kind kind, boolean wasOpen) throws IOException {
        open -= wasOpen ? 1 : 0;
        channel.close();
        toOpen.add(kind);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }
}
