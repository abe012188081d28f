package murder.tracker.http;

import com.sun.net.httpserver.spi.HttpServerProvider;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import murder.tracker.SwarmOptions;

/** How a {@link TrackerServer} is set up. Immutable. */
public final class TrackerServerOptions {
    /** The port of the original tracker. */
    public static final int DEFAULT_PORT = 8998;

    private final InetAddress bindAddress;
    private final int port;
    private final SwarmOptions swarms;
    private final Path allow;
    private final Path state;
    private final int backlog;
    private final int connections;
    private final Duration housekeeping;
    private final HttpServerProvider provider;

    private TrackerServerOptions(Builder builder) {
        bindAddress = builder.bindAddress;
        port = builder.port;
        swarms = Objects.requireNonNull(builder.swarms, "swarms");
        allow = builder.allow;
        state = builder.state;
        backlog = builder.backlog;
        connections = builder.connections;
        housekeeping = builder.housekeeping;
        provider = builder.provider;
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
        if (backlog < 1 || connections < 1) {
            throw new IllegalArgumentException("backlog " + backlog + ", connections " + connections);
        }
        if (housekeeping.toMillis() < 1) {
            throw new IllegalArgumentException("housekeeping every " + housekeeping);
        }
    }

    /** All defaults: what {@link #builder} begins with. */
    public static TrackerServerOptions defaults() {
        return builder().build();
    }

    /** Begins with the defaults, which the builder's methods name. */
    public static Builder builder() {
        return new Builder();
    }

    /** The local address to listen at, or null for all of them. */
    public InetAddress bindAddress() {
        return bindAddress;
    }

    /** The port to listen at, or 0 for a free one. */
    public int port() {
        return port;
    }

    /** Limits and times of the swarm table. */
    public SwarmOptions swarms() {
        return swarms;
    }

    /** The directory whose .torrent files name the torrents that are served, or null to serve any. */
    public Path allow() {
        return allow;
    }

    /** The file that keeps the swarms over a restart, or null for none. */
    public Path state() {
        return state;
    }

    /** Connections that may wait to be accepted. */
    public int backlog() {
        return backlog;
    }

    /** Connections held at once. */
    public int connections() {
        return connections;
    }

    /** How often the directory is read again and the state written if it changed. */
    public Duration housekeeping() {
        return housekeeping;
    }

    /** Makes the HTTP server, or null for our own. */
    public HttpServerProvider provider() {
        return provider;
    }

    /** Collects options; {@link #build} checks them. */
    public static final class Builder {
        private InetAddress bindAddress;
        private int port = DEFAULT_PORT;
        private SwarmOptions swarms = SwarmOptions.defaults();
        private Path allow;
        private Path state;
        private int backlog = 16_384;
        private int connections = 65_536;
        private Duration housekeeping = Duration.ofSeconds(3);
        private HttpServerProvider provider;

        private Builder() {}

        /** Listens at one local address; null, the default, is all of them. */
        public Builder bindAddress(InetAddress address) {
            bindAddress = address;
            return this;
        }

        /** Listens at this port instead of {@link #DEFAULT_PORT}; 0 takes a free one. */
        public Builder port(int number) {
            port = number;
            return this;
        }

        /** Sets limits and times of the swarm table. */
        public Builder swarms(SwarmOptions options) {
            swarms = options;
            return this;
        }

        /** Serves only the torrents found in this directory; null, the default, serves any. */
        public Builder allow(Path directory) {
            allow = directory;
            return this;
        }

        /** Keeps the swarms in this file over a restart; null, the default, is none. */
        public Builder state(Path file) {
            state = file;
            return this;
        }

        /**
         * Lets so many connections wait to be accepted; 16,384 by default. The kernel cuts it to {@code net.core.somaxconn}, 4096 by
         * default. A host that finds it full tries again by itself a second later.
         */
        public Builder backlog(int count) {
            backlog = count;
            return this;
        }

        /**
         * Holds so many connections at once, 65,536 by default; further ones wait to be accepted. They cost less than 1 KiB each, and
         * 32 MiB at most for what they send and take slowly. Another provider has limits of its own instead.
         */
        public Builder connections(int count) {
            connections = count;
            return this;
        }

        /** Reads the directory again and writes the state every so often; 3 s by default. */
        public Builder housekeeping(Duration every) {
            housekeeping = every;
            return this;
        }

        /**
         * Makes the HTTP server, for example {@link HttpServerProvider#provider()}. Null, the default, is our own. Another provider gets
         * an executor of at most 1000 threads. The JDK's needs one of them for each client that is slow, and has no time-outs unless
         * the process sets {@code sun.net.httpserver.maxReqTime} and {@code maxRspTime}.
         */
        public Builder provider(HttpServerProvider other) {
            provider = other;
            return this;
        }

        /** @throws IllegalArgumentException if an option is out of its range */
        public TrackerServerOptions build() {
            return new TrackerServerOptions(this);
        }
    }
}
