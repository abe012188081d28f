/** The bencode codec and the reading and writing of .torrent files (BEP 3). */
module murder.bencode {
    exports murder.bencode;
    exports murder.metainfo;
}
