package murder.engine.swarm;

/**
 * Sums over all connections that a swarm has and had, in bytes of payload. Confined to the thread
 * of its swarm.
 */
public final class SwarmTotals {
    final DownloadWatch watch = new DownloadWatch();
    private long downloaded;
    private long uploaded;
    private long wasted;
    private long hashFailed;

    void onDownloaded(int bytes) {
        downloaded += bytes;
    }

    void onUploaded(int bytes) {
        uploaded += bytes;
    }

    /** Counts useless bytes: the swarm has them already, or never requested them. */
    void onWasted(int bytes) {
        wasted += bytes;
    }

    void onHashFailed(int bytes) {
        hashFailed += bytes;
    }

    /** Received, useful or not. */
    public long downloaded() {
        return downloaded;
    }

    /** Handed to connections. */
    public long uploaded() {
        return uploaded;
    }

    /** Received, but not wanted any more. */
    public long wasted() {
        return wasted;
    }

    /**
     * The figures of the download over the last seconds, at the last tick. There are ticks while
     * there are connections.
     */
    public DownloadFigures download() {
        return watch.figures();
    }

    /** In pieces that failed their hash. */
    public long hashFailed() {
        return hashFailed;
    }
}
