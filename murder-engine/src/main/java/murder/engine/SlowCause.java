package murder.engine;

import java.time.Duration;
import java.util.Locale;

/**
 * The cause that limits the speed of a download. There is always one: a host at full speed has
 * {@link #LINK_FULL}. Only {@link #of} decides it, from figures of the host. Pure.
 */
public enum SlowCause {
    /**
     * The process waits for its own memory: the system dropped code or data, and reads them from
     * the disk again.
     */
    MEMORY_SHORT,
    /**
     * The processor: the loop works nearly all the time, or the disk threads hash more slowly than
     * payload arrives.
     */
    CPU_BUSY,
    /** The disk takes payload more slowly than it arrives. */
    DISK_SLOW,
    /** A rate limit of this host. */
    RATE_LIMIT,
    /** Few peers have missing pieces, are reachable and send. */
    FEW_SOURCES,
    /** The round trip is long, so each answer takes long, also without a queue. */
    FAR_AWAY,
    /** The link of the host is full. */
    LINK_FULL,
    /** The host sends no reports. Only others use this cause, never the host itself. */
    SILENT;

    private static final Duration LEAST_MEASURED = Duration.ofSeconds(2);
    /**
     * A page fault that waits for a disk takes 0.1 to 10 ms. A process with enough memory has
     * hardly any.
     */
    private static final double MANY_FAULTS = 100;
    private static final double MOST_OF_THE_TIME = 0.7;
    private static final double MUCH_OF_THE_TIME = 0.3;
    private static final double HALF_OF_THE_TIME = 0.5;
    /**
     * At a full link nearly all known peers are sources, at starved hosts one to three (decision
     * 14). A third is between the two. With many known peers this number of sources is enough.
     */
    private static final int SOURCES_OF_KNOWN = 3;
    private static final int MOST_KNOWN = 12;
    private static final Duration FAR = Duration.ofMillis(40);
    /** An answer that takes this many round trips has waited in a queue. */
    private static final int QUEUED_ROUND_TRIPS = 3;

    /**
     * Decides the cause.
     *
     * @param figures of a running download
     * @return null if they were measured for less than two seconds
     */
    public static SlowCause of(SlowFigures figures) {
        if (figures.measured().compareTo(LEAST_MEASURED) < 0) {
            return null;
        } else if (figures.faultsPerSecond() >= MANY_FAULTS) {
            return MEMORY_SHORT;
        } else if (figures.loopShare() >= MOST_OF_THE_TIME) {
            return CPU_BUSY;
        } else if (figures.diskShare() >= MUCH_OF_THE_TIME) {
            return figures.hashingShare() >= MOST_OF_THE_TIME ? CPU_BUSY : DISK_SLOW;
        } else if (figures.limitedShare() >= HALF_OF_THE_TIME) {
            return RATE_LIMIT;
        } else if (figures.sources() * SOURCES_OF_KNOWN < Math.max(1, Math.min(MOST_KNOWN, figures.known()))) {
            return FEW_SOURCES;
        }
        boolean isFar = figures.roundTrip().compareTo(FAR) >= 0;
        boolean isQueued = figures.answer().compareTo(figures.roundTrip().multipliedBy(QUEUED_ROUND_TRIPS)) >= 0;
        return isFar && !isQueued ? FAR_AWAY : LINK_FULL;
    }

    /**
     * {@return the cause with this word, or null}
     *
     * @param word from {@link #word}
     */
    public static SlowCause ofWord(String word) {
        for (SlowCause cause : values()) {
            if (cause.word().equals(word)) {
                return cause;
            }
        }
        return null;
    }

    /** {@return the word for it in reports, such as {@code disk_slow}} */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return the word for people, such as {@code disk slow}} */
    public String text() {
        return this == CPU_BUSY ? "CPU busy" : word().replace('_', ' ');
    }
}
