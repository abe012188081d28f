/** Peer-wire messages and framing (pure), and the selector loop that carries them. */
module murder.wire {
    requires transitive murder.bencode;

    exports murder.wire;
    exports murder.wire.nio;
}
