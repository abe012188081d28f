package murder.metainfo;

/**
 * The rule for the piece length. The fluid bound for N equal links of rate C and a payload F in M
 * pieces is {@code T = F/C * (1 + floor(log2 N) / M)}: more pieces are better, until HAVE messages
 * and hashes cost more than they bring. Simulated swarms of few hosts are within some percent of
 * the bound from about 1500 pieces on; those of hundreds gain by more.
 */
public final class PieceLength {
    /** The shortest that is chosen: one block. */
    public static final int MIN_CHOSEN = 16 * 1024;
    /**
     * The longest that is chosen: a piece is passed on only when it is whole, so longer ones cost
     * time at every hop.
     */
    public static final int MAX_CHOSEN = 4 * 1024 * 1024;
    /** The shortest that a torrent may have; there the hashes are 2 % of the payload already. */
    public static final int MIN_ACCEPTED = 1024;
    /**
     * The longest that a torrent may have: unfinished pieces sit in memory, and the creators in use
     * stop there or earlier.
     */
    public static final int MAX_ACCEPTED = 64 * 1024 * 1024;

    private static final int MIN_PIECES = 1500;
    /**
     * Pieces for each doubling of the hosts: the bound's own term, floor(log2 N) / M, stays below
     * half a percent. Queues at each hop add several times that (decisions 8 and 9 of
     * murder-engine).
     */
    private static final int PIECES_PER_DOUBLING = 300;
    /**
     * Many hosts are no reason to go below two blocks: a piece costs every host a HAVE for each of
     * its peers.
     */
    private static final int MIN_FOR_MANY_HOSTS = 32 * 1024;

    private PieceLength() {}

    /**
     * {@return the piece length for a payload, in bytes} It is the largest power of two that cuts
     * the payload into at least 1500 pieces (so fewer than 3000), between 16 KiB and 4 MiB: 64 KiB
     * for 100 MB. From 64 hosts on it is at least 300 pieces for each doubling of the hosts, as far
     * as 32 KiB allow: that for 100 MB.
     *
     * @param length payload in bytes, 0 or more
     * @param hosts how many will receive it, 0 for unknown
     */
    public static int choose(long length, int hosts) {
        if (length < 0 || hosts < 0) {
            throw new IllegalArgumentException("a payload of " + length + " bytes for " + hosts + " hosts");
        }
        int doublings = hosts == 0 ? 0 : 31 - Integer.numberOfLeadingZeros(hosts);
        long few = Long.highestOneBit(length / MIN_PIECES);
        long many = Math.max(MIN_FOR_MANY_HOSTS, Long.highestOneBit(length / Math.max(1, PIECES_PER_DOUBLING * doublings)));
        return (int) Math.max(MIN_CHOSEN, Math.min(MAX_CHOSEN, Math.min(few, many)));
    }
}
