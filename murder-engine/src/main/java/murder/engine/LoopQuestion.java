package murder.engine;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import murder.wire.nio.SelectorLoop;

/**
 * A question to the loop's thread. Another thread waits for the answer.
 *
 * @param question runs on the loop's thread
 * @param answer its result
 */
record LoopQuestion<T>(Supplier<T> question, CompletableFuture<T> answer) implements Runnable {
    /**
     * Waits for the answer, at most one turn. On the loop's own thread it comes at once.
     *
     * @return null if the loop has ended
     */
    static <T> T ask(SelectorLoop loop, Supplier<T> question) {
        if (loop.inLoop()) {
            return question.get();
        }
        LoopQuestion<T> asked = new LoopQuestion<>(question, new CompletableFuture<>());
        return loop.execute(asked) ? asked.answer.join() : null;
    }

    @Override
    public void run() {
        try {
            answer.complete(question.get());
        } catch (RuntimeException | Error e) {
            // Nobody must wait for ever.
            answer.completeExceptionally(e);
            throw e;
        }
    }
}
