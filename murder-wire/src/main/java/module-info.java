/**
 * Identity and address of a peer; peer-wire messages and framing (pure); the selector loop that
 * carries them.
 */
@SuppressWarnings("module") // The engine is compiled after this module, so javac does not find it here.
module murder.wire {
    requires transitive murder.bencode;

    exports murder.peer;
    exports murder.wire to murder.engine;
    exports murder.wire.nio to murder.engine;
}
