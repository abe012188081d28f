package murder.tracker.http;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;

/**
 * The options of a {@link TrackerClient}. Immutable; made by {@link #builder()}, which describes
 * every option.
 */
public final class TrackerClientOptions {
    /** The time limit of a complete announce. The tracker's own work takes milliseconds. */
    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(15);

    final InetAddress bindAddress;
    final Duration connectTimeout;
    final Duration requestTimeout;
    final Duration udpRetransmit;
    final String userAgent;
    private final Lookup.Resolver resolver;

    private TrackerClientOptions(Builder builder) {
        bindAddress = builder.bindAddress;
        connectTimeout = builder.connectTimeout;
        requestTimeout = builder.requestTimeout;
        udpRetransmit = builder.udpRetransmit;
        userAgent = builder.userAgent;
        resolver = builder.resolver;
    }

    /** The addresses of a tracker's host. */
    InetAddress[] addresses(String host, Deadline deadline) throws IOException {
        return resolver == null ? Lookup.addresses(host, deadline) : resolver.addresses(host, deadline);
    }

    private static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(name + " is to be above zero and at most a day, not " + value);
        }
        return value;
    }

    /** {@return the default options} */
    public static TrackerClientOptions defaults() {
        return builder().build();
    }

    /** {@return a builder with the defaults, which its methods name} */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options. Each setter checks its value at once and returns this builder. */
    public static final class Builder {
        private InetAddress bindAddress;
        private Duration connectTimeout = Duration.ofSeconds(5);
        private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
        private Duration udpRetransmit = Duration.ofSeconds(2);
        private String userAgent = "murder/0.1";
        private Lookup.Resolver resolver;

        private Builder() {}

        /**
         * Sets the local address of requests.
         *
         * @param address null, the default, is the one that routes to the tracker
         * @return this builder
         */
        public Builder bindAddress(InetAddress address) {
            bindAddress = address;
            return this;
        }

        /**
         * Limits the wait for one TCP or TLS connection; 5 s by default, like the original client.
         *
         * @param limit more than 0 and at most a day
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder connectTimeout(Duration limit) {
            connectTimeout = positive("connectTimeout", limit);
            return this;
        }

        /**
         * Limits a complete announce or scrape, redirects and UDP retransmissions included; 15 s by
         * default.
         *
         * @param limit more than 0 and at most a day
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder requestTimeout(Duration limit) {
            requestTimeout = positive("requestTimeout", limit);
            return this;
        }

        /**
         * Sets the wait for the first UDP reply, which doubles each time after it; 2 s by default.
         * BEP 15 says 15 s, which suits the far side of the internet, not a fleet.
         *
         * @param wait more than 0 and at most a day
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder udpRetransmit(Duration wait) {
            udpRetransmit = positive("udpRetransmit", wait);
            return this;
        }

        /**
         * Sets the User-Agent of HTTP requests.
         *
         * @param name printable ASCII
         * @return this builder
         * @throws IllegalArgumentException if it is not
         */
        public Builder userAgent(String name) {
            for (int i = 0; i < name.length(); i++) {
                if (name.charAt(i) < ' ' || name.charAt(i) > '~') {
                    throw new IllegalArgumentException("userAgent is to be printable ASCII, not " + name);
                }
            }
            userAgent = name;
            return this;
        }

        /** Sets the resolver, for tests; null asks the system. */
        Builder resolver(Lookup.Resolver value) {
            resolver = value;
            return this;
        }

        /** {@return the options as they are now} This builder can be used again. */
        public TrackerClientOptions build() {
            return new TrackerClientOptions(this);
        }
    }
}
