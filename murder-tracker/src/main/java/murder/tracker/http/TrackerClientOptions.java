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

    /** All defaults: what {@link #builder} begins with. */
    public static TrackerClientOptions defaults() {
        return builder().build();
    }

    /** Begins with the defaults, which the builder's methods name. */
    public static Builder builder() {
        return new Builder();
    }

    /** The local address that requests come from, or null for the one that routes to the tracker. */
    public InetAddress bindAddress() {
        return bindAddress;
    }

    /** For one TCP or TLS connection to be made. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** For a whole announce or scrape, redirects and UDP retransmissions included. */
    public Duration requestTimeout() {
        return requestTimeout;
    }

    /** The first wait for a UDP reply, doubled with each retransmission. */
    public Duration udpRetransmit() {
        return udpRetransmit;
    }

    /** Sent with HTTP requests. */
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

        /** Sends requests from this local address; null, the default, is the one that routes to the tracker. */
        public Builder bindAddress(InetAddress address) {
            bindAddress = address;
            return this;
        }

        /** Waits so long for one TCP or TLS connection; 5 s by default, like the original client. */
        public Builder connectTimeout(Duration limit) {
            connectTimeout = limit;
            return this;
        }

        /** Waits so long for a whole announce or scrape, redirects and UDP retransmissions included; 15 s by default. */
        public Builder requestTimeout(Duration limit) {
            requestTimeout = limit;
            return this;
        }

        /**
         * Waits so long for the first UDP reply, and twice as long each time after it; 2 s by default. BEP 15 says 15 s, which suits
         * the far side of the internet, not a fleet.
         */
        public Builder udpRetransmit(Duration wait) {
            udpRetransmit = wait;
            return this;
        }

        /** Sends this name with HTTP requests, in printable ASCII. */
        public Builder userAgent(String name) {
            userAgent = name;
            return this;
        }

        /** @throws IllegalArgumentException if an option is out of its range */
        public TrackerClientOptions build() {
            return new TrackerClientOptions(this);
        }
    }
}
