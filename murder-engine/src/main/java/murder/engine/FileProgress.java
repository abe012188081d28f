package murder.engine;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import murder.metainfo.FileEntry;
import murder.metainfo.Metainfo;
import murder.metainfo.PieceLayout;

/**
 * How much of one file of a torrent is on disk.
 *
 * @param file its path and length
 * @param verifiedBytes bytes of the file in pieces that are verified and on disk
 */
public record FileProgress(FileEntry file, long verifiedBytes) {
    /** {@return whether every byte of the file is verified} */
    public boolean isComplete() {
        return verifiedBytes == file.length();
    }

    /** One entry for each file, in the order of the torrent; pads left out. */
    static List<FileProgress> of(Metainfo metainfo, BitSet pieces) {
        List<FileProgress> all = new ArrayList<>();
        for (FileEntry file : metainfo.files()) {
            if (!file.pad()) {
                all.add(new FileProgress(file, verifiedBytes(file, metainfo.layout(), pieces)));
            }
        }
        return List.copyOf(all);
    }

    private static long verifiedBytes(FileEntry file, PieceLayout layout, BitSet pieces) {
        if (file.length() == 0) {
            return 0;
        }
        long end = file.offset() + file.length();
        int last = (int) ((end - 1) / layout.pieceLength());
        long bytes = 0;
        int piece = pieces.nextSetBit((int) (file.offset() / layout.pieceLength()));
        for (; piece >= 0 && piece <= last; piece = pieces.nextSetBit(piece + 1)) {
            bytes += Math.min(end, layout.offset(piece) + layout.length(piece)) - Math.max(file.offset(), layout.offset(piece));
        }
        return bytes;
    }
}
