package murder.engine;

import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import murder.engine.swarm.SwarmConfig;

/**
 * How an engine behaves. Start from {@link #defaults()}.
 *
 * @param bind local address to listen on and dial from, or null for all addresses
 * @param port TCP port to listen on, 0 to 65535; 0 takes a free one, which {@link Engine#port()} tells
 * @param announce address that trackers are told; null or a wildcard lets them see it. Apart from {@code bind} for hosts behind a NAT
 * @param maxPeersPerTorrent connections that one torrent dials up to, 1 to 5000; up to 10/7 of it, and at least 40, it has in
 *     all, so that late joiners find a place
 * @param uploadBytesPerSecond limit of all torrents together, 0 for none
 * @param downloadBytesPerSecond limit of all torrents together, 0 for none
 * @param diskThreads threads that hash and write; 0 takes one per core
 * @param seed of all that is random in the engine's decisions; 0 draws one
 * @param nanoClock monotonic nanoseconds, by default {@link System#nanoTime}
 * @param notifications runs listeners, one call at a time; null makes a thread of the engine's own
 */
public record EngineOptions(InetAddress bind, int port, InetAddress announce, int maxPeersPerTorrent, long uploadBytesPerSecond,
                            long downloadBytesPerSecond, int diskThreads, long seed, LongSupplier nanoClock,
                            Executor notifications) {
    private static final int DEFAULT_MAX_PEERS = SwarmConfig.DEPLOY.maxDialled();
    /** With those that are accepted, all the connections of an engine. */
    static final int MAX_PEERS = 5000;

    public EngineOptions {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
        if (maxPeersPerTorrent < 1 || maxPeersPerTorrent > MAX_PEERS) {
            throw new IllegalArgumentException("maxPeersPerTorrent is " + maxPeersPerTorrent + ", not in 1.." + MAX_PEERS);
        }
        if (uploadBytesPerSecond < 0 || downloadBytesPerSecond < 0) {
            throw new IllegalArgumentException("negative rate limit: " + uploadBytesPerSecond + ", " + downloadBytesPerSecond);
        }
        if (diskThreads < 0) {
            throw new IllegalArgumentException("negative number of disk threads: " + diskThreads);
        }
    }

    /** All addresses, a free port, 28 peers dialled, no limits, one disk thread per core. */
    public static EngineOptions defaults() {
        return new EngineOptions(null, 0, null, DEFAULT_MAX_PEERS, 0, 0, 0, 0, System::nanoTime, null);
    }

    /** Listens on, dials from and announces this address and port. */
    public EngineOptions withAddress(InetAddress address, int newPort) {
        return new EngineOptions(address, newPort, address, maxPeersPerTorrent, uploadBytesPerSecond, downloadBytesPerSecond,
            diskThreads, seed, nanoClock, notifications);
    }

    /** Announces an address that differs from the bound one. */
    public EngineOptions withAnnounce(InetAddress address) {
        return new EngineOptions(bind, port, address, maxPeersPerTorrent, uploadBytesPerSecond, downloadBytesPerSecond,
            diskThreads, seed, nanoClock, notifications);
    }

    public EngineOptions withMaxPeersPerTorrent(int max) {
        return new EngineOptions(bind, port, announce, max, uploadBytesPerSecond, downloadBytesPerSecond,
            diskThreads, seed, nanoClock, notifications);
    }

    /** Bytes per second over all torrents; 0 for no limit. */
    public EngineOptions withLimits(long upload, long download) {
        return new EngineOptions(bind, port, announce, maxPeersPerTorrent, upload, download, diskThreads, seed, nanoClock,
            notifications);
    }

    public EngineOptions withDiskThreads(int threads) {
        return new EngineOptions(bind, port, announce, maxPeersPerTorrent, uploadBytesPerSecond, downloadBytesPerSecond, threads, seed,
            nanoClock, notifications);
    }

    public EngineOptions withSeed(long newSeed) {
        return new EngineOptions(bind, port, announce, maxPeersPerTorrent, uploadBytesPerSecond, downloadBytesPerSecond,
            diskThreads, newSeed, nanoClock, notifications);
    }

    /** For tests and embedders with an executor of their own; the executor must run one call at a time, in order. */
    public EngineOptions withExecution(LongSupplier clock, Executor executor) {
        return new EngineOptions(bind, port, announce, maxPeersPerTorrent, uploadBytesPerSecond, downloadBytesPerSecond,
            diskThreads, seed, clock, executor);
    }
}
