package murder.engine;

import java.time.Duration;
import java.util.Locale;

/**
 * What keeps a download from being faster. Something always does: a host at full speed says {@link
 * #LINK_FULL}. {@link #of} is the only place that decides, from figures that the host measured.
 * Pure.
 */
public enum SlowCause {
    /**
     * The process waits for its own memory: code or data had to make room, and are read from the
     * disk again.
     */
    MEMORY_SHORT,
    /**
     * The processor: the loop is at work nearly all the time, or the disk threads cannot hash as
     * fast as payload comes.
     */
    CPU_BUSY,
    /** The disk takes payload more slowly than it comes. */
    DISK_SLOW,
    /** A rate limit that was set for this host. */
    RATE_LIMIT,
    /** Peers that have what is missing are hardly there, cannot be reached or send nothing. */
    FEW_SOURCES,
    /** Each answer takes long, though nothing waits before it: the round trip is long. */
    FAR_AWAY,
    /** The link of the host is as busy as it can be. */
    LINK_FULL,
    /** The host reports nothing. Others say so; no host says it of itself. */
    SILENT;

    private static final Duration LEAST_MEASURED = Duration.ofSeconds(2);
    /**
     * A fault that waits for a disk takes from 0.1 to 10 ms; a process that has its memory has
     * hardly any.
     */
    private static final double MANY_FAULTS = 100;
    private static final double MOST_OF_THE_TIME = 0.7;
    private static final double MUCH_OF_THE_TIME = 0.3;
    private static final double HALF_OF_THE_TIME = 0.5;
    /**
     * At a full link nearly all known peers are sources, at starved hosts one to three (decision
     * 14). A third is between the two; more than so many peers need not be sources anyway.
     */
    private static final int SOURCES_OF_KNOWN = 3;
    private static final int MOST_KNOWN = 12;
    private static final Duration FAR = Duration.ofMillis(40);
    /** An answer that takes this many round trips has waited in a queue. */
    private static final int QUEUED_ROUND_TRIPS = 3;

    /**
     * Names the cause.
     *
     * @param figures of a download that is under way
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
     * @param word as {@link #word} gives it
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
