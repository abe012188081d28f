package murder.tools.agent;

/**
 * A failure, and the time of the next attempt. Another order tries again at once.
 *
 * @param cause for programs
 * @param reason for people
 * @param serial of the order at that time
 * @param retryNs the earliest time of the next attempt
 */
record Failure(Cause cause, String reason, long serial, long retryNs) {
    boolean isOver(long serialNow, long nowNs) {
        return serialNow > serial || nowNs - retryNs >= 0;
    }
}
