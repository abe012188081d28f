package murder.engine;

import java.nio.ByteBuffer;
import murder.wire.ExtensionHandshake;
import murder.wire.MemberProof;
import murder.wire.Outbound;
import murder.wire.WireException;

/**
 * A peer of a closed swarm that has not proved its membership yet. It ignores messages without a
 * proof.
 */
final class Newcomer extends Bystander {
    /** Runs after the proof. */
    interface Proven {
        void run() throws WireException;
    }

    private final MemberProof proof;
    private final Outbound out;
    private final Proven onProven;

    /** Sends the first message. */
    Newcomer(MemberProof proof, Outbound out, Proven onProven) {
        this.proof = proof;
        this.out = out;
        this.onProven = onProven;
        out.extended(ExtensionHandshake.ID, proof.hello());
    }

    @Override
    public void onExtended(int extendedId, ByteBuffer payload) throws WireException {
        switch (proof.onExtended(extendedId, payload)) {
            case SEND_CODE -> out.extended(proof.codeId(), proof.code());
            case PROVEN -> onProven.run();
        }
    }
}
