/**
 * The bencode codec and the reading and writing of .torrent files (BEP 3), signatures, orders and
 * patches.
 */
@SuppressWarnings("module") // These modules are compiled after this one, so javac does not find them here.
module murder.bencode {
    requires jdk.unsupported;

    exports murder.bencode;
    exports murder.delta;
    exports murder.disk to murder.engine, murder.tools;
    exports murder.hash to murder.engine, murder.tools;
    exports murder.metainfo;
    exports murder.order;
    exports murder.trust;
}
