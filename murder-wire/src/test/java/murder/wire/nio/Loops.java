package murder.wire.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import murder.peer.PeerAddress;

/** The loops of one test, closed at its end, which fails if one of them broke or did not end. */
final class Loops implements AutoCloseable {
    private final List<SelectorLoop> loops = new ArrayList<>();
    private final CompletableFuture<Throwable> broken = new CompletableFuture<>();

    SelectorLoop start() throws IOException {
        return start(LoopOptions.defaults());
    }

    SelectorLoop start(LoopOptions options) throws IOException {
        SelectorLoop loop = SelectorLoop.open(options, new TurnHandler() {
            @Override
            public long onTurn(long nowNs) {
                return Long.MAX_VALUE;
            }

            @Override
            public void onFatal(Throwable brokenInvariant) {
                broken.complete(brokenInvariant);
            }
        });
        loops.add(loop);
        loop.start();
        return loop;
    }

    static InetSocketAddress loopback() throws IOException {
        return new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
    }

    static PeerAddress listen(SelectorLoop loop, Supplier<ConnectionHandler> onAccept) throws IOException {
        return Addresses.of(loop.listen(loopback(), onAccept));
    }

    /** Runs a question on the loop's thread and waits for the answer. */
    static <T> T ask(SelectorLoop loop, Callable<T> question) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean accepted = loop.execute(() -> {
            try {
                answer.complete(question.call());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
        if (!accepted) {
            throw new IllegalStateException("the loop has ended");
        }
        return answer.get(Peer.SECONDS, TimeUnit.SECONDS);
    }

    static Connection connect(SelectorLoop loop, PeerAddress remote, ConnectionHandler handler) throws Exception {
        return ask(loop, () -> loop.connect(remote, handler));
    }

    @Override
    public void close() {
        for (SelectorLoop loop : loops) {
            if (!loop.close(Duration.ofSeconds(Peer.SECONDS))) {
                throw new AssertionError("a loop did not end");
            }
        }
        if (broken.isDone()) {
            throw new AssertionError("a loop broke", broken.join());
        }
    }
}
