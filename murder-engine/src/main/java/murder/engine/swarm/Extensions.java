package murder.engine.swarm;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import murder.wire.ExtensionHandshake;
import murder.wire.MetadataMessage;
import murder.wire.WireException;

/**
 * The extension protocol on one connection (BEP 10): both handshakes, and serving the metadata (BEP
 * 9).
 */
final class Extensions {
    /** Our message id for {@code ut_metadata}. */
    static final int METADATA_ID = 1;
    /** Our message id for {@code murder_order}; 2 is the id of {@link murder.wire.MemberProof}. */
    static final int ORDER_ID = 3;
    static final String CLIENT = "Murder 0.1";

    private final Swarm swarm;
    private final PeerConnection peer;
    private final boolean spoken;
    private boolean uploadOnly;
    private int peerMetadataId;
    private String client = "";

    /** @param spoken whether both sides speak BEP 10 */
    Extensions(Swarm swarm, PeerConnection peer, boolean spoken) {
        this.swarm = swarm;
        this.peer = peer;
        this.spoken = spoken;
    }

    /** Whether the peer said that it will not download (BEP 21). */
    boolean isUploadOnly() {
        return uploadOnly;
    }

    /** The name that the peer gave itself, or an empty string. */
    String client() {
        return client;
    }

    /**
     * Sends our handshake, and again when it has changed (BEP 10 allows that at any time). Returns
     * false if the peer does not speak BEP 10.
     */
    boolean sendHandshake() {
        if (spoken) {
            peer.writer.extended(ExtensionHandshake.ID, new ExtensionHandshake(
                new TreeMap<>(Map.of(ExtensionHandshake.UT_METADATA, METADATA_ID)), swarm.config().requestQueue(), CLIENT,
                swarm.isUploadOnly(), swarm.rawInfo().length, 0, null, SwarmConfig.MAX_REQUEST_LENGTH).toPayload());
        }
        return spoken;
    }

    void onMessage(long nowNs, int extendedId, ByteBuffer payload) throws WireException {
        if (extendedId == ExtensionHandshake.ID) {
            onHandshake(nowNs, ExtensionHandshake.read(payload));
        } else if (extendedId == METADATA_ID) {
            onMetadata(MetadataMessage.read(payload));
        }
        // Any other id is a message that we never offered. BEP 10 says to ignore it.
    }

    private void onHandshake(long nowNs, ExtensionHandshake told) {
        // A later handshake has only the changes; other values stay.
        client = told.client().isEmpty() ? client : told.client();
        if (told.ids().containsKey(ExtensionHandshake.UT_METADATA)) {
            peerMetadataId = told.id(ExtensionHandshake.UT_METADATA);
        }
        swarm.downloads().onPeerLimits(peer, told.requestQueue(), told.maxRequestLength());
        uploadOnly = told.uploadOnly();
        if (uploadOnly) {
            swarm.closeIfBothComplete(nowNs, peer);
        }
    }

    private void onMetadata(MetadataMessage message) {
        if (message.kind() == MetadataMessage.Kind.REQUEST && peerMetadataId != 0) {
            int piece = message.piece();
            // A peer that requests faster than it reads is refused, so answers cannot pile up.
            boolean serve = piece < MetadataMessage.pieceCount(swarm.rawInfo().length) && peer.writer.isWritable();
            peer.writer.extended(peerMetadataId,
                (serve ? MetadataMessage.data(piece, swarm.rawInfo()) : MetadataMessage.reject(piece)).toPayload());
        }
    }
}
