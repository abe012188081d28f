package murder.tracker.http;

import com.sun.net.httpserver.spi.HttpServerProvider;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import murder.tracker.SwarmOptions;
import murder.trust.SwarmKey;

/**
 * The options of a {@link TrackerServer}. Immutable; made by {@link #builder()}, which describes
 * every option.
 */
public final class TrackerServerOptions {
    /** The port of the original tracker. */
    public static final int DEFAULT_PORT = 8998;

    final InetAddress bindAddress;
    final int port;
    final SwarmOptions swarms;
    final Path allow;
    final Path state;
    final int backlog;
    final int connections;
    final Duration housekeeping;
    final HttpServerProvider provider;
    final List<SwarmKey> keys;
    final String fleet;
    final List<SwarmKey> fleetKeys;

    private TrackerServerOptions(Builder builder) {
        bindAddress = builder.bindAddress;
        port = builder.port;
        swarms = builder.swarms;
        allow = builder.allow;
        state = builder.state;
        backlog = builder.backlog;
        connections = builder.connections;
        housekeeping = builder.housekeeping;
        provider = builder.provider;
        keys = builder.keys;
        fleet = builder.fleet;
        fleetKeys = builder.fleetKeys;
    }

    /** {@return a builder with the defaults, which its methods name} */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options. Each setter checks its value at once and returns this builder. */
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
        private List<SwarmKey> keys = List.of();
        private String fleet;
        private List<SwarmKey> fleetKeys = List.of();

        private Builder() {}

        private static int atLeastOne(String name, int count) {
            if (count < 1) {
                throw new IllegalArgumentException(name + " is " + count + ", must be at least 1");
            }
            return count;
        }

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
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder port(int number) {
            if (number < 0 || number > 0xffff) {
                throw new IllegalArgumentException("port " + number + " is not in 0..65535");
            }
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
            swarms = Objects.requireNonNull(options, "swarms");
            return this;
        }

        /**
         * Serves only the torrents whose .torrent files are in a directory.
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
         * Limits the connections that wait for their accept; 16,384 by default. The kernel reduces
         * it to {@code net.core.somaxconn}, 4096 by default. If the queue is full, TCP retransmits
         * a second later.
         *
         * @param count at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder backlog(int count) {
            backlog = atLeastOne("backlog", count);
            return this;
        }

        /**
         * Limits the open connections; 65,536 by default. Further ones wait for their accept. Each
         * costs less than 1 KiB. All together hold at most 32 MiB of unread requests and unsent
         * answers. Another provider has its own limits instead.
         *
         * @param count at least 1
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder connections(int count) {
            connections = atLeastOne("connections", count);
            return this;
        }

        /**
         * Sets how often the directory is read again and the state written if it changed; 3 s by
         * default.
         *
         * @param every at least 1 ms
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder housekeeping(Duration every) {
            if (every.toMillis() < 1) {
                throw new IllegalArgumentException("housekeeping every " + every);
            }
            housekeeping = every;
            return this;
        }

        /**
         * Chooses the provider of the HTTP server, for example
         * {@link HttpServerProvider#provider()}. Another provider than ours gets an executor of at
         * most 1000 threads. The JDK's provider needs one of them for each slow client. It has no
         * time-outs unless the process sets {@code sun.net.httpserver.maxReqTime} and
         * {@code maxRspTime}, in seconds.
         *
         * @param other null, the default, is our own
         * @return this builder
         */
        public Builder provider(HttpServerProvider other) {
            provider = other;
            return this;
        }

        /**
         * Closes all swarms of the tracker: it answers only announces that a member has sealed,
         * serves a directory's torrents under their closed names, and lists nothing except on its
         * own host.
         *
         * @param members the keys of members; none, the default, leaves the swarms open
         * @return this builder
         */
        public Builder swarmKeys(List<SwarmKey> members) {
            keys = List.copyOf(members);
            return this;
        }

        /**
         * Lets the tracker carry the orders and reports of a fleet: {@link TrackerServer#fleet}.
         * The fleet's control swarms are always closed. Default: no fleet.
         *
         * @param name of the fleet
         * @param members the fleet's keys, at least one. While a key is being replaced there are
         *     two
         * @return this builder
         * @throws IllegalArgumentException if there is no key
         */
        public Builder fleet(String name, List<SwarmKey> members) {
            if (members.isEmpty()) {
                throw new IllegalArgumentException("fleet " + name + " has no key");
            }
            fleet = Objects.requireNonNull(name, "name");
            fleetKeys = List.copyOf(members);
            return this;
        }

        /** {@return the options as they are now} This builder can be used again. */
        public TrackerServerOptions build() {
            return new TrackerServerOptions(this);
        }
    }
}
