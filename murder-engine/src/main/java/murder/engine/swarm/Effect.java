package murder.engine.swarm;

import murder.peer.PeerAddress;

/** An order of a swarm to its driver. Orders are queued during a turn and carried out after it, in their order. */
public sealed interface Effect {
    /** Hash the piece, all of whose blocks were written, and answer with {@link Swarm#onPieceVerified}. */
    record VerifyPiece(int piece) implements Effect {
    }

    /** What was written of the piece is void: its blocks will come anew. */
    record DiscardPiece(int piece) implements Effect {
    }

    /** Dial; answer with {@link Swarm#onDialFailed}, or {@link Swarm#onConnected} when the handshake is done. */
    record Connect(PeerAddress address) implements Effect {
    }

    /** Close the connection; {@link Swarm#onDisconnected} has been done already. */
    record Close(PeerConnection connection, Refusal reason) implements Effect {
    }

    /** The same for a connection that only served metadata. */
    record CloseSource(MetadataFetch.Source source, Refusal reason) implements Effect {
    }

    /** Every piece is verified. */
    record Completed() implements Effect {
    }

    /** The peer sent bad data; it is closed by an order of its own and its address refused from now on. */
    record Banned(PeerAddress address) implements Effect {
    }
}
