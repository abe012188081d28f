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

    /** {@return the defaults, which {@link #builder} begins with} */
    public static TrackerServerOptions defaults() {
        return builder().build();
    }

    /** {@return a builder that begins with the defaults, which its methods name} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the local address to listen at, or null for all of them} */
    public InetAddress bindAddress() {
        return bindAddress;
    }

    /** {@return the port to listen at, or 0 for a free one} */
    public int port() {
        return port;
    }

    /** {@return limits and times of the swarm table} */
    public SwarmOptions swarms() {
        return swarms;
    }

    /** {@return the directory of the torrents that are served, or null to serve any} */
    public Path allow() {
        return allow;
    }

    /** {@return the file that keeps the swarms over a restart, or null for none} */
    public Path state() {
        return state;
    }

    /** {@return how many connections may wait to be accepted} */
    public int backlog() {
        return backlog;
    }

    /** {@return how many connections are held at once} */
    public int connections() {
        return connections;
    }

    /** {@return how often the directory is read again and the state written if it changed} */
    public Duration housekeeping() {
        return housekeeping;
    }

    /** {@return the provider that makes the HTTP server, or null for our own} */
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

        /**
         * Sets the local address to listen at.
         *
         * @param address null, the default, is all of them
         * @return this builder
         */
        public Builder bindAddress(InetAddress address) {
            bindAddress = address;
            return this;
        }

        /**
         * Sets the port to listen at; {@value #DEFAULT_PORT} by default.
         *
         * @param number from 0 to 65535; 0 takes a free one
         * @return this builder
         */
        public Builder port(int number) {
            port = number;
            return this;
        }

        /**
         * Sets limits and times of the swarm table.
         *
         * @param options {@link SwarmOptions#defaults} by default
         * @return this builder
         */
        public Builder swarms(SwarmOptions options) {
            swarms = options;
            return this;
        }

        /**
         * Serves only the torrents whose .torrent files lie in a directory.
         *
         * @param directory null, the default, serves any torrent
         * @return this builder
         */
        public Builder allow(Path directory) {
            allow = directory;
            return this;
        }

        /**
         * Keeps the swarms in a file over a restart.
         *
         * @param file null, the default, is none
         * @return this builder
         */
        public Builder state(Path file) {
            state = file;
            return this;
        }

        /**
         * Limits the connections that wait to be accepted; 16,384 by default. The kernel cuts it to
         * {@code net.core.somaxconn}, 4096 by default. A host that finds it full tries again by
         * itself a second later.
         *
         * @param count at least 1
         * @return this builder
         */
        public Builder backlog(int count) {
            backlog = count;
            return this;
        }

        /**
         * Limits the connections that are held at once; 65,536 by default. Further ones wait to be
         * accepted. They cost less than 1 KiB each, and 32 MiB together for what they send and take
         * slowly. Another provider has limits of its own instead.
         *
         * @param count at least 1
         * @return this builder
         */
        public Builder connections(int count) {
            connections = count;
            return this;
        }

        /**
         * Sets how often the directory is read again and the state written if it changed; 3 s by
         * default.
         *
         * @param every at least 1 ms
         * @return this builder
         */
        public Builder housekeeping(Duration every) {
            housekeeping = every;
            return this;
        }

        /**
         * Chooses who makes the HTTP server, for example {@link HttpServerProvider#provider()}.
         * Another provider than ours gets an executor of at most 1000 threads. The JDK's needs one
         * of them for each client that is slow. It has no time-outs unless the process sets
         * {@code sun.net.httpserver.maxReqTime} and {@code maxRspTime}, in seconds.
         *
         * @param other null, the default, is our own
         * @return this builder
         */
        public Builder provider(HttpServerProvider other) {
            provider = other;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options as set so far
         * @throws IllegalArgumentException if an option is out of its range
         */
        public TrackerServerOptions build() {
            return new TrackerServerOptions(this);
        }
    }
}
