package murder.engine.storage;

import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import murder.wire.Bitfield;

/**
 * Finds out which pieces are there already. A resume file that is not believed is deleted before anything is written: its claims would
 * look right again once files of the right lengths are allocated.
 */
final class Check {
    private final Parts parts;
    private final BooleanSupplier stopped;
    private final LongConsumer progress;

    Check(Parts parts, LongConsumer progress, BooleanSupplier stopped) {
        this.parts = parts;
        this.progress = progress;
        this.stopped = stopped;
    }

    /** Looks at files and resume file; the hashing that this calls for goes on in the lanes. Background thread. */
    CompletableFuture<Bitfield> run(CheckMode mode) throws StorageException {
        Finder finder = new Finder(parts.table(), parts.directories());
        if (mode == CheckMode.TRUST) {
            parts.files().followLinks();
            finder.findAll();
            Bitfield all = new Bitfield(parts.metainfo().layout().pieceCount());
            all.setAll();
            return CompletableFuture.completedFuture(all);
        }
        finder.find();
        Bitfield claimed = mode == CheckMode.RESUME ? believable() : null;
        if (claimed == null) {
            deleteResume();
            return hashAll();
        }
        int[] sample = sample(claimed, parts.options().samplePieces(), parts.options().sampleSeed());
        return hash(sample, bytes -> {}).thenCompose(good -> {
            if (good.count() == sample.length) {
                return CompletableFuture.completedFuture(claimed);
            }
            Log.LOG.log(Level.WARNING, "{0} of {1} sampled pieces of {2} are not what the resume file says (seed {3}): checking all",
                sample.length - good.count(), sample.length, parts.table().target(), parts.options().sampleSeed());
            return distrust();
        });
    }

    private CompletableFuture<Bitfield> distrust() {
        try {
            deleteResume();
            return hashAll();
        } catch (StorageException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void deleteResume() throws StorageException {
        if (parts.resume() != null) {
            parts.resume().delete();
        }
    }

    /** Pieces that are not there are passed over without reading, so this is quick on an empty target. */
    private CompletableFuture<Bitfield> hashAll() {
        return hash(IntStream.range(0, parts.metainfo().layout().pieceCount()).toArray(), progress);
    }

    private CompletableFuture<Bitfield> hash(int[] pieces, LongConsumer told) {
        return new HashCheck(parts.metainfo(), parts.table(), parts.payload(), parts.workers(), pieces, told, stopped).run();
    }

    /** The pieces that the resume file claims, if all but their content speaks for it; otherwise null. */
    private Bitfield believable() throws StorageException {
        ResumeFile.Content content = parts.resume() == null ? null : parts.resume().read();
        if (content == null) {
            return null;
        }
        String doubt = doubt(content);
        if (doubt != null) {
            Log.LOG.log(Level.INFO, "the resume file of {0} is not believed: {1}", parts.table().target(), doubt);
            return null;
        }
        return content.have();
    }

    private String doubt(ResumeFile.Content content) throws StorageException {
        if (!content.forced() && (content.bootId() == null || !content.bootId().equals(parts.bootId()))) {
            return "the system was started anew since, and the data was not forced to the disk";
        }
        FileTable table = parts.table();
        for (StoredFile file : table.stored()) {
            boolean claimed = table.bytesIn(file, content.have()) > 0;
            if (claimed && (file.location() == StoredFile.Location.NONE || file.foundLength() != file.length())) {
                return file.finalPath() + " is not there as it was";
            }
        }
        MessageDigest digest = parts.workers().takeDigest();
        try {
            return Fingerprint.of(table, digest) == content.fingerprint() ? null : "finished files were changed since";
        } finally {
            parts.workers().giveBack(digest);
        }
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
