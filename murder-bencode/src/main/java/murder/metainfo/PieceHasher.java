package murder.metainfo;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import murder.hash.FileHasher;
import murder.hash.FileMapper;
import murder.hash.ShrunkFileException;

/**
 * Hashes the pieces of a payload on several threads. Pieces are independent. Each thread takes the
 * next run of pieces, maps its parts of files and hashes them in order, across the ends of files.
 * Memory does not depend on the payload: each thread has one mapped window ({@link FileHasher},
 * {@code decisions/0002-hash-mapped-windows.md}).
 *
 * <p>For one use.
 */
final class PieceHasher {
    /**
     * The size of a run of pieces: large enough that opening a file costs little, and small enough
     * for 40 progress reports a second.
     */
    private static final long RUN_BYTES = 16 << 20;
    private static final byte[] ZEROS = new byte[64 * 1024];

    /**
     * A part of the payload, not empty.
     *
     * @param offset its first byte in the payload
     * @param length its bytes in the payload
     * @param file with these bytes from its start, or null for zeros
     * @param available bytes that can be read; the rest is missing and so are the pieces that need
     *     it
     */
    record Segment(long offset, long length, Path file, long available) {
        static Segment zeros(long offset, long length) {
            return new Segment(offset, length, null, length);
        }
    }

    /**
     * Gets the hash of a complete piece. Called by several threads, once for each such piece, in no
     * order.
     */
    interface Sink {
        void onPiece(int piece, byte[] hash);
    }

    private final PieceLayout layout;
    private final List<Segment> segments;
    private final Supplier<MessageDigest> digests;
    private final Sink sink;
    private final HashProgress progress;
    private final FileMapper mapper = new FileMapper();
    private final AtomicInteger nextRun = new AtomicInteger();
    private final Object progressLock = new Object();
    private long doneBytes;

    /**
     * @param segments without gaps from the first to the last byte of the payload
     * @param digests makes a digest for each thread
     */
    PieceHasher(PieceLayout layout, List<Segment> segments, Supplier<MessageDigest> digests, Sink sink, HashProgress progress) {
        this.layout = layout;
        this.segments = List.copyOf(segments);
        this.digests = digests;
        this.sink = sink;
        this.progress = progress;
        long offset = 0;
        for (Segment segment : segments) {
            if (segment.offset != offset || segment.length <= 0) {
                throw new IllegalArgumentException("the payload goes on at " + offset + ", not with " + segment);
            }
            offset += segment.length;
        }
        if (offset != layout.length()) {
            throw new IllegalArgumentException("a payload of " + layout.length() + " bytes, not " + offset);
        }
    }

