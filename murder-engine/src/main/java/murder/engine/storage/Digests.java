package murder.engine.storage;

import java.security.MessageDigest;
import java.util.ArrayDeque;
import murder.metainfo.Metainfo;

/** Free digests, of each kind that torrents use. Any thread. */
final class Digests {
    /** The limit of free digests, of each kind. */
    private static final int MAX_IDLE = 256;

    private final ArrayDeque<MessageDigest> sha1 = new ArrayDeque<>();
    private final ArrayDeque<MessageDigest> sha256 = new ArrayDeque<>();
    /** To be copied. For more than 15 instances from its providers, a JVM generates code first. */
    private MessageDigest pattern;

    /** Takes a digest of the kind that the torrent uses. */
    synchronized MessageDigest take(Metainfo metainfo) {
        MessageDigest idle = (metainfo.hasSha256() ? sha256 : sha1).poll();
        return idle == null ? fresh(metainfo) : idle;
    }

    synchronized void giveBack(MessageDigest digest) {
        digest.reset();
        ArrayDeque<MessageDigest> idle = digest.getAlgorithm().equals("SHA-256") ? sha256 : sha1;
        if (idle.size() < MAX_IDLE) {
            idle.push(digest);
        }
    }

    private MessageDigest fresh(Metainfo metainfo) {
        if (pattern == null || pattern.getAlgorithm().equals("SHA-256") != metainfo.hasSha256()) {
            pattern = metainfo.newPieceDigest();
        }
        try {
            return (MessageDigest) pattern.clone();
        } catch (CloneNotSupportedException e) {
            return metainfo.newPieceDigest(); // Of a provider without copies.
        }
    }
}
