package murder.engine.storage;

/**
 * Gets the result of a verification: one call to one of the two methods. A worker thread calls it,
 * so it must only post.
 */
public interface PieceListener extends FailureListener {
    /**
     * The piece was hashed.
     *
     * @param good true: its hash is right, its writes are issued and the resume file says so;
     *     false: all its blocks must be fetched again, the storage has forgotten them
     */
    void onPieceVerified(int piece, boolean good);
}
