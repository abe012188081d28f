package murder.tracker;

/** Why a peer announces (BEP 3). The ordinals are the numbers of BEP 15. */
public enum AnnounceEvent {
    /** A regular announce; in a query the parameter is absent or empty. */
    NONE(""),
    /** The peer has everything from now on. Not sent by one that started complete. */
    COMPLETED("completed"),
    /** The peer's first announce. */
    STARTED("started"),
    /** The peer leaves. */
    STOPPED("stopped");

    private final String wireName;

    AnnounceEvent(String wireName) {
        this.wireName = wireName;
    }

    /** {@return the value of the {@code event} parameter, empty for {@link #NONE}} */
    public String wireName() {
        return wireName;
    }

    /**
     * Reads the value of an {@code event} parameter. {@code paused} (BEP 21) is a regular announce.
     *
     * @param text the value
     * @return the event
     * @throws TrackerException ({@link TrackerException.Reason#BAD_REQUEST}) if no BEP gives it a
     *     meaning
     */
    public static AnnounceEvent parse(String text) throws TrackerException {
        return switch (text) {
            case "", "empty", "paused" -> NONE;
            case "completed" -> COMPLETED;
            case "started" -> STARTED;
            case "stopped" -> STOPPED;
            default -> throw new TrackerException(TrackerException.Reason.BAD_REQUEST,
                "event is none of started, completed and stopped");
        };
    }
}
