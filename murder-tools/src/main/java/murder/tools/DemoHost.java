package murder.tools;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import murder.engine.Torrent;
import murder.engine.TorrentStatistics;
import murder.tools.cli.CommandException;

/** One host of the demo: the place of its copy, and the time when the copy was complete. */
final class DemoHost {
    private final int number;
    private final Path path;
    private final Torrent torrent;
    private final CompletableFuture<Double> seconds;

    /** @param startNs when the clock of all hosts began to run */
    DemoHost(int number, Path path, long startNs, Torrent torrent) {
        this.number = number;
        this.path = path;
        this.torrent = torrent;
        this.seconds = torrent.completion().thenApply(done -> (System.nanoTime() - startNs) / 1e9);
    }

    /** From 1. */
    int number() {
        return number;
    }

    Path path() {
        return path;
    }

    Torrent torrent() {
        return torrent;
    }

    TorrentStatistics statistics() {
        return torrent.statistics();
    }

    boolean isWhole() {
        return seconds.isDone() && !seconds.isCompletedExceptionally();
    }

    /** The time that it took. Call it when the copy is complete. */
    double seconds() {
        return seconds.join();
    }

    /** Waits for the end. Throws if the download failed. */
    void throwIfFailed() throws CommandException, InterruptedException {
        try {
            seconds.get();
        } catch (ExecutionException e) {
            throw CommandException.failed("host " + number + " failed: " + e.getCause().getMessage(), e.getCause());
        }
    }
}
