package murder.wire.nio;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;

/**
 * How a {@link SelectorLoop} behaves; {@link #defaults()} suits a deploy. In the worst case a loop holds, per connection, about 17 KB
 * of an unfinished block and {@code maxControlBytes} of frames not yet taken by the kernel.
 *
 * @param readBufferBytes size of the one buffer that all connections of a loop are read into; 64 KiB or more. Default 512 KiB: many
 *     blocks per system call
 * @param backlog connections that the kernel holds for a listener until they are accepted. Default 4096 (the kernel caps it at
 *     {@code somaxconn}): a fleet dials at once
 * @param sendBufferBytes {@code SO_SNDBUF}; 0, the default, leaves it to the kernel
 * @param receiveBufferBytes {@code SO_RCVBUF}; 0, the default, leaves it to the kernel
 * @param bindAddress what outgoing connections are bound to; null, the default, leaves it to the kernel
 * @param connectTimeout from dialling until TCP is up. Default 5 s: a host of the fleet answers in milliseconds or is down
 * @param handshakeTimeout from TCP up until 68 bytes have arrived. Default 10 s
 * @param maxConnections limit on connections, dialled and accepted. Default 10,000. One more is refused
 * @param maxHalfOpen limit on connections that are being dialled. Default 1000. One more fails at once
 * @param highWaterBytes from so many waiting bytes on a connection is not {@link Connection#isWritable()}. Default 256 KiB
 * @param lowWaterBytes below so many waiting bytes {@link ConnectionHandler#onWritable()} is called. Default 128 KiB
 * @param maxControlBytes limit on frames (without the bytes of blocks) that wait on a connection. Default 4 MiB. One more byte closes it
 * @param threadFactory makes the loop's one thread. Default: a daemon thread
 * @param clock nanoseconds that never run backwards, any origin. Default {@link System#nanoTime}
 */
public record LoopOptions(
        int readBufferBytes,
        int backlog,
        int sendBufferBytes,
        int receiveBufferBytes,
        InetAddress bindAddress,
        Duration connectTimeout,
        Duration handshakeTimeout,
        int maxConnections,
        int maxHalfOpen,
        int highWaterBytes,
        int lowWaterBytes,
        int maxControlBytes,
        ThreadFactory threadFactory,
        LongSupplier clock) {

    private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

    private static final LoopOptions DEFAULTS = new LoopOptions(1 << 19, 4096, 0, 0, null, Duration.ofSeconds(5), Duration.ofSeconds(10),
            10_000, 1000, 1 << 18, 1 << 17, 1 << 22, LoopOptions::daemon, System::nanoTime);

    public LoopOptions {
        atLeast("readBufferBytes", readBufferBytes, 1 << 16);
        atLeast("backlog", backlog, 1);
        atLeast("sendBufferBytes", sendBufferBytes, 0);
        atLeast("receiveBufferBytes", receiveBufferBytes, 0);
        isTimeout("connectTimeout", connectTimeout);
        isTimeout("handshakeTimeout", handshakeTimeout);
        atLeast("maxConnections", maxConnections, 1);
        atLeast("maxHalfOpen", maxHalfOpen, 1);
        atLeast("lowWaterBytes", lowWaterBytes, 1);
        atLeast("highWaterBytes", highWaterBytes, lowWaterBytes);
        atLeast("maxControlBytes", maxControlBytes, 1 << 16);
        Objects.requireNonNull(threadFactory, "threadFactory");
        Objects.requireNonNull(clock, "clock");
    }

    public static LoopOptions defaults() {
        return DEFAULTS;
    }

    public LoopOptions withReadBufferBytes(int bytes) {
        return new LoopOptions(bytes, backlog, sendBufferBytes, receiveBufferBytes, bindAddress, connectTimeout, handshakeTimeout,
                maxConnections, maxHalfOpen, highWaterBytes, lowWaterBytes, maxControlBytes, threadFactory, clock);
    }

    public LoopOptions withBacklog(int connections) {
        return new LoopOptions(readBufferBytes, connections, sendBufferBytes, receiveBufferBytes, bindAddress, connectTimeout,
                handshakeTimeout, maxConnections, maxHalfOpen, highWaterBytes, lowWaterBytes, maxControlBytes, threadFactory, clock);
    }

    /** {@code SO_SNDBUF} and {@code SO_RCVBUF} in bytes, 0 for the kernel's choice. */
    public LoopOptions withSocketBuffers(int send, int receive) {
        return new LoopOptions(readBufferBytes, backlog, send, receive, bindAddress, connectTimeout, handshakeTimeout,
                maxConnections, maxHalfOpen, highWaterBytes, lowWaterBytes, maxControlBytes, threadFactory, clock);
    }

    public LoopOptions withBindAddress(InetAddress address) {
        return new LoopOptions(readBufferBytes, backlog, sendBufferBytes, receiveBufferBytes, address, connectTimeout, handshakeTimeout,
                maxConnections, maxHalfOpen, highWaterBytes, lowWaterBytes, maxControlBytes, threadFactory, clock);
    }

    public LoopOptions withTimeouts(Duration connect, Duration handshake) {
        return new LoopOptions(readBufferBytes, backlog, sendBufferBytes, receiveBufferBytes, bindAddress, connect, handshake,
                maxConnections, maxHalfOpen, highWaterBytes, lowWaterBytes, maxControlBytes, threadFactory, clock);
    }

    public LoopOptions withLimits(int connections, int halfOpen) {
        return new LoopOptions(readBufferBytes, backlog, sendBufferBytes, receiveBufferBytes, bindAddress, connectTimeout,
                handshakeTimeout, connections, halfOpen, highWaterBytes, lowWaterBytes, maxControlBytes, threadFactory, clock);
    }

    public LoopOptions withWaterMarks(int high, int low) {
        return new LoopOptions(readBufferBytes, backlog, sendBufferBytes, receiveBufferBytes, bindAddress, connectTimeout,
                handshakeTimeout, maxConnections, maxHalfOpen, high, low, maxControlBytes, threadFactory, clock);
    }

    public LoopOptions withMaxControlBytes(int bytes) {
        return new LoopOptions(readBufferBytes, backlog, sendBufferBytes, receiveBufferBytes, bindAddress, connectTimeout,
                handshakeTimeout, maxConnections, maxHalfOpen, highWaterBytes, lowWaterBytes, bytes, threadFactory, clock);
    }

    public LoopOptions withThreadFactory(ThreadFactory factory) {
        return new LoopOptions(readBufferBytes, backlog, sendBufferBytes, receiveBufferBytes, bindAddress, connectTimeout,
                handshakeTimeout, maxConnections, maxHalfOpen, highWaterBytes, lowWaterBytes, maxControlBytes, factory, clock);
    }

    public LoopOptions withClock(LongSupplier nanos) {
        return new LoopOptions(readBufferBytes, backlog, sendBufferBytes, receiveBufferBytes, bindAddress, connectTimeout,
                handshakeTimeout, maxConnections, maxHalfOpen, highWaterBytes, lowWaterBytes, maxControlBytes, threadFactory, nanos);
    }

    private static Thread daemon(Runnable loop) {
        Thread thread = new Thread(loop, "murder-wire");
        thread.setDaemon(true);
        return thread;
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", must be at least " + least);
        }
    }

    private static void isTimeout(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(name + " is " + value + ", must be positive and at most " + MAX_TIMEOUT);
        }
    }
}
