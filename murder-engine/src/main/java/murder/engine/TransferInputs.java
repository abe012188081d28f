package murder.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import murder.engine.storage.PieceListener;
import murder.engine.storage.StorageException;
import murder.engine.storage.TorrentStorage;
import murder.peer.PeerAddress;
import murder.tracker.AnnounceResponse;
import murder.tracker.AnnounceSchedule;
import murder.wire.Bitfield;
import murder.wire.nio.SelectorLoop;

/**
 * All inputs of a torrent from other threads. Each method here posts a task, which calls the method
 * of {@link Receiver} of the same name on the loop's thread. Sockets are the loop's own: they call
 * {@link PeerSession}.
 *
 * <pre>
 *   any thread       pause, limits, addresses, statistics, remove
 *   disk threads     pieces, failures, ends of checking, allocating and finishing
 *   tracker threads  answers
 * </pre>
 */
final class TransferInputs implements PieceListener, Announcer.Answers {
    /** The torrent, on the loop's thread. After its end it only gets the inputs marked here. */
    interface Receiver {
        /** Whether the torrent has failed or was removed. */
        boolean hasEnded();

        // ---- orders of the embedder ----

        void onPause(boolean on);

        void onCandidate(PeerAddress address);

        void onAnnounceNow();

        void onRecheck();

        void onUploadLimit(long bytesPerSecond);

        void onDownloadLimit(long bytesPerSecond);

        /** A limit of the engine has changed. */
        void onLimitChanged();

        /** Also after the end. */
        TorrentStatistics onStatistics();

        /** Also after the end. @param atMost for the farewell to trackers */
        void onEnd(Duration atMost, TorrentException why);

        // ---- answers of the disk ----

        /** The check is done. @param have the pieces that are there */
        void onChecked(TorrentStorage storage, Bitfield have);

        /** There is room for all pieces. @param have those that are there */
        void onAllocated(TorrentStorage storage, Bitfield have);

        /** The piece was hashed. */
        void onPieceVerified(int piece, boolean good);

        /** All files are forced to disk and have their names. */
        void onInPlace(TorrentStorage storage);

        /**
         * All pieces that only the resume file claimed are hashed.
         *
         * @param wrong those with a wrong hash
         */
        void onDoubted(TorrentStorage storage, Bitfield wrong);

        /** The files are closed, so that another storage may open them. */
        void onClosed(TorrentStorage storage);

        /** A job of the storage failed. */
        void onFailed(TorrentStorage storage, StorageException failure);

        /** A block could not be written, or a piece not be hashed. */
        void onStorageFailed(StorageException failure);

        // ---- answers of trackers ----

        /**
         * A call to a tracker has ended; also after the end.
         *
         * @param response null if the call failed or was not made
         */
        void onAnnounced(AnnounceSchedule.Order order, AnnounceResponse response, Throwable error);

        // ---- faults ----

        /** Another method of this interface threw. Also after the end. */
        void onFault(Exception fault);
    }

    /** An event on its way to the loop. A fault of it ends this torrent and no other. */
    private record Posted(Receiver receiver, Runnable event, boolean afterEnd) implements Runnable {
        @Override
        public void run() {
            try {
                if (afterEnd || !receiver.hasEnded()) {
                    event.run();
                }
            } catch (RuntimeException e) {
                receiver.onFault(e);
            }
        }
    }

    /** The end of a storage job, and its continuation. */
    private final class Answer<T> implements BiConsumer<T, Throwable>, Runnable {
        private final TorrentStorage storage;
        private final Consumer<T> next;
        private T result;
        private Throwable failure;

        Answer(TorrentStorage storage, Consumer<T> next) {
            this.storage = storage;
            this.next = next;
        }

        @Override
        public void accept(T jobsResult, Throwable jobsFailure) {
            result = jobsResult;
            failure = jobsFailure instanceof CompletionException ? jobsFailure.getCause() : jobsFailure;
            postUnlessEnded(this);
        }

        @Override
        public void run() {
            if (failure == null) {
                next.accept(result);
            } else if (failure instanceof StorageException e) {
                receiver.onFailed(storage, e);
            } else {
                throw new IllegalStateException(failure);
            }
        }
    }

