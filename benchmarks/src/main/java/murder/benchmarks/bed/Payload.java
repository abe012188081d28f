package murder.benchmarks.bed;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;

/**
 * The file that all hosts are to get.
 *
 * @param file in a folder of its own
 */
record Payload(Path file, long bytes) {
    static final String NAME = "payload.bin";
    /** Any; the same bytes for every client and in every run. */
    private static final long SEED = 20100714;
    private static final int CHUNK = 1 << 20;

    /** Writes bytes that no compression shortens. */
    static Payload write(Path folder, long bytes) throws IOException {
        Path file = Files.createDirectories(folder).resolve(NAME);
        SplittableRandom random = new SplittableRandom(SEED);
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = bytes; left > 0; left -= CHUNK) {
                random.nextBytes(chunk);
                out.write(chunk, 0, (int) Math.min(left, CHUNK));
            }
        }
        return new Payload(file, bytes);
    }

    /**
     * Describes it for all clients. It is marked private, so that the tracker is the only source of
     * peers for each of them.
     *
     * @param pieceLength 0 for what Murder chooses
     */
    Metainfo torrent(String announce, int pieceLength) throws IOException, InterruptedException {
        return TorrentCreator.create(file, TorrentCreator.Options.builder().trackers(List.of(List.of(announce)))
            .pieceLength(pieceLength).isPrivate(true).build(), HashProgress.NONE);
    }

    /** Whether a file has the same bytes. */
    boolean isCopiedTo(Path copy) throws IOException {
        return Files.isRegularFile(copy) && Files.mismatch(file, copy) == -1;
    }
}
