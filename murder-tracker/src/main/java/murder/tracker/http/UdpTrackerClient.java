package murder.tracker.http;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import murder.metainfo.InfoHash;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnouncedPeer;
import murder.tracker.ScrapeResponse;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;

/**
 * Asks trackers over UDP (BEP 15; the URL's path and query by BEP 41). It retransmits a request
 * without an answer after a time that doubles. It keeps ids of connections for a minute. Any number
 * of threads may call.
 */
final class UdpTrackerClient {
    /** BEP 15: a connection id may be used for one minute. */
    private static final long CONNECTION_NS = 60_000_000_000L;
    private static final int MAX_CONNECTIONS = 64;
    private static final long PROTOCOL = 0x41727101980L;
    private static final int CONNECT = 0;
    private static final int ANNOUNCE = 1;
    private static final int SCRAPE = 2;
    private static final int ERROR = 3;
    /** BEP 15: the limit of swarms in one scrape. */
    private static final int MAX_SCRAPE = 74;
    /** BEP 15: n in the wait of 15 * 2^n seconds goes up to 8. */
    private static final int MAX_RETRANSMISSIONS = 8;

    /** An id with its local port: trackers bind an id to address and port. */
    private record Connection(long id, int localPort, long madeNs) {}

    private final TrackerClientOptions options;
    private final RandomGenerator random;
    private final Map<InetSocketAddress, Connection> connections = new LinkedHashMap<>();

    UdpTrackerClient(TrackerClientOptions options, RandomGenerator random) {
        this.options = options;
        this.random = random;
    }

    AnnounceResponse announce(TrackerUrl url, AnnounceRequest request, Duration limit) throws TrackerException, IOException {
        byte[] urlData = urlData(url);
        ByteBuffer body = ByteBuffer.allocate(82 + urlData.length);
        request.infoHash().write(body);
        request.peerId().write(body);
        body.putLong(request.downloaded()).putLong(request.left()).putLong(request.uploaded());
        body.putInt(request.event().ordinal());
        body.putInt(request.ip() != null && request.ip().isIpv4() ? (int) request.ip().low() : 0);
        body.putInt(request.key().hashCode());
        body.putInt(request.numWant());
        body.putShort((short) request.port());
        body.put(urlData);
        try (Exchange exchange = new Exchange(url, limit)) {
            ByteBuffer reply = exchange.request(ANNOUNCE, body.array());
            if (reply.remaining() < 12) {
                throw malformed("an announce's reply of " + (reply.remaining() + 8) + " bytes");
            }
            int interval = Math.max(1, Math.min(86_400, reply.getInt()));
            int incomplete = Math.max(AnnounceResponse.UNKNOWN, reply.getInt());
            int complete = Math.max(AnnounceResponse.UNKNOWN, reply.getInt());
            List<AnnouncedPeer> peers = new ArrayList<>();
            Replies.readCompact(reply, exchange.isIpv4(), peers);
            return new AnnounceResponse(interval, 0, complete, incomplete, peers, "", "");
        }
    }

    ScrapeResponse scrape(TrackerUrl url, List<InfoHash> hashes, Duration limit) throws TrackerException, IOException {
        if (hashes.isEmpty() || hashes.size() > MAX_SCRAPE) {
            throw new IllegalArgumentException("a scrape over UDP asks for 1 to " + MAX_SCRAPE + " swarms, not " + hashes.size());
        }
        ByteBuffer body = ByteBuffer.allocate(InfoHash.LENGTH * hashes.size());
        for (InfoHash hash : hashes) {
            hash.write(body);
        }
        try (Exchange exchange = new Exchange(url, limit)) {
            ByteBuffer reply = exchange.request(SCRAPE, body.array());
            if (reply.remaining() < 12 * hashes.size()) {
                throw malformed("a scrape's reply of " + (reply.remaining() + 8) + " bytes for " + hashes.size() + " swarms");
            }
            Map<InfoHash, ScrapeResponse.Counts> swarms = new LinkedHashMap<>();
            for (InfoHash hash : hashes) {
                swarms.put(hash, new ScrapeResponse.Counts(Math.max(0, reply.getInt()), Math.max(0, reply.getInt()),
                    Math.max(0, reply.getInt()), ""));
            }
            return new ScrapeResponse(swarms);
        }
    }

