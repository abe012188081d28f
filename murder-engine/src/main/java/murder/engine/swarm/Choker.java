package murder.engine.swarm;

import java.util.List;

/**
 * Decides which peers may request blocks. Hosts of a fleet cooperate, so there is no tit for tat:
 * it unchokes every peer while there are free slots. If more peers are interested, the slots rotate
 * once a tick. The peer that got the most in its turn gives its slot to the peer that has waited
 * longest.
 */
final class Choker {
    private final List<PeerConnection> peers;
    private final int slots;
    private int unchoked;

    /** The choker's data about one peer. */
    static final class Slot {
        private long unchokedNs;
        /** The start of its wait for a slot: when it became interested, or lost its slot. */
        private long waitingSinceNs;
        /** The bytes uploaded to it when it got its slot. */
        private long uploadedBefore;
    }

    /** @param peers the swarm's connections, a live view */
    Choker(List<PeerConnection> peers, int slots) {
        this.peers = peers;
        this.slots = slots;
    }

    /** A new peer is unchoked at once if there is a free slot. This saves it a round trip. */
    void onConnected(long nowNs, PeerConnection peer) {
        if (unchoked < slots) {
            unchoke(nowNs, peer);
        } else {
            peer.slot.waitingSinceNs = nowNs;
        }
    }

    void onInterested(long nowNs, PeerConnection peer) {
        peer.slot.waitingSinceNs = nowNs;
        giveSlot(nowNs, peer);
    }

    private void giveSlot(long nowNs, PeerConnection peer) {
        if (peer.amChoking()) {
            if (unchoked == slots) {
                chokeSomebodyUninterested(nowNs);
            }
            if (unchoked < slots) {
                unchoke(nowNs, peer);
            }
        }
    }

    void onNotInterested(long nowNs) {
        PeerConnection waiting = longestWaiting();
        if (waiting != null) {
            giveSlot(nowNs, waiting);
        }
    }

    void onDisconnected(long nowNs, PeerConnection peer) {
        if (!peer.amChoking()) {
            unchoked--;
            onNotInterested(nowNs);
        }
    }

    void onTick(long nowNs) {
        PeerConnection waiting = longestWaiting();
        if (waiting == null) {
            return;
        }
        if (unchoked == slots) {
            PeerConnection served = mostServed(nowNs);
            if (served != null) {
                choke(nowNs, served);
            }
        }
        if (unchoked < slots) {
            unchoke(nowNs, waiting);
        }
    }

    private void chokeSomebodyUninterested(long nowNs) {
        for (PeerConnection peer : peers) {
            if (!peer.amChoking() && !peer.peerInterested()) {
                choke(nowNs, peer);
                return;
            }
        }
    }

    private PeerConnection longestWaiting() {
        PeerConnection longest = null;
        for (PeerConnection peer : peers) {
            if (peer.amChoking() && peer.peerInterested()
                && (longest == null || peer.slot.waitingSinceNs < longest.slot.waitingSinceNs)) {
                longest = peer;
            }
        }
        return longest;
    }

    /**
     * Among peers that had their slot for a whole tick, so that every turn lasts at least that
     * long.
     */
    private PeerConnection mostServed(long nowNs) {
        PeerConnection most = null;
        for (PeerConnection peer : peers) {
            if (!peer.amChoking() && nowNs - peer.slot.unchokedNs >= SwarmConfig.TICK_NS
                && (most == null || served(peer) > served(most))) {
                most = peer;
            }
        }
        return most;
    }

    private static long served(PeerConnection peer) {
        return peer.uploadedBytes() - peer.slot.uploadedBefore;
    }

    private void choke(long nowNs, PeerConnection peer) {
        peer.choke(nowNs);
        peer.slot.waitingSinceNs = nowNs;
        unchoked--;
    }

    private void unchoke(long nowNs, PeerConnection peer) {
        peer.unchoke(nowNs);
        peer.slot.unchokedNs = nowNs;
        peer.slot.uploadedBefore = peer.uploadedBytes();
        unchoked++;
    }
}
