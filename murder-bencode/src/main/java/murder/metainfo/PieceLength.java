package murder.metainfo;

/**
 * The rule for the piece length. The fluid bound for N equal links of rate C and a payload F in M
 * pieces is {@code T = F/C * (1 + floor(log2 N) / M)}: more pieces are better, until HAVE messages
 * and hashes cost more than they bring. Simulated swarms of few hosts are within some percent of
 * the bound from about 1500 pieces on; those of hundreds gain by more.
 */
public final class PieceLength {
    /** The shortest chosen length: one block. */
    public static final int MIN_CHOSEN = 16 * 1024;
    /**
     * The longest chosen length: a host passes on only complete pieces, so longer ones cost time at
     * every hop.
     */
    public static final int MAX_CHOSEN = 4 * 1024 * 1024;
    /** The shortest permitted length; there the hashes are 2 % of the payload already. */
    public static final int MIN_ACCEPTED = 1024;
    /**
     * The longest permitted length: incomplete pieces use memory, and common creators stop there or
     * earlier.
     */
    public static final int MAX_ACCEPTED = 64 * 1024 * 1024;

    private static final int MIN_PIECES = 1500;
    /**
     * Up to so many hosts, half of the pieces are enough: the last host is one percent later in the
     * simulator, and all hosts together need a tenth less processor time.
     */
    private static final int FEW_HOSTS = 8;
    private static final int MIN_PIECES_FOR_FEW = 750;
    /**
     * Pieces for each doubling of the hosts. The bound's term floor(log2 N) / M stays below half a
     * percent. Queues at each hop add several times that (decisions 8 and 9 of murder-engine).
     */
    private static final int PIECES_PER_DOUBLING = 300;
    /**
     * Even with many hosts a piece has at least two blocks: each piece costs every host a HAVE for
     * each of its peers.
     */
    private static final int MIN_FOR_MANY_HOSTS = 32 * 1024;

    private PieceLength() {}

    /**
     * {@return the piece length for a payload, in bytes} It is a power of two from 16 KiB to 4 MiB:
     * the largest one with at least 1500 pieces, for example 64 KiB for 100 MB. For 1 to 8 hosts 750
     * pieces are enough. From 64 hosts on there are at least 300 pieces for each doubling of the
     * hosts, but no piece is shorter than 32 KiB for this.
     *
     * @param length payload in bytes, 0 or more
     * @param hosts how many will receive it, 0 for unknown
     */
    public static int choose(long length, int hosts) {
        if (length < 0 || hosts < 0) {
            throw new IllegalArgumentException("a payload of " + length + " bytes for " + hosts + " hosts");
        }
        boolean areFew = hosts > 0 && hosts <= FEW_HOSTS;
        int doublings = hosts == 0 || areFew ? 0 : 31 - Integer.numberOfLeadingZeros(hosts);
        long few = Long.highestOneBit(length / (areFew ? MIN_PIECES_FOR_FEW : MIN_PIECES));
        long many = Math.max(MIN_FOR_MANY_HOSTS, Long.highestOneBit(length / Math.max(1, PIECES_PER_DOUBLING * doublings)));
        return (int) Math.max(MIN_CHOSEN, Math.min(MAX_CHOSEN, Math.min(few, many)));
    }
}