    /**
     * BEP 41: options of type 2 with up to 255 bytes each, then type 0. Only if the path has more
     * than the usual {@code /announce}.
     */
    private static byte[] urlData(TrackerUrl url) {
        String target = url.target("");
        if (target.isEmpty() || target.equals("/") || target.equals("/announce")) {
            return new byte[0];
        }
        byte[] data = target.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(data.length + 2 * (data.length / 255 + 1) + 1);
        for (int at = 0; at < data.length; at += 255) {
            int length = Math.min(255, data.length - at);
            out.put((byte) 2).put((byte) length).put(data, at, length);
        }
        out.put((byte) 0);
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    private static TrackerException malformed(String what) {
        return new TrackerException(Reason.MALFORMED_REPLY, "malformed UDP reply: " + what);
    }

    /**
     * One request to one tracker, after the connection request of BEP 15. Takes replies only from
     * that tracker.
     */
    private final class Exchange implements AutoCloseable {
        private final InetSocketAddress tracker;
        private final DatagramSocket socket;
        private final Deadline deadline;
        /** Null if there is none, or another request is using its port. */
        private final Connection known;
        /**
         * The size of the largest datagram; peers beyond {@link Replies#MAX_PEERS} are not read.
         */
        private final byte[] buffer = new byte[0xffff];

        Exchange(TrackerUrl url, Duration limit) throws IOException {
            deadline = new Deadline(limit);
            InetAddress local = options.bindAddress;
            InetSocketAddress reached = null;
            DatagramSocket connected = null;
            Connection used = null;
            IOException failure = new IOException(url.host() + " has no address that this host can reach");
            for (InetAddress address : options.addresses(url.host(), deadline)) {
                if (connected != null || local != null && !local.isAnyLocalAddress() && local.getClass() != address.getClass()) {
                    continue;
                }
                reached = new InetSocketAddress(address, url.port());
                used = known(reached);
                try {
                    connected = connect(local, used == null ? 0 : used.localPort, reached);
                } catch (BindException e) {
                    used = null;
                    connected = connect(local, 0, reached);
                } catch (IOException e) {
                    failure = e; // A host of one family has no route to addresses of the other.
                }
            }
            if (connected == null) {
                throw new IOException("cannot reach " + url.host() + ": " + failure.getMessage(), failure);
            }
            tracker = reached;
            socket = connected;
            known = used;
        }

        private static DatagramSocket connect(InetAddress local, int port, InetSocketAddress to) throws IOException {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(local, port));
            try {
                socket.connect(to);
                return socket;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        boolean isIpv4() {
            return tracker.getAddress() instanceof Inet4Address;
        }

        /** The reply after its action and transaction id. */
        ByteBuffer request(int action, byte[] body) throws IOException, TrackerException {
            if (known != null) {
                try {
                    // A restarted tracker ignores or refuses old ids. Then this soon requests a new
                    // one.
                    ByteBuffer reply = send(known.id, action, body, 0);
                    if (reply != null) {
                        return reply;
                    }
                    forget();
                } catch (TrackerException e) {
                    forget();
                    if (e.reason() != Reason.REFUSED) {
                        throw e;
                    }
                }
            }
            ByteBuffer reply = answered(PROTOCOL, CONNECT, new byte[0]);
            if (reply.remaining() < 8) {
                throw malformed("a connect's reply of " + (reply.remaining() + 8) + " bytes");
            }
            Connection made = new Connection(reply.getLong(), socket.getLocalPort(), System.nanoTime());
            keep(made);
            return answered(made.id, action, body);
        }

        private ByteBuffer answered(long connectionId, int action, byte[] body) throws IOException, TrackerException {
            ByteBuffer reply = send(connectionId, action, body, MAX_RETRANSMISSIONS);
            if (reply == null) {
                throw deadline.timedOut();
            }
            return reply;
        }

        /** Null if there is no answer. */
        private ByteBuffer send(long connectionId, int action, byte[] body, int retransmissions) throws IOException, TrackerException {
            int transaction = transaction();
            ByteBuffer head = ByteBuffer.allocate(16 + body.length).putLong(connectionId).putInt(action).putInt(transaction);
            byte[] packet = head.put(body).array();
            long waitNs = options.udpRetransmit.toNanos();
            for (int n = 0; n <= retransmissions; n++) {
                socket.send(new DatagramPacket(packet, packet.length));
                ByteBuffer reply = receive(action, transaction, Duration.ofNanos(waitNs));
                if (reply != null) {
                    return reply;
                }
                waitNs *= 2;
            }
            return null;
        }

        /**
         * Waits for the reply to one transaction; null if it does not arrive in time. Ignores other
         * datagrams.
         */
        private ByteBuffer receive(int action, int transaction, Duration wait) throws IOException, TrackerException {
            Deadline turn = new Deadline(wait);
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                try {
                    socket.setSoTimeout(turn.remainingMs(Duration.ofMillis(deadline.remainingMs())));
                    socket.receive(packet);
                } catch (SocketTimeoutException e) {
                    deadline.remainingMs();
                    return null;
                }
                ByteBuffer reply = ByteBuffer.wrap(buffer, 0, packet.getLength());
                if (reply.remaining() < 8) {
                    continue;
                }
                int kind = reply.getInt();
                if (reply.getInt() != transaction) {
                    continue;
                }
                if (kind == ERROR) {
                    String text = StandardCharsets.UTF_8.decode(reply).toString();
                    throw new TrackerException(Reason.REFUSED, Text.printable(text, 500));
                }
                if (kind != action) {
                    throw malformed("action " + kind + " where " + action + " was asked for");
                }
                return reply;
            }
        }

        private Connection known(InetSocketAddress at) {
            synchronized (connections) {
                Connection kept = connections.get(at);
                return kept != null && System.nanoTime() - kept.madeNs < CONNECTION_NS ? kept : null;
            }
        }

        private void keep(Connection made) {
            synchronized (connections) {
                connections.remove(tracker);
                connections.put(tracker, made);
                if (connections.size() > MAX_CONNECTIONS) {
                    connections.remove(connections.keySet().iterator().next());
                }
            }
        }

        private void forget() {
            synchronized (connections) {
                connections.remove(tracker);
            }
        }

        private int transaction() {
            synchronized (random) {
                return random.nextInt();
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
