package murder.engine.storage;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import murder.wire.Bitfield;

/**
 * Finds out which pieces are there already: believes the resume file after a sample, or hashes all. A resume file that is not believed is
 * deleted before anything is written: its claims would look right again once files of the right lengths are allocated.
 */
final class Check {
    /** Hashes pieces on all lanes. */
    interface Hasher {
        /**
         * @param pieces indexes, ascending
         * @param progress told the bytes that are done so far
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
     * Reads the resume file; the hashing that this calls for goes on in the lanes. Background thread.
     *
     * @param believe whether the resume file counts
     * @param progress told only if all pieces are hashed
     */
    CompletableFuture<Bitfield> run(boolean believe, LongConsumer progress) throws StorageException {
        Bitfield claimed = believe ? resume.believable() : null;
        if (claimed == null) {
            return hashAll(progress);
        }
        int[] sample = sample(claimed, options.samplePieces(), options.sampleSeed());
        return hasher.hash(sample, bytes -> {}).thenCompose(good -> {
            if (good.count() == sample.length) {
                return CompletableFuture.completedFuture(claimed);
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

    /** Pieces that are not there are passed over without reading, so this is quick on an empty target. */
    private CompletableFuture<Bitfield> hashAll(LongConsumer progress) throws StorageException {
        resume.delete();
        return hasher.hash(IntStream.range(0, pieceCount).toArray(), progress);
    }

    /** One piece at random out of each of {@code count} equal stretches of those that are set; all if there are no more than that. */
    static int[] sample(Bitfield set, int count, long seed) {
        int[] all = new int[set.count()];
        int n = 0;
        for (int piece = set.nextSet(0); piece >= 0; piece = set.nextSet(piece + 1)) {
            all[n++] = piece;
        }
        if (n <= count) {
            return all;
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] sample = new int[count];
        Arrays.setAll(sample, i -> all[random.nextInt((int) ((long) i * all.length / count), (int) ((i + 1L) * all.length / count))]);
        return sample;
    }
}
