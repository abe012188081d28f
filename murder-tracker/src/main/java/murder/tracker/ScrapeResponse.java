package murder.tracker;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import murder.metainfo.InfoHash;

/**
 * A tracker's answer to a scrape (BEP 48): the counts of each requested and known swarm, in the
 * tracker's order.
 *
 * @param swarms counts by info-hash; unmodifiable
 */
public record ScrapeResponse(Map<InfoHash, Counts> swarms) {
    /**
     * The counts of one swarm.
     *
     * @param complete the number of complete peers
     * @param downloaded the number of reported completions
     * @param incomplete the number of other peers
     * @param name the torrent's name if the tracker sends it, else empty
     */
    public record Counts(int complete, int downloaded, int incomplete, String name) {
        /**
         * Checks the counts.
         *
         * @param complete at least 0
         * @param downloaded at least 0
         * @param incomplete at least 0
         * @param name not null
         * @throws IllegalArgumentException if a count is negative
         */
        public Counts {
            if (complete < 0 || downloaded < 0 || incomplete < 0) {
                throw new IllegalArgumentException("negative counts: " + complete + ", " + downloaded + ", " + incomplete);
            }
        }
    }

    /**
     * Copies the map.
     *
     * @param swarms copied, in its order
     */
    public ScrapeResponse {
        swarms = Collections.unmodifiableMap(new LinkedHashMap<>(swarms));
    }
}
