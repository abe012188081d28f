package murder.tracker.httpserver;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;

/**
 * Serves all connections on one thread. A client can hold a place for twice the patience. Above
 * {@link #MAX_HELD_BYTES} of memory the server closes the client that holds the most. When all
 * places are taken, it closes the longest idle clients of the address with the most.
 */
final class SelectorHttpServer extends HttpServer implements Runnable {
    static final int MAX_HELD_BYTES = 32 << 20; // Of incomplete requests and unread responses.
    private static final Comparator<Client> BY_HELD_BYTES = Comparator.comparingInt(client -> client.heldBytes);
    private static final System.Logger LOG = System.getLogger(SelectorHttpServer.class.getName());
    private static final int MAX_UNREAD = 4_000;
    private static final int FIRST_READS = 100; // In one turn: the system drops clients from a long backlog.
    private static final int PLACES_MADE = 64; // At once, because the search reads all clients.
    /** An address keeps up to this many clients, because a fleet may share one address. */
    private static final int FEW_CLIENTS = 16;
    /** The interval of checks for deadlines, and the pause of accepts without descriptors. */
    private static final long TICK_MS = 100;

    final Selector selector = Selector.open();
    final ByteBuffer input = ByteBuffer.allocate(Client.MAX_REQUEST_LENGTH);
    final SelectorHttpProvider limits;
    String date;
    final Set<Client> clients = new LinkedHashSet<>(); // The oldest first.
    private final ArrayDeque<Client> unread = new ArrayDeque<>(); // Just accepted.
    private final Map<Object, Integer> origins = new HashMap<>(); // Clients of each Client.origin.
    private long heldBytes;
    private final ServerSocketChannel channel = ServerSocketChannel.open();
    /** By path, backwards: a longer path comes before its prefixes. */
    private final Map<String, HttpContext> contexts = new ConcurrentSkipListMap<>(Comparator.reverseOrder());
    private final Thread thread = new Thread(this, "murder-http");
    private SelectionKey accepting;
    private long tickNs = System.nanoTime();
    private boolean isPaused;
    private Throwable unwritten; // The failure of the last log line, for the next one; else null.
    private volatile boolean isStopped;

    SelectorHttpServer(SelectorHttpProvider limits) throws IOException {
        this.limits = limits;
        thread.setDaemon(true);
    }

