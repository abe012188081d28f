package murder.tracker.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import murder.metainfo.InfoHash;
import murder.tracker.AnnounceRequest;
import murder.tracker.AnnounceResponse;
import murder.tracker.ScrapeResponse;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;

/**
 * Asks trackers over HTTP, one connection a request, on a plain blocking socket: the JDK's own clients either cannot bind a local
 * address or take longer to load than a small build takes to arrive. Any number of threads may call.
 */
final class HttpTrackerClient {
    private static final int MAX_REDIRECTS = 5;
    /** Addresses of one name that are tried in turn. */
    private static final int MAX_ADDRESSES = 4;

    private final TrackerClientOptions options;

    HttpTrackerClient(TrackerClientOptions options) {
        this.options = options;
    }

    AnnounceResponse announce(TrackerUrl url, AnnounceRequest request, Duration limit) throws TrackerException, IOException {
        return Replies.readAnnounce(get(url, AnnounceQuery.format(request), new Deadline(limit)));
    }

    ScrapeResponse scrape(TrackerUrl url, List<InfoHash> hashes, Duration limit) throws TrackerException, IOException {
        if (hashes.isEmpty()) {
            throw new IllegalArgumentException("a scrape of no swarm is a scrape of all");
        }
        StringBuilder query = new StringBuilder();
        for (InfoHash hash : hashes) {
            query.append(query.length() == 0 ? "info_hash=" : "&info_hash=");
            Text.percentEncode(hash.toBytes(), query);
        }
        return Replies.readScrape(get(url.scrape(), query.toString(), new Deadline(limit)));
    }

    /** The body of the reply, which is a success or at least begins like something bencoded. */
    private byte[] get(TrackerUrl url, String parameters, Deadline deadline) throws TrackerException, IOException {
        TrackerUrl at = url;
        String target = url.target(parameters);
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpReply reply = request(at, target, deadline);
            if (!reply.isRedirect()) {
                return body(at, reply);
            }
            at = at.redirect(reply.header("location"));
            target = at.target("");
        }
        throw new TrackerException(Reason.BAD_REDIRECT, "redirected more than " + MAX_REDIRECTS + " times from " + url);
    }

    /** Some trackers put their failure reason behind a status that is no success. */
    private static byte[] body(TrackerUrl url, HttpReply reply) throws TrackerException {
        boolean bencoded = reply.body().length > 0 && reply.body()[0] == 'd';
        if (reply.status() / 100 == 2 || bencoded && isRefusal(reply.body())) {
            return reply.body();
        }
        String text = Text.printable(new String(reply.body(), StandardCharsets.ISO_8859_1), 100);
        throw new TrackerException(Reason.HTTP_STATUS,
            "HTTP status " + reply.status() + " from " + url + (text.isEmpty() ? "" : ": " + text));
    }

    private static boolean isRefusal(byte[] body) {
        try {
            Replies.readAnnounce(body);
            return false;
        } catch (TrackerException e) {
            return e.reason() == Reason.REFUSED;
        }
    }

    private HttpReply request(TrackerUrl url, String target, Deadline deadline) throws IOException, TrackerException {
        String head = "GET " + target + " HTTP/1.1\r\nHost: " + url.hostHeader() + "\r\nUser-Agent: " + options.userAgent()
            + "\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n";
        try (Socket plain = connect(url, deadline); Socket socket = url.isHttps() ? secure(plain, url, deadline) : plain) {
            socket.getOutputStream().write(Text.latin1(head));
            socket.getOutputStream().flush();
            return HttpReply.read(new BufferedInputStream(new TimedInput(socket, deadline), 4096));
        }
    }

    /** Tries the addresses of the host in turn, those that the bound address can reach. */
    private Socket connect(TrackerUrl url, Deadline deadline) throws IOException {
        InetAddress local = options.bindAddress();
        IOException failure = null;
        int tried = 0;
        for (InetAddress address : InetAddress.getAllByName(url.host())) {
            boolean reachable = local == null || local.isAnyLocalAddress() || local.getClass() == address.getClass();
            if (!reachable || tried++ == MAX_ADDRESSES) {
                continue;
            }
            // Directly, as peers are reached: to look for a proxy would load and run the JDK's selection of them for each announce.
            Socket socket = new Socket(Proxy.NO_PROXY);
            try {
                socket.setTcpNoDelay(true);
                if (local != null) {
                    socket.bind(new InetSocketAddress(local, 0));
                }
                socket.connect(new InetSocketAddress(address, url.port()), deadline.remainingMs(options.connectTimeout()));
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = e;
            }
        }
        if (failure == null) {
            throw new IOException(url.host() + " has no address that " + local.getHostAddress() + " can reach");
        }
        throw new IOException("cannot connect to " + url.host() + " port " + url.port() + ": " + failure.getMessage(), failure);
    }

    private Socket secure(Socket plain, TrackerUrl url, Deadline deadline) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket socket = (SSLSocket) factory.createSocket(plain, url.host(), url.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(deadline.remainingMs(options.connectTimeout()));
        socket.startHandshake();
        return socket;
    }

    /** A socket's input that a tracker cannot stretch beyond the deadline by sending byte after byte. */
    private static final class TimedInput extends InputStream {
        private final Socket socket;
        private final InputStream in;
        private final Deadline deadline;

        TimedInput(Socket socket, Deadline deadline) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            socket.setSoTimeout(deadline.remainingMs());
            return in.read(bytes, offset, length);
        }
    }
}
