package murder.wire.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import murder.peer.PeerAddress;
import murder.wire.FrameBuffers;

/**
 * One thread, one selector, any number of connections and listeners. Carries messages and decides
 * nothing. A turn:
 *
 * <pre>
 *   wait (until a socket is ready, a task is posted, or a deadline)
 *     -> sockets: accept, connect, read and decode -> ConnectionHandler
 *     -> decode what was too much for an earlier turn -> ConnectionHandler
 *     -> tasks of execute()
 *     -> time-outs
 *     -> onClosed of what was closed
 *     -> TurnHandler.onTurn
 *     -> write, once per connection -> onWritable
 *     -> onClosed of what was closed since
 * </pre>
 *
 * If the last two steps called a handler, the next turn follows without waiting. A bad peer, a
 * failed socket or a failed accept affects only itself. A {@link RuntimeException} from the handler
 * of a connection is logged and closes that connection. One from a task, the {@link TurnHandler} or
 * the loop is a broken invariant and ends the loop with a report. So does any {@link Error}.
 * <p>Longer than 450 lines because it has the order of a turn and all methods for other threads.
 */
public final class SelectorLoop implements AutoCloseable {
    /** The longest time of {@link #close} for waiting bytes. */
    private static final long MAX_DRAIN_NS = Duration.ofMillis(500).toNanos();

    /** One read buffer for all connections: many blocks in each system call. */
    private static final int READ_BUFFER_BYTES = 1 << 19;

    private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(2);
    private static final long MAX_WAIT_MS = Duration.ofHours(1).toMillis();
    private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    final LoopOptions options;
    private final TurnHandler turnHandler;
    private final Selector selector;
    private final Sockets sockets;
    private final Consumer<SelectionKey> onReady = this::onReady;
    final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
    private final GatherBuffers gather = new GatherBuffers();
    final FrameBuffers frameBuffers = new FrameBuffers();
    /** Null without TLS. */
    final TlsBuffers tlsBuffers;
    final ReadPacer pacer = new ReadPacer();
    private final long originNs;

    private final TaskQueue tasks = new TaskQueue();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Thread thread;
    private volatile boolean stopping;
    /**
     * The time limit for pending writes at the end of the loop; written before {@code stopping}.
     */
    private volatile long drainNs;

    private final Listeners listeners = new Listeners();
    /** All open connections. */
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final Deadlines deadlines = new Deadlines();
    /** Dialled and connected at once: reported in the next turn. */
    private final ArrayDeque<Connection> connectedAtOnce = new ArrayDeque<>();
    /** Connections with undecoded bytes of this turn. */
    private final ArrayDeque<Connection> toDecode = new ArrayDeque<>();
    final MemoryBudget budget;
    final Strangers strangers;
    private final Arrivals arrivals = new Arrivals();

    private final Writes writes = new Writes(gather);
    private final Closing closing = new Closing(gather);
    private long nowNs;
    /** Spent in turns, without the wait for sockets. */
    private long busyNs;
    private boolean turnBegun;
    private boolean turnAtOnce;
    /** The time of the owner's next turn: the first one is at once. */
    private long wantedNs;

    private SelectorLoop(LoopOptions options, TurnHandler turnHandler, Selector selector) {
        this.options = options;
        this.turnHandler = turnHandler;
        this.selector = selector;
        this.sockets = new Sockets(options);
        this.strangers = new Strangers(options.maxStrangers);
        this.budget = new MemoryBudget(connections, options.maxHeldBytes);
        this.originNs = options.clock.getAsLong();
        this.tlsBuffers = options.tls == null ? null : new TlsBuffers();
    }

    /** Makes a loop that does not run yet. Its time begins now, at 0. */
    public static SelectorLoop open(LoopOptions options, TurnHandler turnHandler) throws IOException {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(turnHandler, "turnHandler");
        return new SelectorLoop(options, turnHandler, Selector.open());
    }

