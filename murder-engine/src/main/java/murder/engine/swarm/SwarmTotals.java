package murder.engine.swarm;

/** Sums over all connections that a swarm has and had, in bytes of payload. */
final class SwarmTotals {
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

    /** Received bytes are of no use: the swarm has them already, or never requested them. */
    void onWasted(int bytes) {
        wasted += bytes;
    }

    void onHashFailed(int bytes) {
        hashFailed += bytes;
    }

    long downloaded() {
        return downloaded;
    }

    long uploaded() {
        return uploaded;
    }

    long wasted() {
        return wasted;
    }

    long hashFailed() {
        return hashFailed;
    }
}