    /**
     * Hashes everything and returns after all threads have ended.
     *
     * @param threads how many at most, 0 for one per processor
     * @throws IOException the first failure to read; the others then stop early
     * @throws InterruptedException if the calling thread was interrupted
     */
    void hash(int threads) throws IOException, InterruptedException {
        if (threads < 0) {
            throw new IllegalArgumentException(threads + " threads");
        }
        int wanted = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        int piecesPerRun = (int) Math.max(1, Math.min(RUN_BYTES, layout.length() / (4L * wanted)) / layout.pieceLength());
        int runs = (layout.pieceCount() + piecesPerRun - 1) / piecesPerRun;
        int workers = Math.min(wanted, runs);
        if (workers == 0) {
            return;
        }
        AtomicInteger number = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(workers, task -> {
            Thread thread = new Thread(task, "murder-hash-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletionService<Void> results = new ExecutorCompletionService<>(pool);
            for (int i = 0; i < workers; i++) {
                results.submit(new Worker(piecesPerRun, runs));
            }
            for (int i = 0; i < workers; i++) {
                results.take().get();
            }
        } catch (ExecutionException e) {
            throw rethrow(e.getCause());
        } finally {
            pool.shutdownNow();
            awaitEnd(pool);
        }
    }

    /**
     * The threads check for an interrupt at every run, so this ends soon. An earlier return would
     * leave files open.
     */
    private static void awaitEnd(ExecutorService pool) {
        boolean isInterrupted = false;
        boolean isEnded = false;
        while (!isEnded) {
            try {
                isEnded = pool.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static IllegalStateException rethrow(Throwable cause) throws IOException, InterruptedException {
        if (cause instanceof ClosedByInterruptException || cause instanceof InterruptedException) {
            throw new InterruptedException("interrupted while hashing");
        } else if (cause instanceof IOException failure) {
            throw failure;
        } else if (cause instanceof RuntimeException mistake) {
            throw mistake;
        } else if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(cause);
    }

    private void addProgress(long bytes) {
        synchronized (progressLock) {
            doneBytes += bytes;
            progress.onProgress(doneBytes, layout.length());
        }
    }

    private int segmentAt(long offset) {
        int low = 0;
        int high = segments.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (segments.get(middle).offset <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** One thread: hashes the stream of bytes of a run and cuts it into pieces. */
    private final class Worker implements Callable<Void> {
        private final int piecesPerRun;
        private final int runs;
        private final MessageDigest digest = digests.get();
        private final FileHasher hasher = new FileHasher(mapper);
        private int piece;
        private int pieceRemaining;
        private boolean pieceHasGap;

        Worker(int piecesPerRun, int runs) {
            this.piecesPerRun = piecesPerRun;
            this.runs = runs;
        }

        @Override
        public Void call() throws IOException, InterruptedException {
            try (hasher) {
                for (int run = nextRun.getAndIncrement(); run < runs; run = nextRun.getAndIncrement()) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    int first = run * piecesPerRun;
                    int last = Math.min(first + piecesPerRun, layout.pieceCount()) - 1;
                    hashRun(first, layout.offset(last) + layout.length(last));
                }
                return null;
            }
        }

        private void hashRun(int firstPiece, long end) throws IOException {
            piece = firstPiece;
            pieceRemaining = layout.length(piece);
            long at = layout.offset(piece);
            for (int i = segmentAt(at); at < end; i++) {
                Segment segment = segments.get(i);
                long until = Math.min(end, segment.offset + segment.length);
                long readableUntil = Math.max(at, Math.min(until, segment.offset + segment.available));
                if (segment.file == null) {
                    feedZeros(readableUntil - at);
                } else if (at < readableUntil) {
                    feedFile(segment.file, at - segment.offset, readableUntil - at);
                }
                feedGap(until - readableUntil);
                at = until;
            }
            addProgress(end - layout.offset(firstPiece));
        }

        private void feedFile(Path file, long position, long length) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                for (long done = 0; done < length;) {
                    int step = (int) Math.min(pieceRemaining, length - done);
                    hasher.update(digest, channel, position + done, step);
                    advance(step);
                    done += step;
                }
                hasher.release();
            } catch (ShrunkFileException e) {
                throw new ChangedFileException(file, "became shorter while it was hashed", e);
            }
        }

        private void feedZeros(long length) {
            for (long remaining = length; remaining > 0;) {
                int step = (int) Math.min(Math.min(pieceRemaining, ZEROS.length), remaining);
                digest.update(ZEROS, 0, step);
                advance(step);
                remaining -= step;
            }
        }

        private void feedGap(long length) {
            for (long remaining = length; remaining > 0;) {
                int step = (int) Math.min(pieceRemaining, remaining);
                pieceHasGap = true;
                advance(step);
                remaining -= step;
            }
        }

        private void advance(int length) {
            pieceRemaining -= length;
            if (pieceRemaining > 0) {
                return;
            }
            byte[] hash = digest.digest();
            if (!pieceHasGap) {
                sink.onPiece(piece, hash);
            }
            pieceHasGap = false;
            piece++;
            pieceRemaining = layout.isPiece(piece) ? layout.length(piece) : 0;
        }
    }
}
