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
     * Reads the reports for one program: at first all of them, then what has changed. For one
     * thread.
     */
    interface Reader {
        /**
         * Waits until something has changed. Empty if the time is over, or if only the order is
         * another one.
         */
        List<String> next(Duration timeout) throws InterruptedException;
    }

    Reader reader();

    /** The newest order, or null. */
    SignedOrder order();
}
