package murder.tracker.httpserver;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Serves all connections on one thread. A client can hold a place for twice the patience, and all clients together
 * {@link #MAX_HELD_BYTES} of memory: beyond that the client that holds the most goes. When all places are taken, the longest idle clients
 * of the address with the most go, so that nobody can keep others out alone.
 */
final class SelectorHttpServer extends HttpServer implements Runnable {
    /** Of requests that are not complete and responses that are not taken. */
    static final int MAX_HELD_BYTES = 32 << 20;
    private static final System.Logger LOG = System.getLogger(SelectorHttpServer.class.getName());
    /** In one turn: clients that are here already must not wait for those that come. */
    private static final int MAX_ACCEPTS = 1_000;
    /** That many places are made at once, since to look for them takes a look at all clients. */
    private static final int PLACES_MADE = 64;
    /** An address with no more clients than that keeps them: a fleet may come from one, and each has a place for a moment only. */
    private static final int FEW_CLIENTS = 16;
    /** How often deadlines are looked at, and how long nothing is accepted after the process ran out of file descriptors. */
    private static final long TICK_MS = 100;

    final Selector selector = Selector.open();
    final ByteBuffer input = ByteBuffer.allocateDirect(Client.MAX_REQUEST_LENGTH);
    final byte[] bytes = new byte[Client.MAX_REQUEST_LENGTH];
    /** The longest here first. */
    final Set<Client> clients = new LinkedHashSet<>();
    private final Map<Object, Place> places = new HashMap<>();
    final int maxConnections;
    final long patienceNs;
    private long heldBytes;
    private final ServerSocketChannel channel = ServerSocketChannel.open();
    private final Consumer<Throwable> onFault;
    private final Map<String, HttpContext> contexts = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this, "murder-http");
    private SelectionKey accepting;
    private long tickNs = System.nanoTime();
    private boolean isPaused;
    /** Why the last line was not written, for the next one; else null. */
    private Throwable unwritten;
    private long dateSecond;
    private String date;
    private volatile boolean isStopped;

    SelectorHttpServer(int maxConnections, long patienceNs, Consumer<Throwable> onFault) throws IOException {
        this.maxConnections = maxConnections;
        this.patienceNs = patienceNs;
        this.onFault = onFault;
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

    /** Ends at once, whatever the delay. When it returns no handler runs, unless the caller was interrupted or is one itself. */
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

    /** The one with the longest path that begins this one, or null. */
    HttpContext context(String path) {
        HttpContext found = contexts.get(path);
        if (found != null) {
            return found;
        }
        for (HttpContext context : contexts.values()) {
            boolean isLonger = found == null || found.getPath().length() < context.getPath().length();
            found = isLonger && path.startsWith(context.getPath()) ? context : found;
        }
        return found;
    }

    @Override
    public void run() {
        try {
            while (!isStopped) {
                turn();
            }
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a fault of the HTTP server: it answers no more", e);
            onFault.accept(e);
        } finally {
            closeAll();
        }
    }

    private void closeAll() {
        List.copyOf(clients).forEach(Client::close);
        try {
            channel.close();
            selector.close();
        } catch (IOException e) {
            warn("closing the port", e);
        }
    }

    private void turn() throws IOException {
        selector.select(clients.isEmpty() && accepting.interestOps() != 0 ? 0 : TICK_MS);
        long nowNs = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
            if (key == accepting) {
                accept(nowNs);
            } else {
                ((Client) key.attachment()).onReady(nowNs);
            }
        }
        selector.selectedKeys().clear();
        if (nowNs - tickNs >= 0) {
            tickNs = nowNs + TICK_MS * 1_000_000;
            isPaused = false;
            for (Client client : List.copyOf(clients)) {
                if (nowNs - client.deadlineNs >= 0) {
                    client.close();
                }
            }
        }
        accepting.interestOps(isPaused ? 0 : SelectionKey.OP_ACCEPT);
    }

    private void accept(long nowNs) {
        try {
            SocketChannel accepted = null;
            for (int i = 0; i < MAX_ACCEPTS && hasPlace() && (accepted = channel.accept()) != null; i++) {
                InetAddress address = ((InetSocketAddress) accepted.getRemoteAddress()).getAddress();
                Place place = places.computeIfAbsent(Place.key(address), Place::new);
                place.clients++;
                Client client = new Client(this, accepted, place, nowNs + patienceNs);
                clients.add(client);
                // Where many wait their requests are there already, and the selector need never hear of them.
                client.onReady(nowNs);
            }
        } catch (IOException e) {
            warn("clients must wait, as connections cannot be accepted", e);
            makePlaces();
            isPaused = true;
        }
    }

    private boolean hasPlace() {
        if (clients.size() >= maxConnections) {
            makePlaces();
        }
        isPaused |= clients.size() >= maxConnections;
        return !isPaused;
    }

    /** Closes idle clients of the address with the most. */
    private void makePlaces() {
        Place greediest = null;
        for (Place place : places.values()) {
            greediest = greediest == null || place.clients > greediest.clients ? place : greediest;
        }
        int left = greediest == null ? 0 : Math.min(PLACES_MADE, greediest.clients - FEW_CLIENTS);
        for (Iterator<Client> all = List.copyOf(clients).iterator(); left > 0 && all.hasNext();) {
            Client client = all.next();
            if (client.place == greediest && client.isIdle()) {
                client.close();
                left--;
            }
        }
    }

    /** Counts what a client makes this server keep. Over the limit, whoever holds the most goes. */
    void hold(Client client, int bytes) {
        heldBytes += bytes - client.heldBytes;
        client.heldBytes = bytes;
        while (heldBytes > MAX_HELD_BYTES) {
            Client most = client;
            for (Client other : clients) {
                most = other.heldBytes > most.heldBytes ? other : most;
            }
            most.close();
        }
    }

    void remove(Client client) {
        if (clients.remove(client) && --client.place.clients == 0) {
            places.remove(client.place.key);
        }
        heldBytes -= client.heldBytes;
        client.heldBytes = 0;
    }

    /** To write a line may need what has just run out, such as a file descriptor for the time zones. That must not end the tracker. */
    void warn(String what, IOException e) {
        try {
            LOG.log(System.Logger.Level.WARNING, what + ": " + e.getMessage(), unwritten);
            unwritten = null;
        } catch (RuntimeException | Error fault) {
            unwritten = fault;
        }
    }

    /** For the Date field, of this second. */
    String date() {
        long second = System.currentTimeMillis() / 1000;
        date = second == dateSecond ? date : date(second);
        dateSecond = second;
        return date;
    }

    /** A moment as RFC 9110 section 5.6.7 has it. The JDK's formatters take longer to load than a hundred requests. */
    static String date(long epochSecond) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(epochSecond, 1, ZoneOffset.UTC);
        String iso = time.toString(); // With the nanosecond it always has seconds.
        int day = 3 * time.getDayOfWeek().getValue();
        int month = 3 * time.getMonthValue();
        return "MonTueWedThuFriSatSun".substring(day - 3, day) + ", " + iso.substring(8, 10) + " "
            + "JanFebMarAprMayJunJulAugSepOctNovDec".substring(month - 3, month) + " " + iso.substring(0, 4) + " " + iso.substring(11, 19)
            + " GMT";
    }
}
