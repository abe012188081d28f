package murder.wire.nio;

import java.net.InetAddress;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;
import murder.trust.SwarmTls;

/**
 * The options of a {@link SelectorLoop}; {@link #defaults()} is for a deploy. Immutable.
 *
 * <p>An idle connection holds about 17 KB, mostly room for the next block of 16 KiB. In the worst
 * case it holds 1 MiB of an incomplete frame, half a MiB of undecoded bytes, and twice the limit of
 * waiting frames. All connections of a loop together hold at most an eighth of the heap. Above this
 * limit the loop closes the one that holds the most.
 */
public final class LoopOptions {
    /** With this many waiting bytes a connection is not writable, by default. */
    public static final int HIGH_WATER_BYTES = 1 << 18;
    /** Below this many waiting bytes a connection is writable again, by default. */
    public static final int LOW_WATER_BYTES = 1 << 17;

    /**
     * Twice the bytes that an honest peer may make us append at once: 2000 rejected requests of 17,
     * as many requests of ours, headers of blocks, and a piece of metadata.
     */
    private static final int MAX_CONTROL_BYTES = 1 << 18;
    private static final int MAX_CONNECTIONS = 10_000;
    /**
     * Accepted connections without a complete handshake. A host answers in milliseconds, so 200
     * accept some thousand hosts a second.
     */
    private static final int MAX_STRANGERS = 200;
    private static final int DESCRIPTORS = Descriptors.limit();
    /** The other half of the descriptors is for files and other uses of the process. */
    private static final int CONNECTIONS_SHARE = 2;
    private static final int STRANGERS_SHARE = 8;
    /** The rest of the heap is for payload on its way to the disk, and for torrents. */
    private static final int HEAP_SHARE = 8;
    /** The engine needs a heap of at least 32 MB. */
    private static final long MIN_HELD_BYTES = 1 << 22;

    final int sendBufferBytes;
    final int receiveBufferBytes;
    final InetAddress bindAddress;
    final int maxConnections;
    final int maxHalfOpen;
    final int maxStrangers;
    final int highWaterBytes;
    final int lowWaterBytes;
    final int maxControlBytes;
    final long maxHeldBytes;
    final ThreadFactory threadFactory;
    final LongSupplier clock;
    final SwarmTls tls;

    private LoopOptions(Builder builder) {
        sendBufferBytes = atLeast("sendBufferBytes", builder.sendBufferBytes, 0);
        receiveBufferBytes = atLeast("receiveBufferBytes", builder.receiveBufferBytes, 0);
        bindAddress = builder.bindAddress;
        maxConnections = atLeast("maxConnections", builder.maxConnections, 1);
        maxHalfOpen = atLeast("maxHalfOpen", builder.maxHalfOpen, 1);
        maxStrangers = atLeast("maxStrangers", builder.maxStrangers, 1);
        lowWaterBytes = atLeast("lowWaterBytes", builder.lowWaterBytes, 1);
        highWaterBytes = atLeast("highWaterBytes", builder.highWaterBytes, lowWaterBytes);
        maxControlBytes = atLeast("maxControlBytes", builder.maxControlBytes, 1 << 16);
        maxHeldBytes = builder.maxHeldBytes;
        threadFactory = builder.threadFactory == null ? Builder::daemon : builder.threadFactory;
        clock = builder.clock == null ? System::nanoTime : builder.clock;
        tls = builder.tls;
    }

    private static int atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", must be at least " + least);
        }
        return value;
    }

    public static LoopOptions defaults() {
        return builder().build();
    }

    /** {@return a builder that begins with the defaults, which its methods name} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Collects options; {@link #build} checks them. The methods that are not public are for tests.
     */
    public static final class Builder {
        private int sendBufferBytes;
        private int receiveBufferBytes;
        private InetAddress bindAddress;
        private int maxConnections;
        private int maxHalfOpen = 1000;
        private int maxStrangers;
        private int highWaterBytes = HIGH_WATER_BYTES;
        private int lowWaterBytes = LOW_WATER_BYTES;
        private int maxControlBytes = MAX_CONTROL_BYTES;
        private long maxHeldBytes = Math.max(MIN_HELD_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        private ThreadFactory threadFactory;
        private LongSupplier clock;
        private SwarmTls tls;

        private Builder() {
            descriptors(DESCRIPTORS);
        }

        private static Thread daemon(Runnable loop) {
            Thread thread = new Thread(loop, "murder-wire");
            thread.setDaemon(true);
            return thread;
        }

        /** Binds outgoing connections to an address; null, the default, leaves it to the kernel. */
        public Builder bindAddress(InetAddress address) {
            bindAddress = address;
            return this;
        }

        /** Makes the loop's one thread; a daemon thread by default. */
        public Builder threadFactory(ThreadFactory factory) {
            threadFactory = factory;
            return this;
        }

        /**
         * Counts nanoseconds that never run backwards, from any origin; {@link System#nanoTime} by
         * default.
         */
        public Builder clock(LongSupplier nanos) {
            clock = nanos;
            return this;
        }

        /**
         * Speaks TLS on every connection, and refuses peers that do not. An idle connection then
         * holds about 50 KB more. Null, the default, is none.
         */
        public Builder tls(SwarmTls members) {
            tls = members;
            return this;
        }

        /**
         * {@code SO_SNDBUF} and {@code SO_RCVBUF} in bytes; 0, the default, leaves them to the
         * kernel.
         */
        Builder socketBuffers(int send, int receive) {
            sendBufferBytes = send;
            receiveBufferBytes = receive;
            return this;
        }

        /** Derives limits from the number of file descriptors; that of the process by default. */
        Builder descriptors(int limit) {
            maxConnections = Math.max(1, Math.min(MAX_CONNECTIONS, limit / CONNECTIONS_SHARE));
            maxStrangers = Math.max(1, Math.min(MAX_STRANGERS, limit / STRANGERS_SHARE));
            return this;
        }

        /**
         * Limits connections, dialled and accepted: one more is refused. 10,000 by default, or half
         * of the descriptors if that is less. Limits those that are being dialled, 1000 by default:
         * one more fails at once.
         */
        Builder limits(int connections, int halfOpen) {
            maxConnections = connections;
            maxHalfOpen = halfOpen;
            return this;
        }

        /**
         * Sets two limits of waiting bytes. From the first on a connection is not writable, 256 KiB
         * by default. Below the second {@link ConnectionHandler#onWritable()} is called, 128 KiB by
         * default.
         */
        Builder waterMarks(int high, int low) {
            highWaterBytes = high;
            lowWaterBytes = low;
            return this;
        }

        /**
         * Limits frames, without the bytes of blocks, that wait on a connection: one more byte
         * closes it. 256 KiB by default, and 9 bytes for each piece of the torrent. From half of it
         * on the loop does not read from the peer.
         */
        Builder maxControlBytes(int bytes) {
            maxControlBytes = bytes;
            return this;
        }

        /**
         * Limits the bytes that all connections hold, without blocks; by default an eighth of the
         * heap, but at least 4 MiB.
         */
        Builder maxHeldBytes(long bytes) {
            maxHeldBytes = bytes;
            return this;
        }

        /**
         * {@return the options as they are now}
         *
         * @throws IllegalArgumentException if an option is out of its range
         */
        public LoopOptions build() {
            return new LoopOptions(this);
        }
    }
}
