package murder.tools.agent;

import java.util.HashMap;
import java.util.Map;
import murder.order.Order;

/** The progress of all releases. For the agent's main thread. */
final class ProgressBook {
    private final Map<ReleaseKey, Progress> all = new HashMap<>();

    Progress of(ReleaseKey key) {
        return all.computeIfAbsent(key, any -> new Progress());
    }

    /**
     * Switches to another order. After the last order of a deploy the next one begins another
     * deploy, whose summary must not name the times of this one.
     *
     * @param before null if there was none
     */
    void onOrder(Order before) {
        if (before != null && before.ended()) {
            all.values().forEach(Progress::forgetTimes);
        }
    }
}
