package murder.engine.storage;

import java.security.MessageDigest;
import java.util.ArrayDeque;
import murder.metainfo.Metainfo;

/** Digests that wait for their next piece, of each kind that torrents have. Any thread. */
final class Digests {
    /** Most that wait, of each kind. */
    private static final int MAX_IDLE = 256;

    private final ArrayDeque<MessageDigest> sha1 = new ArrayDeque<>();
    private final ArrayDeque<MessageDigest> sha256 = new ArrayDeque<>();

    /** Takes a digest whose hashes the torrent compares. */
    synchronized MessageDigest take(Metainfo metainfo) {
        MessageDigest idle = (metainfo.hasSha256() ? sha256 : sha1).poll();
        return idle == null ? metainfo.newPieceDigest() : idle;
    }

    synchronized void giveBack(MessageDigest digest) {
        digest.reset();
        ArrayDeque<MessageDigest> idle = digest.getAlgorithm().equals("SHA-256") ? sha256 : sha1;
        if (idle.size() < MAX_IDLE) {
            idle.push(digest);
        }
    }
}
