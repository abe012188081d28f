package murder.benchmarks.bed;

import java.time.Duration;

/**
 * One client's turn.
 *
 * @param hosts that download
 * @param bitsPerSecond of every link, each way; 0 for no limit
 * @param late hosts that start later
 * @param killSeederAfter how long after the start of the downloads; null for never
 * @param timeout after which the run is over, counted from the start of the downloads
 * @param settle how long the seeder is given before they start
 */
record RunPlan(int hosts, long bitsPerSecond, Late late, Duration killSeederAfter, Duration timeout, Duration settle) {
    /** Everything at once and to the end. */
    static RunPlan plain(int hosts, CommonOptions common) {
        return new RunPlan(hosts, 0, Late.NONE, null, common.timeout(), common.settle());
    }
}
