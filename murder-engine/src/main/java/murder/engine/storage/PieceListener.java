package murder.engine.storage;

/**
 * Hears how a verification ended: one of the two methods is called, once. Called by a worker
 * thread: only post.
 */
public interface PieceListener extends FailureListener {
    /**
     * The piece was hashed.
     *
     * @param good true: its hash is right, its writes are issued and the resume file says so;
     *     false: all its blocks are to be fetched again, the storage has forgotten them
     */
    void onPieceVerified(int piece, boolean good);
}
