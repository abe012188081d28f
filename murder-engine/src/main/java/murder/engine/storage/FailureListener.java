package murder.engine.storage;

/** Hears that the disk failed. Called by a worker thread: only post. */
@FunctionalInterface
public interface FailureListener {
    /**
     * The storage takes no more blocks after this; pieces verified before it stay readable and
     * resumable.
     */
    void onFailure(StorageException failure);
}
