package murder.fuzz;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import murder.bencode.BencodeDictionary;
import murder.bencode.BencodeReader;
import murder.bencode.BencodeString;
import murder.bencode.BencodeValue;
import murder.bencode.Limits;
import murder.metainfo.Metainfo;

/** Torrents in which one list of hashes is wrong for every piece, and the other one is right. */
public final class WrongHashes {
    private WrongHashes() {
    }

    /** Only SHA-256 is right. */
    public static Metainfo sha1(Metainfo right) throws Exception {
        return with(right, "pieces");
    }

    /** Only SHA-1 is right. */
    public static Metainfo sha256(Metainfo right) throws Exception {
        return with(right, "pieces sha256");
    }

    private static Metainfo with(Metainfo right, String list) throws Exception {
        BencodeDictionary info = BencodeReader.read(right.rawInfo(), Limits.MESSAGE).asDictionary();
        Map<String, BencodeValue> entries = new HashMap<>();
        for (BencodeString key : info.keys()) {
            entries.put(key.text(), info.get(key.text()));
        }
        byte[] hashes = info.string(list).orElseThrow().bytes().clone();
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] ^= 1;
        }
        entries.put(list, BencodeString.of(hashes));
        return Metainfo.ofInfo(BencodeDictionary.of(entries).encode(), List.of());
    }
}
