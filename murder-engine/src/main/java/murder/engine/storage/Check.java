package murder.engine.storage;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import murder.wire.Bitfield;

/**
 * Finds the pieces that are on disk. It believes the resume file after a sample, or hashes
 * everything. It deletes a wrong resume file before anything is written, because the file would
 * look right again after the allocation.
 *
 * <p>A sample easily misses a wrong piece. So the lanes also hash the believed pieces while the
 * torrent continues.
 */
final class Check {
    /**
     * The result of a check.
     *
     * @param have the pieces on disk
     * @param believed the pieces among them that this run has not hashed and that the
     *     {@link Fingerprint} does not cover
     */
    record Found(Bitfield have, Bitfield believed) {}

    /** Hashes pieces on all lanes. */
    interface Hasher {
        /**
         * @param pieces indexes, ascending
         * @param progress gets the finished bytes so far
         * @return those of them that are right, when all are hashed
         */
        CompletableFuture<Bitfield> hash(int[] pieces, LongConsumer progress);
    }

    private final Path target;
    private final int pieceCount;
    private final Resume resume;
    private final StorageOptions options;
    private final Hasher hasher;

    /** @param target names the torrent's place in log lines */
    Check(Path target, int pieceCount, Resume resume, StorageOptions options, Hasher hasher) {
        this.target = target;
        this.pieceCount = pieceCount;
        this.resume = resume;
        this.options = options;
        this.hasher = hasher;
    }

    /**
     * Reads the resume file. The lanes then do the hashing. Background thread.
     *
     * @param believe whether the resume file counts
     * @param progress called only if all pieces are hashed
     */
    CompletableFuture<Found> run(boolean believe, LongConsumer progress) throws StorageException {
        Bitfield claimed = believe ? resume.believable() : null;
        if (claimed == null) {
            return hashAll(progress);
        }
        int[] sample = sample(claimed, options.samplePieces(), options.sampleSeed());
        return hasher.hash(sample, bytes -> {}).thenCompose(good -> {
            if (good.count() == sample.length) {
                return CompletableFuture.completedFuture(new Found(claimed, resume.unproven(claimed, sample)));
            }
            Log.LOG.log(Level.WARNING, "{0} of {1} sampled pieces of {2} are not what the resume file says (seed {3}): checking all",
                sample.length - good.count(), sample.length, target, options.sampleSeed());
            try {
                return hashAll(progress);
            } catch (StorageException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    /** Skips missing pieces without reading, so this is fast on an empty target. */
    private CompletableFuture<Found> hashAll(LongConsumer progress) throws StorageException {
        resume.delete();
        Bitfield all = new Bitfield(pieceCount);
        all.setAll();
        return hasher.hash(indexes(all), progress).thenApply(have -> new Found(have, new Bitfield(pieceCount)));
    }

    /**
     * Hashes the believed pieces.
     *
     * @return the wrong ones. If there are any, this deletes the resume file, so the next check
     *     hashes all
     */
    CompletableFuture<Bitfield> hashBelieved(Bitfield believed) {
        return hasher.hash(indexes(believed), bytes -> {}).thenCompose(good -> {
            Bitfield wrong = new Bitfield(believed);
            for (int piece = good.nextSet(0); piece >= 0; piece = good.nextSet(piece + 1)) {
                wrong.clear(piece);
            }
            try {
                if (!wrong.isEmpty()) {
                    Log.LOG.log(Level.WARNING, "{0} pieces of {1} are not what the resume file says", wrong.count(), target);
                    resume.delete();
                }
                return CompletableFuture.completedFuture(wrong);
            } catch (StorageException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    /**
     * One piece at random out of each of {@code count} equal stretches of those that are set; all
     * if there are no more than that.
     */
    static int[] sample(Bitfield set, int count, long seed) {
        int[] all = indexes(set);
        if (all.length <= count) {
            return all;
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] sample = new int[count];
        Arrays.setAll(sample, i -> all[random.nextInt((int) ((long) i * all.length / count), (int) ((i + 1L) * all.length / count))]);
        return sample;
    }

    private static int[] indexes(Bitfield set) {
        int[] all = new int[set.count()];
        int n = 0;
        for (int piece = set.nextSet(0); piece >= 0; piece = set.nextSet(piece + 1)) {
            all[n++] = piece;
        }
        return all;
    }
}
