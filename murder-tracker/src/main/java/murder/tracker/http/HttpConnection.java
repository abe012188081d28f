package murder.tracker.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.util.Timer;
import java.util.TimerTask;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import murder.tracker.TrackerException;
import murder.tracker.TrackerException.Reason;

/** A connection to a tracker, for one request at a time. */
final class HttpConnection implements AutoCloseable {
    /**
     * The bytes that fit into {@link #SEND_BUFFER} without a reader: writing to a socket has no
     * time-out.
     */
    private static final int MAX_SENT_BYTES = 32 * 1024;
    private static final int SEND_BUFFER = 64 * 1024;
    /** Addresses of one name that are tried in turn. */
    private static final int MAX_ADDRESSES = 4;

    private final TrackerUrl url;
    private final Socket socket;
    private final TimedInput timed;
    private final InputStream in;
    private int sentBytes;

    private HttpConnection(TrackerUrl url, Socket socket) throws IOException {
        this.url = url;
        this.socket = socket;
        this.timed = new TimedInput(socket);
        this.in = new BufferedInputStream(timed, 4096);
    }

    /** @param mayBeOfHost whether an address of this host or link is allowed */
    static HttpConnection open(TrackerUrl url, TrackerClientOptions options, Deadline deadline, boolean mayBeOfHost)
        throws IOException, TrackerException {
        return open(url, options.addresses(url.host(), deadline), options, deadline, mayBeOfHost);
    }

    /** @param addresses of the tracker, tried in turn */
    static HttpConnection open(TrackerUrl url, InetAddress[] addresses, TrackerClientOptions options, Deadline deadline,
                               boolean mayBeOfHost) throws IOException, TrackerException {
        Socket plain = connect(url, addresses, options, deadline, mayBeOfHost);
        try {
            return new HttpConnection(url, url.isHttps() ? secure(plain, url, options, deadline) : plain);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    /** Tries the reachable addresses of the host in turn. */
    private static Socket connect(TrackerUrl url, InetAddress[] addresses, TrackerClientOptions options, Deadline deadline,
                                  boolean mayBeOfHost) throws IOException, TrackerException {
        InetAddress local = options.bindAddress;
        IOException failure = null;
        int tried = 0;
        for (InetAddress address : addresses) {
            if (!mayBeOfHost && !Lookup.isRoutable(address)) {
                throw new TrackerException(Reason.BAD_REDIRECT, "redirected to " + url + ", an address of this host or its link");
            }
            boolean reachable = local == null || local.isAnyLocalAddress() || local.getClass() == address.getClass();
            if (!reachable || tried++ == MAX_ADDRESSES) {
                continue;
            }
            // A direct connection, like to peers. A proxy would load and run the JDK's proxy
            // selection for each announce.
            Socket socket = new Socket(Proxy.NO_PROXY);
            try {
                socket.setTcpNoDelay(true);
                socket.setSendBufferSize(SEND_BUFFER);
                if (local != null) {
                    socket.bind(new InetSocketAddress(local, 0));
                }
                socket.connect(new InetSocketAddress(address, url.port()), deadline.remainingMs(options.connectTimeout));
                requireOther(socket);
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

    /**
     * The kernel may choose the tracker's port for this end. Without a listener there, TCP connects
     * such a socket to itself. Then this client would read its own request as the reply.
     */
    static void requireOther(Socket socket) throws ConnectException {
        if (socket.getLocalSocketAddress().equals(socket.getRemoteSocketAddress())) {
            throw new ConnectException("Connection refused");
        }
    }

    private static Socket secure(Socket plain, TrackerUrl url, TrackerClientOptions options, Deadline deadline) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket socket = (SSLSocket) factory.createSocket(plain, url.host(), url.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        int limitMs = deadline.remainingMs(options.connectTimeout);
        socket.setSoTimeout(limitMs);
        // The time-out is for each read alone: a slow server could hold this thread for hours.
        TimerTask end = new TimerTask() {
            @Override
            public void run() {
                try {
                    plain.close();
                } catch (IOException e) {
                    System.getLogger(HttpConnection.class.getName()).log(System.Logger.Level.DEBUG, "ending a handshake", e);
                }
            }
        };
        Handshakes.TIMER.schedule(end, limitMs);
        try {
            socket.startHandshake();
        } finally {
            end.cancel();
        }
        return socket;
    }

    /** Made with the first HTTPS tracker. */
    private static final class Handshakes {
        static final Timer TIMER = new Timer("murder-handshakes", true);
    }

    /** Whether the tracker has an address of this host or its link. */
    boolean isOfHost() {
        return !Lookup.isRoutable(socket.getInetAddress());
    }

    /** The tracker's end of it. */
    InetAddress remoteAddress() {
        return socket.getInetAddress();
    }

    /** This end of it. */
    InetAddress localAddress() {
        return socket.getLocalAddress();
    }

    /** Whether it can carry a request of this length to this URL. */
    boolean mayAsk(TrackerUrl other, int length) {
        return other.scheme().equals(url.scheme()) && other.host().equals(url.host()) && other.port() == url.port()
            && sentBytes + length <= MAX_SENT_BYTES;
    }

    /** Whether nothing but replies has arrived. */
    boolean isQuiet() {
        try {
            return in.available() == 0;
        } catch (IOException e) {
            log("looking for more on a connection", e);
            return false;
        }
    }

    HttpReply ask(byte[] request, Deadline deadline) throws IOException, TrackerException {
        timed.deadline = deadline;
        sentBytes += request.length;
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
        return HttpReply.read(in);
    }

    /** A failure here is harmless: the reply or its failure is known already. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            log("closing a connection", e);
        }
    }

    /**
     * Creates the logger at the first message: a small build arrives before the JDK's logging has
     * started.
     */
    private void log(String what, IOException e) {
        System.getLogger(HttpConnection.class.getName()).log(System.Logger.Level.DEBUG, "{0} to {1}: {2}", what, url, e.getMessage());
    }

    /**
     * A socket's input with a deadline, so that a tracker cannot delay by sending byte after byte.
     */
    private static final class TimedInput extends InputStream {
        private final Socket socket;
        private final InputStream in;
        private Deadline deadline;

        TimedInput(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
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

        @Override
        public int available() throws IOException {
            return in.available();
        }
    }
}
