package murder.metainfo;

import java.util.Arrays;

/**
 * The hashes of a torrent's pieces, one after the other, inside its raw {@code info}.
 *
 * @param rawInfo of the torrent; not copied
 * @param begin index of the first piece's hash
 * @param hashLength bytes of a hash
 */
record PieceHashes(byte[] rawInfo, int begin, int hashLength) {
    byte[] hash(int piece) {
        int from = begin + piece * hashLength;
        return Arrays.copyOfRange(rawInfo, from, from + hashLength);
    }

    boolean isHash(int piece, byte[] hash) {
        int from = begin + piece * hashLength;
        return Arrays.equals(rawInfo, from, from + hashLength, hash, 0, hash.length);
    }
}
