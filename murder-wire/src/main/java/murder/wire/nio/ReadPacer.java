package murder.wire.nio;

import java.util.concurrent.locks.LockSupport;

/**
 * Decides how long a loop pauses before it reads again. On a slow link a block arrives in a dozen
 * segments, and only the last one completes it. So after a turn with only a small part of a message
 * there is a pause. The pause grows if the next turn brings no more. Network cards moderate their
 * interrupts in the same way. A posted task ends the pause at once. On a fast link every turn
 * brings whole blocks or large parts, and there is no pause.
 */
final class ReadPacer {
    private static final long PAUSE_NS = 1_000_000L;
    private static final int MAX_PAUSES = 3;

    private boolean hadEvents;
    private boolean progress;
    /** Consecutive turns with only parts of messages. */
    private int turnsWithoutProgress;

    /** Begins a turn: pauses the loop's thread if the last turns brought little. */
    void pause() {
        if (turnsWithoutProgress > 0) {
            LockSupport.parkNanos(this, Math.min(turnsWithoutProgress, MAX_PAUSES) * PAUSE_NS);
        }
        hadEvents = false;
        progress = false;
    }

    /** A socket was ready. */
    void onEvent() {
        hadEvents = true;
    }

    /** This turn brought more than a part of a message. */
    void onProgress() {
        progress = true;
    }

    /**
     * @param told whether the turn called a handler after the owner's part; then the next turn must
     *     follow at once
     */
    void endTurn(boolean told) {
        turnsWithoutProgress = progress || told || !hadEvents ? 0 : turnsWithoutProgress + 1;
    }
}
