package murder.engine;

import java.security.SecureRandom;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;
import murder.trust.SwarmKey;
import murder.wire.MemberProof;

/**
 * The name of a torrent's swarm, and the key of its members.
 *
 * @param name in handshakes and announces: the info-hash, or another name if the swarm is closed
 * @param key of all members; null if the swarm is open
 * @param secrets makes values that strangers must not guess
 */
record SwarmIdentity(InfoHash name, SwarmKey key, SecureRandom secrets) {
    boolean isClosed() {
        return key != null;
    }

    /** For one connection of a closed swarm. @param dialled whether this end dialled */
    MemberProof proof(boolean dialled, PeerId self, PeerId peer) {
        byte[] nonce = new byte[MemberProof.NONCE_LENGTH];
        secrets.nextBytes(nonce);
        return new MemberProof(key, name, dialled, nonce, self, peer);
    }
}
