package murder.tracker.http;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;

/** How a {@link TrackerClient} asks trackers. Immutable. */
public final class TrackerClientOptions {
    private final InetAddress bindAddress;
    private final Duration connectTimeout;
    private final Duration requestTimeout;
    private final Duration udpRetransmit;
    private final String userAgent;

    private TrackerClientOptions(Builder builder) {
        bindAddress = builder.bindAddress;
        connectTimeout = positive("connectTimeout", builder.connectTimeout);
        requestTimeout = positive("requestTimeout", builder.requestTimeout);
        udpRetransmit = positive("udpRetransmit", builder.udpRetransmit);
        userAgent = Objects.requireNonNull(builder.userAgent, "userAgent");
        for (int i = 0; i < userAgent.length(); i++) {
            if (userAgent.charAt(i) < ' ' || userAgent.charAt(i) > '~') {
                throw new IllegalArgumentException("userAgent is to be printable ASCII, not " + userAgent);
            }
        }
    }

    private static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(name + " is to be above zero and at most a day, not " + value);
        }
        return value;
    }

    /** {@return all defaults: what {@link #builder} begins with} */
    public static TrackerClientOptions defaults() {
        return builder().build();
    }

    /** {@return a builder that begins with the defaults, which its methods name} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the local address that requests come from, or null for the one that routes to the
     * tracker}
     */
    public InetAddress bindAddress() {
        return bindAddress;
    }

    /** {@return the limit for one TCP or TLS connection to be made} */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /**
     * {@return the limit for a complete announce or scrape, redirects and UDP retransmissions
     * included}
     */
    public Duration requestTimeout() {
        return requestTimeout;
    }

    /** {@return the first wait for a UDP reply, doubled with each retransmission} */
    public Duration udpRetransmit() {
        return udpRetransmit;
    }

    /** {@return the name that is sent with HTTP requests} */
    public String userAgent() {
        return userAgent;
    }

    /** Collects options; {@link #build} checks them. */
    public static final class Builder {
        private InetAddress bindAddress;
        private Duration connectTimeout = Duration.ofSeconds(5);
        private Duration requestTimeout = Duration.ofSeconds(15);
        private Duration udpRetransmit = Duration.ofSeconds(2);
        private String userAgent = "murder/0.1";

        private Builder() {}

        /**
         * Sets the local address that requests come from.
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
         * @param limit more than 0
         * @return this builder
         */
        public Builder connectTimeout(Duration limit) {
            connectTimeout = limit;
            return this;
        }

        /**
         * Limits a complete announce or scrape, redirects and UDP retransmissions included; 15 s by
         * default.
         *
         * @param limit more than 0
         * @return this builder
         */
        public Builder requestTimeout(Duration limit) {
            requestTimeout = limit;
            return this;
        }

        /**
         * Sets the wait for the first UDP reply, which doubles each time after it; 2 s by default.
         * BEP 15 says 15 s, which suits the far side of the internet, not a fleet.
         *
         * @param wait more than 0
         * @return this builder
         */
        public Builder udpRetransmit(Duration wait) {
            udpRetransmit = wait;
            return this;
        }

        /**
         * Sets the name that is sent with HTTP requests.
         *
         * @param name printable ASCII
         * @return this builder
         */
        public Builder userAgent(String name) {
            userAgent = name;
            return this;
        }

        /**
         * {@return the options as they are now}
         *
         * @throws IllegalArgumentException if an option is out of its range
         */
        public TrackerClientOptions build() {
            return new TrackerClientOptions(this);
        }
    }
}
