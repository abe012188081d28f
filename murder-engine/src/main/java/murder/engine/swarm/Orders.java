package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Orders to a driver, queued while decisions are made. So a driver never calls back in the middle
 * of a decision.
 */
final class Orders<D> {
    private final Deque<Consumer<D>> waiting = new ArrayDeque<>();

    void add(Consumer<D> order) {
        waiting.add(order);
    }

    /** Hands over all orders, oldest first, including those that are added meanwhile. */
    void carryOut(D driver) {
        for (Consumer<D> order = waiting.poll(); order != null; order = waiting.poll()) {
            order.accept(driver);
        }
    }
}