    /**
     * Not a lambda: several threads verify the first pieces of a torrent at once. Each of them
     * would link the lambda and make a class for it, which takes longer than hashing the piece.
     */
    private record PieceVerified(Receiver receiver, int piece, boolean good) implements Runnable {
        @Override
        public void run() {
            receiver.onPieceVerified(piece, good);
        }
    }

    private final SelectorLoop loop;
    private final Receiver receiver;

    TransferInputs(SelectorLoop loop, Receiver receiver) {
        this.loop = loop;
        this.receiver = receiver;
    }

    /**
     * Runs the event on the loop's thread; its fault ends this torrent and no other.
     *
     * @return false if the loop has ended
     */
    private boolean post(Runnable event) {
        return loop.execute(new Posted(receiver, event, true));
    }

    private void postUnlessEnded(Runnable event) {
        loop.execute(new Posted(receiver, event, false));
    }

    // ---- orders of the embedder ----

    void onPause(boolean on) {
        postUnlessEnded(() -> receiver.onPause(on));
    }

    void onCandidate(PeerAddress address) {
        postUnlessEnded(() -> receiver.onCandidate(address));
    }

    void onAnnounceNow() {
        postUnlessEnded(receiver::onAnnounceNow);
    }

    void onRecheck() {
        postUnlessEnded(receiver::onRecheck);
    }

    void onUploadLimit(long bytesPerSecond) {
        requireRate(bytesPerSecond);
        postUnlessEnded(() -> receiver.onUploadLimit(bytesPerSecond));
    }

    void onDownloadLimit(long bytesPerSecond) {
        requireRate(bytesPerSecond);
        postUnlessEnded(() -> receiver.onDownloadLimit(bytesPerSecond));
    }

    /** A limit of the engine has changed. */
    void onLimitChanged() {
        postUnlessEnded(receiver::onLimitChanged);
    }

    static void requireRate(long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("negative rate limit: " + bytesPerSecond);
        }
    }

    /** Asks on the loop's thread and waits for the answer. @return null if the loop has ended */
    TorrentStatistics onStatistics() {
        return LoopQuestion.ask(loop, receiver::onStatistics);
    }

    /** @return false if the loop has ended */
    boolean onEnd(Duration atMost, TorrentException why) {
        return post(() -> receiver.onEnd(atMost, why));
    }

    // ---- answers of the disk ----

    void onChecked(TorrentStorage storage, CompletableFuture<Bitfield> checked) {
        then(storage, checked, have -> receiver.onChecked(storage, have));
    }

    void onAllocated(TorrentStorage storage, Bitfield have, CompletableFuture<Void> allocated) {
        then(storage, allocated, nothing -> receiver.onAllocated(storage, have));
    }

    void onInPlace(TorrentStorage storage, CompletableFuture<Void> inPlace) {
        then(storage, inPlace, nothing -> receiver.onInPlace(storage));
    }

    void onDoubted(TorrentStorage storage, CompletableFuture<Bitfield> wrong) {
        then(storage, wrong, pieces -> receiver.onDoubted(storage, pieces));
    }

    void onClosed(TorrentStorage storage, CompletableFuture<Void> closed) {
        then(storage, closed, nothing -> receiver.onClosed(storage));
    }

    private <T> void then(TorrentStorage storage, CompletableFuture<T> future, Consumer<T> next) {
        future.whenComplete(new Answer<>(storage, next));
    }

    @Override
    public void onPieceVerified(int piece, boolean good) {
        postUnlessEnded(new PieceVerified(receiver, piece, good));
    }

    @Override
    public void onFailure(StorageException failure) {
        postUnlessEnded(() -> receiver.onStorageFailed(failure));
    }

    // ---- answers of trackers ----

    @Override
    public void onAnnounced(AnnounceSchedule.Order order, CompletableFuture<AnnounceResponse> announced) {
        announced.whenComplete((response, error) -> post(() -> receiver.onAnnounced(order, response, error)));
    }
}
