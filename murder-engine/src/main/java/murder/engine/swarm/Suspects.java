package murder.engine.swarm;

import java.util.LinkedHashSet;
import java.util.Set;
import murder.peer.PeerAddress;
import murder.peer.PeerId;

/**
 * Finds the peers that send bad data. A piece that fails its hash and came from one peer convicts
 * this peer. If several peers sent blocks of it, each becomes a suspect. A suspect gets whole
 * pieces alone, and its next piece clears or convicts it. This object outlives a swarm whose files
 * are checked again. Confined to its engine's thread.
 */
public final class Suspects {
    /** A full table drops the oldest suspicion, so strangers cannot make it grow. */
    private static final int LIMIT = 1000;

    private final Set<Object> suspects = new LinkedHashSet<>();
    private final Bans bans;
    private final Bans own;

    /** For all swarms of one torrent, one after the other. @param bans of the whole engine */
    public Suspects(Bans bans) {
        this(bans, bans);
    }

    /** @param bans of the whole engine @param own bans for this torrent only */
    Suspects(Bans bans, Bans own) {
        this.bans = bans;
        this.own = own;
    }

    /**
     * The identity that a suspect keeps when it reconnects: its host. On loopback many peers share
     * the host, so there it is the peer id.
     */
    private static Object identity(PeerConnection peer) {
        return peer.address().isLoopback() ? peer.peerId() : peer.address().withPort(0);
    }

    boolean isSuspect(PeerConnection peer) {
        return !suspects.isEmpty() && suspects.contains(identity(peer));
    }

    boolean isBanned(PeerAddress address, PeerId peerId) {
        return bans.isBanned(address, peerId) || own.isBanned(address, peerId);
    }

    /** Like {@link Bans#additions}: when it changes, a swarm checks its connections. */
    int additions() {
        return bans.additions();
    }

    /** Whether dialling the address is useless. */
    boolean isBanned(PeerAddress address) {
        return bans.isBanned(address) || own.isBanned(address);
    }

    /** Returns the convicted peer, or null. */
    PeerConnection onBadPiece(ActivePiece piece) {
        PeerConnection only = piece.onlySource();
        if (only == null) {
            for (PeerConnection source : piece.sources()) {
                add(suspects, identity(source));
            }
            return null;
        }
        suspects.remove(identity(only));
        bans.convict(only.address(), only.peerId(), !only.isIncoming());
        return only;
    }

    void onGoodPiece(ActivePiece piece) {
        PeerConnection only = piece.onlySource();
        if (only != null) {
            bans.onGoodPiece(only.address());
            if (!suspects.isEmpty()) {
                suspects.remove(identity(only));
            }
        }
    }

    private static void add(Set<Object> set, Object identity) {
        set.add(identity);
        if (set.size() > LIMIT) {
            set.remove(set.iterator().next());
        }
    }
}
