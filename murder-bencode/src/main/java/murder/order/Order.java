package murder.order;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The complete wanted state of a fleet, not a command. Of two orders the one with the greater
 * serial counts. Applying an order twice changes nothing.
 *
 * @param fleet its name
 * @param serial 0 or more
 * @param made time of the signature, in whole seconds
 * @param until the last time at which agents accept it, in whole seconds
 * @param ended whether no other order follows soon, so that agents for one deploy may leave
 * @param key the secret of the fleet that closes its payload swarms, by {@link
 *     murder.trust.SwarmKey#fingerprint}; empty for the first one that an agent has
 * @param targets each with another destination
 */
public record Order(String fleet, long serial, Instant made, Instant until, boolean ended, String key, List<Target> targets) {
    /** The limit of targets. */
    public static final int MAX_TARGETS = 64;
    /** The latest permitted time. A tolerance can still be added to it. */
    private static final Instant LATEST = Instant.ofEpochSecond(253_402_300_799L);

    /**
     * Checks the components.
     *
     * @param fleet 1 to 255 bytes without control characters
     * @param serial 0 or more
     * @param made parts of a second are cut off
     * @param until after {@code made}, before the year 10000; parts of a second are cut off
     * @param ended as above
     * @param key 16 lower-case hexadecimal digits, or empty
     * @param targets at most {@link #MAX_TARGETS}
     * @throws IllegalArgumentException if one is not as described above
     */
    public Order {
        Rules.checkName("fleet", fleet);
        made = made.truncatedTo(ChronoUnit.SECONDS);
        until = until.truncatedTo(ChronoUnit.SECONDS);
        targets = List.copyOf(targets);
        Rules.checkFingerprint(key);
        if (serial < 0) {
            throw new IllegalArgumentException("negative serial " + serial);
        } else if (made.getEpochSecond() < 0 || !made.isBefore(until) || until.isAfter(LATEST)) {
            throw new IllegalArgumentException("an order is made before it ends, both until the year 9999: " + made + ", " + until);
        }
        Rules.checkCount("targets", targets.size(), 0, MAX_TARGETS);
        Set<String> destinations = new HashSet<>();
        for (Target target : targets) {
            if (!destinations.add(target.destination())) {
                throw new IllegalArgumentException("two targets with the destination " + target.destination());
            }
        }
    }

    /**
     * Makes an order whose payload swarms are closed by the first secret that an agent has.
     *
     * @param fleet as above
     * @param serial as above
     * @param made as above
     * @param until as above
     * @param ended as above
     * @param targets as above
     */
    public Order(String fleet, long serial, Instant made, Instant until, boolean ended, List<Target> targets) {
        this(fleet, serial, made, until, ended, "", targets);
    }

    /**
     * {@return the target of a destination; null if the order has none}
     *
     * @param destination as in {@link Target}
     */
    public Target target(String destination) {
        for (Target target : targets) {
            if (target.destination().equals(destination)) {
                return target;
            }
        }
        return null;
    }

    /**
     * {@return the serial for the next order} It is at least the time, so two control machines with
     * right clocks do not fall behind each other.
     *
     * @param last of the last order, or a negative number for none
     * @param now when the new order is made
     */
    public static long serialAfter(long last, Instant now) {
        return Math.max(last + 1, now.toEpochMilli());
    }
}
