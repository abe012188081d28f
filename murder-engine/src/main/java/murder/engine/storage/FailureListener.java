package murder.engine.storage;

/** Gets a failure of the disk. A worker thread calls it, so it must only post. */
@FunctionalInterface
public interface FailureListener {
    /**
     * The storage takes no more blocks after this. Pieces that are verified already stay readable
     * and resumable.
     */
    void onFailure(StorageException failure);
}
