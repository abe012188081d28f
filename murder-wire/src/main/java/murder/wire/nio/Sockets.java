package murder.wire.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Opens the sockets of a loop with its options. None of them blocks. Any thread. */
final class Sockets {
    /**
     * The backlog of a listener; the kernel limits it to {@code somaxconn}. A whole fleet dials at
     * once.
     */
    private static final int BACKLOG = 4096;

    private final LoopOptions options;

    Sockets(LoopOptions options) {
        this.options = options;
    }

    /** A listening socket. */
    ServerSocketChannel listen(InetSocketAddress local) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (options.receiveBufferBytes > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes);
            }
            channel.bind(local, BACKLOG);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot listen on " + local + ": " + e.getMessage(), e);
        }
    }

    /** A socket that can be dialled with. */
    SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            configure(channel);
            if (options.receiveBufferBytes > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes);
            }
            if (options.bindAddress != null) {
                channel.bind(new InetSocketAddress(options.bindAddress, 0));
            }
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** A socket that was accepted gets the options that it does not inherit. */
    void configure(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (options.sendBufferBytes > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBufferBytes);
        }
    }

    static void closeQuietly(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            Log.LOG.log(System.Logger.Level.DEBUG, "a socket failed to close", e);
        }
    }
}
