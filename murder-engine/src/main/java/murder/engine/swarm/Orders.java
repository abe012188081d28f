package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Queues orders to a driver while decisions run. So a driver never calls back during a decision.
 */
final class Orders<D> {
    private final Deque<Consumer<D>> waiting = new ArrayDeque<>();

    void add(Consumer<D> order) {
        waiting.add(order);
    }

    /** Hands over all orders, oldest first, also those that are added meanwhile. */
    void carryOut(D driver) {
        for (Consumer<D> order = waiting.poll(); order != null; order = waiting.poll()) {
            order.accept(driver);
        }
    }
}
