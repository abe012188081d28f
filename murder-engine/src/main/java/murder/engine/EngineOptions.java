package murder.engine;

import java.net.InetAddress;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import murder.engine.swarm.SwarmConfig;
import murder.trust.SwarmTls;

/**
 * How an engine behaves. Immutable; made by {@link #builder()}, where every option is described.
 *
 * <pre>{@code
 * EngineOptions options = EngineOptions.builder().port(6881).uploadBytesPerSecond(50_000_000).build();
 * }</pre>
 */
public final class EngineOptions {
    /**
     * Limit on {@link Builder#maxPeersPerTorrent}: with the accepted ones, all the connections of
     * an engine.
     */
    static final int MAX_PEERS = 5000;
    private static final int MAX_NAME_LENGTH = 100;

    final Values values;

    private EngineOptions(Values values) {
        this.values = values;
    }

    /** {@return every option at its default: all addresses, a free port, no rate limits} */
    public static EngineOptions defaults() {
        return builder().build();
    }

    /** {@return a builder with every option at its default} */
    public static Builder builder() {
        return new Builder();
    }

    /** Not changed once an engine has them. */
    static final class Values extends OptionValues {
        String name = "";
        InetAddress bindAddress;
        int port;
        /** Null or a wildcard: trackers use the address that they see. */
        InetAddress announcedAddress;
        int maxPeersPerTorrent = SwarmConfig.DEPLOY.maxDialled();
        long uploadBytesPerSecond;
        long downloadBytesPerSecond;
        int diskThreads;
        long seed;
        Executor notifications;
        LongSupplier nanoClock = System::nanoTime;
        SwarmTls tls;
    }

    /**
     * Collects options. Each setter checks its value at once and returns this builder. Not for
     * several threads.
     */
    public static final class Builder {
        private final Values values = new Values();

        private Builder() { }

        /**
         * Sets the name of the engine. All names of its threads begin with it. Default: {@code
         * murder-1} for the first engine of a process, {@code murder-2} for the second, so that a
         * thread dump tells them apart.
         *
         * @param value at most 100 characters; empty for the default
         * @return this builder
         */
        public Builder name(String value) {
            if (value.length() > MAX_NAME_LENGTH) {
                throw new IllegalArgumentException(
                    "name has " + value.length() + " characters, at most " + MAX_NAME_LENGTH + " are allowed");
            }
            values.name = value;
            return this;
        }

        /**
         * Sets the local address to listen on and dial from. Default: all addresses, because a host
         * usually has one useful address.
         *
         * @param value an address of this host; null for all
         * @return this builder
         */
        public Builder bindAddress(InetAddress value) {
            values.bindAddress = value;
            return this;
        }

        /**
         * Sets the TCP port to listen on. Default: a free one, which {@link Engine#port()} names
         * and trackers announce.
         *
         * @param value 0 to 65535; 0 for a free one
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder port(int value) {
            if (value < 0 || value > 0xffff) {
                throw new IllegalArgumentException("port " + value + " is not in 0..65535");
            }
            values.port = value;
            return this;
        }

        /**
         * Sets the address that trackers tell to other peers. Set it on a host behind a NAT.
         * Murder's tracker accepts it only from loopback and from addresses that {@code --trust-ip}
         * names. Default: none is sent, and trackers hand out the address that they see.
         *
         * @param value null for the default; a wildcard address for the one that the tracker sees
         * @return this builder
         */
        public Builder announcedAddress(InetAddress value) {
            values.announcedAddress = value;
            return this;
        }

        /**
         * Limits the connections that one torrent dials. A torrent accepts more than that: it has
         * up to 10/7 of this number, and at least 40, in all, so that late joiners find a place.
         * Default 28: enough sources for a full link, few enough that HAVEs are a small part of the
         * traffic. Memory: about 20 KB a connection while a block arrives. At worst 4 MiB a
         * connection, if a peer requests and does not read.
         *
         * @param value 1 to 5000
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxPeersPerTorrent(int value) {
            if (value < 1 || value > MAX_PEERS) {
                throw new IllegalArgumentException("maxPeersPerTorrent is " + value + ", not in 1.." + MAX_PEERS);
            }
            values.maxPeersPerTorrent = value;
            return this;
        }

        /**
         * Limits the upload of all torrents together. Default: no limit, because a fleet should use
         * its links. {@link Engine#limitUpload} can change it later.
         *
         * @param value bytes per second; 0 for no limit
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder uploadBytesPerSecond(long value) {
            values.uploadBytesPerSecond = checkRate("uploadBytesPerSecond", value);
            return this;
        }

        /**
         * Limits the download of all torrents together. Default: no limit, because a fleet should
         * use its links. {@link Engine#limitDownload} can change it later.
         *
         * @param value bytes per second; 0 for no limit
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder downloadBytesPerSecond(long value) {
            values.downloadBytesPerSecond = checkRate("downloadBytesPerSecond", value);
            return this;
        }

        /**
         * Sets the number of threads that hash and write. Default: one per core, because hashing
         * keeps them busy. The threads share one bound on payload that waits for the disk: above 16
         * MiB the engine stops reading sockets.
         *
         * @param value 0 for one per core
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder diskThreads(int value) {
            if (value < 0) {
                throw new IllegalArgumentException("negative number of disk threads: " + value);
            }
            values.diskThreads = value;
            return this;
        }

        /**
         * Sets the seed of all random decisions. Default: a drawn one. A fixed seed makes two runs
         * of a benchmark more alike. It does not make them the same, because threads interleave.
         *
         * @param value 0 for a drawn one
         * @return this builder
         */
        public Builder seed(long value) {
            values.seed = value;
            return this;
        }

        /**
         * Sets the executor of the calls of listeners. Default: one thread of the engine's own,
         * which ends when it is idle. Memory: the calls that wait are not bounded; a listener that
         * never returns holds about 100 bytes for each piece that is verified meanwhile.
         *
         * @param value runs one call at a time, in order, and refuses calls only after its
         *     shutdown, which is not the engine's task; null for the default
         * @return this builder
         */
        public Builder notifications(Executor value) {
            values.notifications = value;
            return this;
        }

        /**
         * Encrypts all connections to peers with TLS 1.3: members of closed swarms then hide
         * payload, metadata and orders from anybody who records the network. All torrents of the
         * engine must have closed swarms with these keys. Memory: about 50 KB more for each
         * connection. Announces to trackers are not encrypted. Default: none, because encryption
         * makes fast links much slower.
         *
         * @param value made of the keys of the swarms; null for none
         * @return this builder
         */
        public Builder tls(SwarmTls value) {
            values.tls = value;
            return this;
        }

        /** Nanoseconds that never run backwards. For tests; default {@link System#nanoTime}. */
        Builder nanoClock(LongSupplier value) {
            values.nanoClock = Objects.requireNonNull(value, "nanoClock");
            return this;
        }

        /** {@return the options as they are now} This builder can be used again. */
        public EngineOptions build() {
            return new EngineOptions((Values) values.clone());
        }
    }

    /**
     * {@return the rate}
     *
     * @param name of the option, for the error's text
     * @param bytesPerSecond 0 for no limit
     * @throws IllegalArgumentException if it is negative
     */
    static long checkRate(String name, long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException(name + " is " + bytesPerSecond + ", must be 0 (no limit) or more");
        }
        return bytesPerSecond;
    }
}
