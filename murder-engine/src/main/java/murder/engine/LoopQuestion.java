package murder.engine;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import murder.wire.nio.SelectorLoop;

/** Asks the loop's thread something and waits a turn for the answer. */
final class LoopQuestion {
    private LoopQuestion() {
    }

    /**
     * The answer. On the loop's own thread it comes at once.
     *
     * @param otherwise answers if the loop has ended
     */
    static <T> T ask(SelectorLoop loop, Supplier<T> question, Supplier<T> otherwise) {
        if (loop.inLoop()) {
            return question.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean posted = loop.execute(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | Error e) {
                // Nobody must wait for ever.
                answer.completeExceptionally(e);
                throw e;
            }
        });
        return posted ? answer.join() : otherwise.get();
    }
}
