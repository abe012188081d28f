package murder.engine;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import murder.trust.SwarmKey;

/**
 * Which control swarm to join. Immutable; made by {@link #builder}.
 *
 * <pre>{@code
 * ControlSwarm control = engine.join(ControlOptions.builder("web", keys, handler).trackers(tiers).build());
 * }</pre>
 */
public final class ControlOptions {
    /** The longest signed order, in bytes. */
    public static final int MAX_ORDER_BYTES = 16 << 10;
    /** The longest report, in bytes. */
    public static final int MAX_REPORT_BYTES = 1 << 10;
    /** While keys are replaced a fleet has two. */
    private static final int MAX_KEYS = 4;
    private static final int MAX_FLEET_LENGTH = 255;

    private final Values values;

    private ControlOptions(Values values) {
        this.values = values;
    }

    /**
     * {@return a builder with every other option at its default}
     *
     * @param fleet its name, 1 to 255 characters
     * @param keys of the fleet, one to four. While a key is being replaced, the new one is the
     *     first. The agent is a member of one control swarm for each key, so orders reach agents
     *     that have only one of the keys
     * @param handler checks orders and carries them out
     * @throws IllegalArgumentException if there is no key, there are too many, or the name is empty
     *     or too long
     */
    public static Builder builder(String fleet, List<SwarmKey> keys, ControlHandler handler) {
        return new Builder(fleet, keys, handler);
    }

    /** {@return the name of the fleet} */
    public String fleet() {
        return values.fleet;
    }

    /** {@return the keys of the fleet, the newest first} */
    public List<SwarmKey> keys() {
        return values.keys;
    }

    /** {@return what checks orders and carries them out} */
    public ControlHandler handler() {
        return values.handler;
    }

    /** {@return announce URLs by tiers (BEP 12)} */
    public List<List<String>> trackers() {
        return values.trackers;
    }

    /** {@return resolved addresses to dial besides those that trackers return} */
    public List<InetSocketAddress> peers() {
        return values.peers;
    }

    /** {@return the name of the rack or site; empty for none} */
    public String zone() {
        return values.zone;
    }

    /** {@return the serial of {@link #order}, or -1} */
    public long serial() {
        return values.serial;
    }

    /** {@return the newest order known at the start; null for none} */
    public byte[] order() {
        return values.order == null ? null : values.order.clone();
    }

    /** Not changed once a control swarm has them. */
    private static final class Values extends OptionValues {
        private final String fleet;
        private final List<SwarmKey> keys;
        private final ControlHandler handler;
        private List<List<String>> trackers = List.of();
        private List<InetSocketAddress> peers = List.of();
        private String zone = "";
        private long serial = -1;
        private byte[] order;

        private Values(String fleet, List<SwarmKey> keys, ControlHandler handler) {
            this.fleet = fleet;
            this.keys = keys;
            this.handler = handler;
        }
    }

    /**
     * Collects options. Each setter checks its value at once and returns this builder. Not for
     * several threads.
     */
    public static final class Builder {
        private final Values values;

        private Builder(String fleet, List<SwarmKey> keys, ControlHandler handler) {
            if (fleet.isEmpty() || fleet.length() > MAX_FLEET_LENGTH) {
                throw new IllegalArgumentException(
                    "the name of a fleet has 1 to " + MAX_FLEET_LENGTH + " characters, not " + fleet.length());
            }
            List<SwarmKey> distinct = keys.stream().distinct().toList();
            if (distinct.isEmpty() || distinct.size() > MAX_KEYS) {
                throw new IllegalArgumentException("a fleet has 1 to " + MAX_KEYS + " keys, not " + distinct.size());
            }
            values = new Values(fleet, distinct, Objects.requireNonNull(handler, "handler"));
        }

        /**
         * Sets the announce URLs. Default: none, so {@link #peers} name the first neighbours.
         *
         * @param value tiers of URLs; an empty list announces nowhere
         * @return this builder
         * @throws IllegalArgumentException if a URL is malformed, or neither http, https nor udp
         */
        public Builder trackers(List<List<String>> value) {
            values.trackers = OptionValues.checkTrackers(value);
            return this;
        }

        /**
         * Sets addresses of agents to dial besides those that trackers return. Default: none.
         *
         * @param value resolved addresses
         * @return this builder
         * @throws IllegalArgumentException if an address is not resolved
         */
        public Builder peers(List<InetSocketAddress> value) {
            values.peers = OptionValues.checkPeers(value);
            return this;
        }

        /**
         * Sets the name of the rack or site. Default: no zone.
         *
         * @param value at most 64 characters; empty for none
         * @return this builder
         * @throws IllegalArgumentException if it is longer
         */
        public Builder zone(String value) {
            values.zone = OptionValues.checkZone(value);
            return this;
        }

        /**
         * Sets the newest order that is known at the start. The engine does not verify it again and
         * does not call the handler. It forwards the order to agents that lack it. The agent
         * ignores orders with the same or a smaller serial. Default: none.
         *
         * @param serial of the order, at least 0
         * @param signedOrder 1 to {@link #MAX_ORDER_BYTES} bytes, copied
         * @return this builder
         * @throws IllegalArgumentException if the serial is negative or the order has no such
         *     length
         */
        public Builder order(long serial, byte[] signedOrder) {
            if (serial < 0) {
                throw new IllegalArgumentException("negative serial " + serial);
            }
            values.order = checkOrder(signedOrder);
            values.serial = serial;
            return this;
        }

        /** {@return the options as they are now} This builder can be used again. */
        public ControlOptions build() {
            return new ControlOptions((Values) values.clone());
        }
    }

    /** {@return a copy} @throws IllegalArgumentException if it is empty or too long */
    static byte[] checkOrder(byte[] signedOrder) {
        if (signedOrder.length == 0 || signedOrder.length > MAX_ORDER_BYTES) {
            throw new IllegalArgumentException("an order has 1 to " + MAX_ORDER_BYTES + " bytes, not " + signedOrder.length);
        }
        return signedOrder.clone();
    }
}
