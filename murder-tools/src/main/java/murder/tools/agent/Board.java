package murder.tools.agent;

import java.time.Duration;
import java.util.List;
import murder.order.SignedOrder;

/**
 * The reports that attached programs get: those of this agent, or of all agents if this one serves
 * as the tracker. Any thread.
 */
interface Board {
    /**
     * Reads the reports for one program: first all of them, then the changes. For one thread.
     */
    interface Reader {
        /**
         * Waits for a change. Empty after the time-out, or if only the order has changed.
         */
        List<String> next(Duration timeout) throws InterruptedException;
    }

    Reader reader();

    /** The newest order, or null. */
    SignedOrder order();
}