    @Override
    public void bind(InetSocketAddress address, int backlog) throws IOException {
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, backlog);
            channel.configureBlocking(false);
            accepting = channel.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            closeAll();
            throw e;
        }
    }

    @Override
    public void start() {
        if (accepting == null) {
            throw new IllegalStateException("the server is not bound");
        }
        thread.start();
    }

    /** Ends at once, for any delay. Then no handler runs but one that is the caller. */
    @Override
    public void stop(int delay) {
        isStopped = true;
        selector.wakeup();
        if (!thread.isAlive()) {
            closeAll();
        } else if (thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void setExecutor(Executor executor) {
        if (executor != null) {
            throw new UnsupportedOperationException("this provider answers on its own thread");
        }
    }

    @Override public Executor getExecutor() { return null; }
    @Override public HttpContext createContext(String path) { return createContext(path, null); }

    @Override
    public HttpContext createContext(String path, HttpHandler handler) {
        HttpContext context = new Context(this, path, handler);
        if (!path.startsWith("/") || contexts.putIfAbsent(path, context) != null) {
            throw new IllegalArgumentException(path + " is no path, or has a context already");
        }
        return context;
    }

    @Override
    public void removeContext(String path) {
        if (contexts.remove(path) == null) {
            throw new IllegalArgumentException(path + " has no context");
        }
    }

    @Override public void removeContext(HttpContext context) { contexts.remove(context.getPath(), context); }
    @Override public InetSocketAddress getAddress() { return (InetSocketAddress) channel.socket().getLocalSocketAddress(); }

    /** The context whose path is the longest prefix of this one, or null. */
    HttpContext context(String path) {
        for (HttpContext context : contexts.values()) {
            if (path.startsWith(context.getPath())) {
                return context;
            }
        }
        return null;
    }

    @Override
    public void run() {
        try {
            while (!isStopped) {
                turn();
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a fault of the HTTP server: it answers no more", e);
            limits.onFault.accept(e);
        } finally {
            closeAll();
        }
    }

    private void closeAll() {
        try (selector; channel) {
            List.copyOf(clients).forEach(this::close);
        } catch (IOException e) {
            warn("closing the port", e);
        }
    }

    private void turn() throws IOException {
        selector.select(!unread.isEmpty() ? 1 : clients.isEmpty() && !isPaused ? 0 : TICK_MS);
        long nowNs = System.nanoTime();
        boolean isTick = nowNs - tickNs >= 0;
        tickNs = isTick ? nowNs + TICK_MS * 1_000_000 : tickNs;
        date = isTick ? date(System.currentTimeMillis() / 1000) : date;
        isPaused &= !isTick;
        for (SelectionKey key : selector.selectedKeys()) {
            if (key == accepting) {
                accept(nowNs);
            } else {
                ((Client) key.attachment()).onReady(nowNs);
            }
        }
        selector.selectedKeys().clear();
        for (int i = 0; i < FIRST_READS && !unread.isEmpty(); i++) {
            unread.remove().onReady(nowNs); // When many clients wait, their requests have arrived and need no selector.
        }
        accepting.interestOps(isPaused ? 0 : SelectionKey.OP_ACCEPT);
        if (isTick) { // After reading the arrived bytes. Later clients have later deadlines.
            clients.stream().takeWhile(c -> nowNs - c.askUntilNs >= 0).filter(c -> nowNs - c.deadlineNs >= 0).toList().forEach(this::close);
        }
    }

    private void accept(long nowNs) {
        if (clients.size() >= limits.maxConnections) {
            makePlaces();
        }
        int places = limits.maxConnections - clients.size();
        isPaused = places <= 0;
        try {
            for (SocketChannel accepted; places > 0 && unread.size() < MAX_UNREAD && (accepted = channel.accept()) != null; places--) {
                Client client = new Client(this, accepted, nowNs + limits.patienceNs);
                clients.add(client);
                unread.add(client);
                origins.merge(client.origin, 1, Integer::sum);
            }
        } catch (IOException e) {
            warn("clients must wait, as connections cannot be accepted", e);
            makePlaces();
            isPaused = true;
        }
    }

    /** Closes clients of the address with the most that have no complete request; unread ones stay. */
    private void makePlaces() {
        Map.Entry<Object, Integer> most = origins.entrySet().stream().max(Map.Entry.comparingByValue()).orElse(Map.entry("", 0));
        int spare = unread.isEmpty() ? Math.max(0, Math.min(PLACES_MADE, most.getValue() - FEW_CLIENTS)) : 0;
        clients.stream().filter(client -> client.stage == Client.Stage.READING && client.origin.equals(most.getKey())).limit(spare).toList()
            .forEach(this::close);
    }

    /** Counts the memory of clients. Above the limit it closes the client that holds the most. */
    void hold(Client client, int bytes) {
        heldBytes += bytes - client.heldBytes;
        client.heldBytes = bytes;
        while (heldBytes > MAX_HELD_BYTES) {
            // Among equal ones the last that asked for more.
            close(Collections.max(clients, BY_HELD_BYTES.thenComparing(other -> other == client)));
        }
    }

    void close(Client client) {
        try (client.channel) {
            if (clients.remove(client)) {
                origins.computeIfPresent(client.origin, (origin, count) -> count == 1 ? null : count - 1);
            }
            hold(client, 0);
        } catch (IOException e) {
            warn("closing a connection", e);
        }
    }

    /** A log line may need a descriptor, such as for time zones. That must not end the tracker. */
    void warn(String what, IOException e) {
        try {
            LOG.log(System.Logger.Level.WARNING, what + ": " + e.getMessage(), unwritten);
            unwritten = null;
        } catch (RuntimeException | Error fault) {
            unwritten = fault;
        }
    }

    /** A time by RFC 9110 section 5.6.7. The JDK's formatters take longer to load than this. */
    static String date(long epochSecond) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(epochSecond, 1, ZoneOffset.UTC);
        String iso = time.toString(); // With the nanosecond the text always has seconds.
        String day = "MonTueWedThuFriSatSun".substring(3 * time.getDayOfWeek().ordinal()).substring(0, 3);
        String month = "JanFebMarAprMayJunJulAugSepOctNovDec".substring(3 * time.getMonth().ordinal()).substring(0, 3);
        return day + ", " + iso.substring(8, 10) + " " + month + " " + iso.substring(0, 4) + " " + iso.substring(11, 19) + " GMT";
    }
}
