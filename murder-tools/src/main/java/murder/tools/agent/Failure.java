package murder.tools.agent;

/**
 * Why something failed, and when it is tried again. Another order tries at once.
 *
 * @param cause for programs
 * @param reason for people
 * @param serial of the order that was being carried out
 * @param retryNs the time from which on it is tried again
 */
record Failure(Cause cause, String reason, long serial, long retryNs) {
    boolean isOver(long serialNow, long nowNs) {
        return serialNow > serial || nowNs - retryNs >= 0;
    }
}
