/** Who a peer is and where it listens; peer-wire messages and framing (pure); the selector loop that carries them. */
module murder.wire {
    requires transitive murder.bencode;

    exports murder.peer;
    exports murder.wire;
    exports murder.wire.nio;
}
