package murder.tracker.http;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;

/**
 * How trackers are asked.
 *
 * @param bindAddress the local address that requests come from, or null for the one that routes to the tracker
 * @param connectTimeout for one TCP or TLS connection to be made
 * @param requestTimeout for a whole announce or scrape, redirects and UDP retransmissions included
 * @param udpRetransmit the first wait for a UDP reply, doubled with each retransmission; BEP 15 says 15 s, which suits the far side of
 *     the internet, not a fleet
 * @param userAgent sent with HTTP requests
 */
public record TrackerClientOptions(InetAddress bindAddress, Duration connectTimeout, Duration requestTimeout, Duration udpRetransmit,
                                   String userAgent) {
    public TrackerClientOptions {
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("requestTimeout", requestTimeout);
        requirePositive("udpRetransmit", udpRetransmit);
        Objects.requireNonNull(userAgent, "userAgent");
        for (int i = 0; i < userAgent.length(); i++) {
            if (userAgent.charAt(i) < ' ' || userAgent.charAt(i) > '~') {
                throw new IllegalArgumentException("userAgent is to be printable ASCII, not " + userAgent);
            }
        }
    }

    /** Any local address; 5 s to connect, as the original client has it, 15 s in all; UDP repeated after 2 s, 4 s, 8 s. */
    public static TrackerClientOptions defaults() {
        return new TrackerClientOptions(null, Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(2), "murder/0.1");
    }

    /** With another local address; null for the one that routes to the tracker. */
    public TrackerClientOptions withBindAddress(InetAddress address) {
        return new TrackerClientOptions(address, connectTimeout, requestTimeout, udpRetransmit, userAgent);
    }

    /** With other time limits. */
    public TrackerClientOptions withTimeouts(Duration connect, Duration request) {
        return new TrackerClientOptions(bindAddress, connect, request, udpRetransmit, userAgent);
    }

    /** With another first wait for a UDP reply. */
    public TrackerClientOptions withUdpRetransmit(Duration wait) {
        return new TrackerClientOptions(bindAddress, connectTimeout, requestTimeout, wait, userAgent);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(name + " is to be above zero and at most a day, not " + value);
        }
    }
}
