package murder.wire;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import murder.bencode.BencodeDictionary;
import murder.bencode.BencodeException;
import murder.bencode.BencodeInteger;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeWriter;
import murder.bencode.Leniency;
import murder.bencode.Limits;
import murder.metainfo.InfoHash;
import murder.peer.PeerId;
import murder.trust.SwarmKey;

/**
 * The mutual proof of two ends of a connection that they have the key of a closed swarm, before any
 * other message. Each sends an extension handshake (BEP 10) with 32 random bytes, then a code over
 * the bytes of both:
 *
 * <pre>
 *   each:  extended 0    { "m": { "murder_member": 2 }, "murder_nonce": 32 bytes }
 *   each:  extended ID   HMAC-SHA256(key, "member" | role | name | nonces | peer ids), the dialling side's nonce and id first;
 *                        role is 0 in the code of the side that dialled, and 1 in that of the other
 * </pre>
 *
 * <p>ID is the other end's message id. A code is invalid on another connection, and an end does not
 * accept its own code. Later extension handshakes of the connection are ordinary ones. Pure; one
 * instance a connection.
 */
public final class MemberProof {
    /** Our message id for the other end's code. */
    private static final int ID = 2;
    private static final String EXTENSION = "murder_member";
    private static final String NONCE = "murder_nonce";
    /** The length of a nonce, in bytes. */
    public static final int NONCE_LENGTH = 32;
    private static final String USE = "member";
    private static final Limits LIMITS = new Limits(1 << 12, 8, 400);
    private static final Set<Leniency> FORGIVEN = Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(Leniency.DUPLICATE_KEYS)));

    /** The next step after a message of the other end. */
    public enum Step {
        /** Send {@link #code} with {@link #codeId}. */
        SEND_CODE,
        /** The other end is a member. */
        PROVEN
    }

    private final SwarmKey key;
    private final InfoHash name;
    private final boolean dialled;
    private final byte[] nonce;
    private final PeerId self;
    private final PeerId peer;
    private byte[] peerNonce;
    private int codeId;

    /**
     * A proof before its first message.
     *
     * @param key of the swarm
     * @param name of the swarm
     * @param dialled whether this end dialled
     * @param nonce {@value #NONCE_LENGTH} bytes, unique for this connection
     * @param self this end
     * @param peer the other end
     */
    public MemberProof(SwarmKey key, InfoHash name, boolean dialled, byte[] nonce, PeerId self, PeerId peer) {
        this.key = key;
        this.name = name;
        this.dialled = dialled;
        this.nonce = nonce.clone();
        this.self = self;
        this.peer = peer;
    }

    /** {@return the first message, with the id {@link ExtensionHandshake#ID}} */
    public byte[] hello() {
        return new BencodeWriter().beginDictionary().key("m").value(BencodeDictionary.of(Map.of(EXTENSION, BencodeInteger.of(ID))))
            .key(NONCE).string(nonce).end().toByteArray();
    }

    /** {@return the other end's message id for {@link #code}} */
    public int codeId() {
        return codeId;
    }

    /** {@return the code of this end} */
    public byte[] code() {
        return key.code(USE, covered(dialled));
    }

    /**
     * Takes an extension message of the other end.
     *
     * @param extendedId from the wire
     * @param payload the bytes after the id
     * @return the next step
     * @throws WireException {@link Violation#NOT_A_MEMBER}: the connection must be closed
     */
    public Step onExtended(int extendedId, ByteBuffer payload) throws WireException {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        if (peerNonce == null && extendedId == ExtensionHandshake.ID) {
            onHello(bytes);
            return Step.SEND_CODE;
        }
        if (peerNonce != null && extendedId == ID) {
            if (!key.isCode(bytes, USE, covered(!dialled))) {
                throw stranger("its code is wrong");
            }
            return Step.PROVEN;
        }
        throw stranger("it sent extension message " + extendedId + " instead");
    }

    private void onHello(byte[] bytes) throws WireException {
        try {
            BencodeReader reader = new BencodeReader(bytes, 0, bytes.length, LIMITS, FORGIVEN);
            BencodeDictionary hello = reader.next().asDictionary();
            reader.finish();
            long id = hello.dictionary("m").orElse(BencodeDictionary.of(Map.of())).integer(EXTENSION).orElse(0);
            byte[] told = hello.has(NONCE) ? hello.get(NONCE).asString().bytes() : new byte[0];
            if (id < 1 || id > 255 || told.length != NONCE_LENGTH) {
                throw stranger("it has no nonce");
            }
            codeId = (int) id;
            peerNonce = told;
        } catch (BencodeException e) {
            throw stranger("its extension handshake is malformed: " + e.getMessage());
        }
    }

    private byte[] covered(boolean byDialler) {
        byte[] first = dialled ? nonce : peerNonce;
        byte[] second = dialled ? peerNonce : nonce;
        ByteBuffer all = ByteBuffer.allocate(1 + InfoHash.LENGTH + 2 * NONCE_LENGTH + 2 * PeerId.LENGTH);
        all.put((byte) (byDialler ? 0 : 1));
        name.write(all);
        all.put(first).put(second);
        (dialled ? self : peer).write(all);
        (dialled ? peer : self).write(all);
        return all.array();
    }

    private static WireException stranger(String why) {
        return new WireException(Violation.NOT_A_MEMBER, "the swarm is closed, and the peer does not prove that it is a member: " + why);
    }

    /** {@return the violation of a peer that cannot even answer} */
    public static WireException withoutExtensions() {
        return stranger("it does not speak the extension protocol");
    }
}
