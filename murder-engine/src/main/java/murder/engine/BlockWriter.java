package murder.engine;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import murder.engine.storage.FailureListener;
import murder.engine.storage.TorrentStorage;
import murder.metainfo.PieceLayout;

/** Hands received blocks to the disk, if they are still needed. Loop's thread only. */
final class BlockWriter {
    private final TorrentStorage storage;
    private final DiskThrottle throttle;
    private final FailureListener onFailure;
    /** When payload came last; negative before the first. */
    private long lastNs = -1;

    /** @param onFailure gets the first failed write, on a disk thread */
    BlockWriter(TorrentStorage storage, DiskThrottle throttle, FailureListener onFailure) {
        this.storage = storage;
        this.throttle = throttle;
        this.onFailure = onFailure;
    }

    /** Whether there is room for this many more bytes. */
    boolean hasRoom(int bytes) {
        return throttle.hasRoom(bytes);
    }

    /** @param wanted the blocks of the payload to write, a bit each; usually all */
    void write(int piece, int begin, ByteBuffer payload, int wanted) {
        int start = payload.position();
        int end = payload.limit();
        for (int first = 0; wanted >>> first != 0;) {
            first += Integer.numberOfTrailingZeros(wanted >>> first);
            int next = first + Integer.numberOfTrailingZeros(~(wanted >>> first));
            payload.limit(Math.min(end, start + next * PieceLayout.BLOCK_LENGTH)).position(start + first * PieceLayout.BLOCK_LENGTH);
            if (!storage.write(piece, begin + first * PieceLayout.BLOCK_LENGTH, payload, onFailure)) {
                Log.TRANSFER.log(Level.DEBUG, "blocks of piece {0} are dropped: the storage has failed", piece);
            }
            first = next;
        }
    }

    /** Blocks came: sockets are no longer read if too many wait for the disk. */
    void onQueued(long nowNs) {
        if (lastNs >= 0 && nowNs - lastNs >= FlightRecord.STALL_NS) {
            FlightRecord.onStall(nowNs - lastNs);
        }
        lastNs = nowNs;
        throttle.onQueued();
    }
}