    // ---- any thread

    /**
     * Starts the loop's thread.
     *
     * @throws IllegalStateException if it was started or closed before
     */
    public void start() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("the loop was started or closed before");
        }
        startThread();
    }

    private void startThread() {
        Thread made = options.threadFactory.newThread(this::run);
        thread = made;
        made.start();
    }

    /**
     * Runs a task on the loop's thread, in the order of the calls. A task must not block.
     *
     * @return false after the end of the loop: the task will not run. After true it will run,
     *     if the loop is ever started or closed
     */
    public boolean execute(Runnable task) {
        if (!tasks.add(Objects.requireNonNull(task, "task"))) {
            return false;
        }
        if (!inLoop()) {
            selector.wakeup();
            LockSupport.unpark(thread);
        }
        return true;
    }

    /**
     * Closes accepted connections whose handshake is overdue, so that others get their descriptors.
     * Loop's thread only.
     */
    public void closeStrangers() {
        strangers.closeOverdue(nowNs());
    }

    /** Whether the caller is on the loop's thread. */
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /**
     * Listens, for IPv4 and IPv6 alike if the address is the wildcard.
     *
     * @param local port 0 for any that is free
     * @param onAccept gives the handler of a new connection, on the loop's thread; null refuses the
     *     connection
     * @return the address with the real port
     * @throws IOException if it cannot be bound, or the loop has ended
     */
    public InetSocketAddress listen(InetSocketAddress local, Supplier<ConnectionHandler> onAccept) throws IOException {
        Objects.requireNonNull(onAccept, "onAccept");
        ServerSocketChannel channel = sockets.listen(local);
        InetSocketAddress bound = (InetSocketAddress) channel.getLocalAddress();
        if (!execute(() -> register(channel, onAccept))) {
            channel.close();
            throw new IOException("cannot listen on " + local + ": the loop has ended");
        }
        return bound;
    }

    /** Like {@link #close(Duration)} with two seconds. */
    @Override
    public void close() {
        close(CLOSE_AT_MOST);
    }

    /**
     * Ends the loop. It takes a last turn, without accepts and dials. It gives waiting bytes a
     * short time (half of {@code atMost}, at most half a second). Then it closes all connections
     * with {@link CloseReason#SHUTDOWN}. Tasks accepted before the end still run. May be called
     * again, and by any thread; on the loop's own it does not wait.
     *
     * @return whether the loop has ended; otherwise it ends when its handlers return
     */
    public boolean close(Duration atMost) {
        long atMostNs = TimeUnit.NANOSECONDS.convert(atMost); // saturates
        if (!stopping) {
            drainNs = Math.min(MAX_DRAIN_NS, atMostNs / 2);
            stopping = true;
        }
        if (started.compareAndSet(false, true)) {
            startThread();
        }
        selector.wakeup();
        if (inLoop()) {
            return false;
        }
        try {
            return ended.await(atMostNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ended.getCount() == 0;
        }
    }

    // ---- the loop's thread: what the owner asks

    /** The time of this turn, read once: nanoseconds since {@link #open}. For the loop's thread. */
    public long nowNs() {
        return nowNs;
    }

    /**
     * Nanoseconds that all earlier turns took, without the wait for sockets. For the loop's thread.
     */
    public long busyNs() {
        return busyNs;
    }

    /** The number of open and dialling connections. For the loop's thread. */
    public int connections() {
        return connections.size();
    }

    /**
     * Dials a peer. For the loop's thread. All failures arrive later as
     * {@link ConnectionHandler#onClosed}. Bytes appended meanwhile are written when the connection
     * is up.
     */
    public Connection connect(PeerAddress remote, ConnectionHandler handler) {
        assert inLoop() : "not on the loop's thread";
        Connection connection = new Connection(this, handler, remote);
        String refusal = stopping ? "the loop ends"
                : connections.size() >= options.maxConnections ? "limit of " + options.maxConnections + " connections"
                : deadlines.connecting() >= options.maxHalfOpen ? "limit of " + options.maxHalfOpen + " connections being dialled"
                : null;
        connections.add(connection);
        deadlines.onDialling(connection, nowNs);
        if (refusal != null) {
            connection.close(CloseReason.NOT_DIALLED, refusal);
            return connection;
        }
        try {
            connection.carrier().socket(sockets.open());
        } catch (IOException e) {
            connection.close(CloseReason.NOT_DIALLED, String.valueOf(e.getMessage()));
            return connection;
        }
        try {
            dial(connection, remote);
        } catch (IOException e) {
            connection.close(CloseReason.CONNECT_FAILED, String.valueOf(e.getMessage()));
        } catch (UnsupportedAddressTypeException e) {
            connection.close(CloseReason.CONNECT_FAILED, "this host has no sockets for " + remote);
        }
        return connection;
    }

    private void dial(Connection connection, PeerAddress remote) throws IOException {
        SocketChannel channel = connection.carrier().socket();
        if (channel.connect(Addresses.toSocketAddress(remote))) {
            connection.key(channel.register(selector, 0, connection));
            connectedAtOnce.add(connection);
        } else {
            connection.key(channel.register(selector, SelectionKey.OP_CONNECT, connection));
        }
    }

    // ---- the loop's thread: what connections and listeners report

    void connected(Connection connection) {
        deadlines.onConnected(connection, nowNs);
        connection.onConnected();
    }

    void accepted(SocketChannel channel, Supplier<ConnectionHandler> onAccept) {
        try {
            PeerAddress remote = Addresses.of((InetSocketAddress) channel.getRemoteAddress());
            ConnectionHandler handler = null;
            // Strangers that are refused come often, and must cost little.
            if ((isOfThisHost(channel) || arrivals.mayCome(remote, nowNs)) && !stopping && connections.size() < options.maxConnections) {
                sockets.configure(channel);
                handler = onAccept.get();
            }
            if (handler == null) {
                channel.close();
                return;
            }
            Connection connection = new Connection(this, handler, remote, channel);
            connection.key(channel.register(selector, 0, connection));
            connections.add(connection);
            strangers.add(connection, nowNs);
            connected(connection);
        } catch (IOException e) {
            Log.LOG.log(System.Logger.Level.DEBUG, "an accepted connection failed at once", e);
            Sockets.closeQuietly(channel);
        }
    }

    /**
     * Whether the peer is on the address that it reached, like all peers of a test on one machine.
     */
    private static boolean isOfThisHost(SocketChannel channel) {
        return channel.socket().getInetAddress().equals(channel.socket().getLocalAddress());
    }

    void handshakeComplete(Connection connection, boolean unproven) {
        deadlines.remove(connection);
        if (unproven) {
            deadlines.onProving(connection, nowNs);
        } else {
            strangers.remove(connection);
        }
    }

    void proven(Connection connection) {
        deadlines.remove(connection);
        strangers.remove(connection);
    }

    void decodeLater(Connection connection) {
        toDecode.add(connection);
    }

    void flushLater(Connection connection) {
        writes.add(connection);
    }

    /** A connection was closed; the rest follows at the end of the turn. */
    void closing(Connection connection, boolean farewell) {
        connections.remove(connection);
        deadlines.remove(connection);
        strangers.remove(connection);
        closing.add(connection, farewell);
    }

    // ---- the loop's thread: turns

    private void run() {
        Throwable broken = null;
        try {
            nowNs = options.clock.getAsLong() - originNs;
            while (!stopping) {
                turn();
            }
            // One more, for tasks from before close().
            turnAtOnce = true;
            turn();
            drain();
        } catch (Throwable e) {
            // Does not continue: it reports the fault and leaves no socket open.
            broken = e;
            stopping = true;
            Log.LOG.log(System.Logger.Level.ERROR, "broken invariant: the loop ends", e);
        }
        try {
            end(broken);
        } finally {
            ended.countDown();
        }
    }

    private void turn() throws IOException {
        pacer.pause();
        turnBegun = false;
        int kept = toDecode.size();
        long waitMs = waitMs();
        if (waitMs == 0) {
            selector.selectNow(onReady);
        } else {
            selector.select(onReady, waitMs);
        }
        beginTurn();
        for (Connection up = connectedAtOnce.poll(); up != null; up = connectedAtOnce.poll()) {
            if (up.isConnecting()) {
                connected(up);
            }
        }
        for (; kept > 0; kept--) {
            toDecode.poll().decodeKept();
        }
        tasks.run();
        deadlines.expire(nowNs);
        listeners.onDeadline(nowNs);
        closing.finish();
        wantedNs = turnHandler.onTurn(nowNs);
        boolean told = writes.flush(!stopping);
        told |= closing.finish();
        turnAtOnce = told;
        busyNs += options.clock.getAsLong() - originNs - nowNs;
        pacer.endTurn(told);
    }

    /**
     * Milliseconds until the next turn is due, rounded up so that nothing spins at the last
     * fraction.
     */
    private long waitMs() {
        if (turnAtOnce || !connectedAtOnce.isEmpty() || !toDecode.isEmpty() || !writes.isEmpty() || !tasks.isEmpty()) {
            return 0;
        }
        long dueNs = Math.min(wantedNs, Math.min(deadlines.firstNs(), listeners.resumeNs()));
        if (dueNs == Long.MAX_VALUE) {
            return MAX_WAIT_MS;
        }
        long leftNs = dueNs - (options.clock.getAsLong() - originNs);
        return leftNs <= 0 ? 0 : Math.min(MAX_WAIT_MS, (leftNs - 1) / NS_PER_MS + 1);
    }

    private void beginTurn() {
        if (!turnBegun) {
            turnBegun = true;
            nowNs = options.clock.getAsLong() - originNs;
        }
    }

    private void onReady(SelectionKey key) {
        beginTurn();
        pacer.onEvent();
        if (key.attachment() instanceof Connection connection) {
            connection.onReady();
        } else {
            pacer.onProgress();
            ((Listener) key.attachment()).onReady();
        }
    }

    private void register(ServerSocketChannel channel, Supplier<ConnectionHandler> onAccept) {
        if (stopping) {
            Sockets.closeQuietly(channel);
            return;
        }
        Listener listener = new Listener(this, channel, onAccept);
        try {
            listener.key(channel.register(selector, SelectionKey.OP_ACCEPT, listener));
        } catch (IOException e) {
            throw new IllegalStateException("a listening socket was closed by somebody else", e);
        }
        listeners.add(listener);
    }

    // ---- the loop's thread: the end

    /** Accepts and reads no more. Writes waiting bytes for a short time. */
    private void drain() throws IOException {
        listeners.close();
        // Not the loop's clock: that may belong to a test, but this waits for real sockets.
        long deadline = System.nanoTime() + drainNs;
        closing.closeDrained(connections);
        while (!connections.isEmpty()) {
            long leftMs = (deadline - System.nanoTime()) / NS_PER_MS;
            if (leftMs <= 0) {
                break;
            }
            selector.select(onReady, leftMs);
            tasks.run();
            writes.flush(false);
            closing.closeDrained(connections);
        }
        closing.closeAll(connections);
    }

    /**
     * Runs the last tasks and frees everything; without calls to the handlers if they are broken.
     */
    private void end(Throwable broken) {
        if (broken != null) {
            Closing.lastStep(() -> turnHandler.onFatal(broken));
        }
        // A thread that waits for a task's result must get it in any case.
        tasks.end();
        closing.end(connections, broken == null);
        listeners.close();
        Closing.lastStep(selector::close);
    }
}
