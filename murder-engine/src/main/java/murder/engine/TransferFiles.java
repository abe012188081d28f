package murder.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import murder.engine.storage.CheckMode;
import murder.engine.storage.DiskWorkers;
import murder.engine.storage.StorageException;
import murder.engine.storage.StorageOptions;
import murder.engine.storage.TorrentStorage;
import murder.metainfo.Metainfo;
import murder.wire.Bitfield;

/**
 * The storage of one torrent. A check of all files closes it and opens another one. Jobs of the
 * closed one that end meanwhile no longer count. Loop's thread only.
 */
final class TransferFiles {
    private final TorrentOptions options;
    private final DiskWorkers disk;
    private final Executor closing;
    /** The storage with valid answers; null if there is none. */
    private TorrentStorage storage;
    /** The storage that was opened last; null if none was. */
    private TorrentStorage last;

    TransferFiles(TorrentOptions options, EngineThreads threads) {
        this.options = options;
        this.disk = threads.disk();
        this.closing = threads.closing();
    }

    /** The check mode of the torrent's first storage. */
    CheckMode firstMode() {
        return switch (options.start()) {
            case RESUME -> CheckMode.RESUME;
            case CHECK -> CheckMode.FULL;
            case SEED -> CheckMode.TRUST;
        };
    }

    /** Opens a storage, whose answers count from now on. */
    TorrentStorage open(Metainfo metainfo) throws StorageException {
        storage = TorrentStorage.open(metainfo, options.path(), options.resumeFile(), disk,
            StorageOptions.defaults().with(options.followLink(), options.ownerOnly()));
        last = storage;
        return storage;
    }

    TorrentStorage storage() {
        return storage;
    }

    /** Whether the answer of this storage counts. */
    boolean isOpen(TorrentStorage of) {
        return of == storage;
    }

    /**
     * Whether the resume file of this storage is known to be wrong. Then this storage cannot
     * complete.
     */
    static boolean isWrong(TorrentStorage of) {
        CompletableFuture<Bitfield> wrong = of.wrongPieces();
        return wrong.isDone() && !wrong.isCompletedExceptionally() && !wrong.join().isEmpty();
    }

    /** Closes the files, if any are open. Later answers of this storage do not count. */
    CompletableFuture<Void> close() {
        storage = null;
        return last == null ? CompletableFuture.completedFuture(null) : CompletableFuture.runAsync(last::close, closing);
    }
}
