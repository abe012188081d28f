package murder.metainfo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a .torrent outside of {@code info}, so outside of the info-hash: anybody may change
 * them.
 *
 * @param trackers announce URLs by tiers (BEP 12); tiers without any are dropped
 * @param webSeeds URLs of web seeds (BEP 19)
 * @param comment free text, empty for none
 * @param createdBy the program that made it, empty for unknown
 * @param creationDate when it was made, null for unknown
 * @param release who released it, null if it is not signed
 */
record TorrentFields(List<List<String>> trackers, List<String> webSeeds, String comment, String createdBy, Instant creationDate,
                     ReleaseSignature release) {
    TorrentFields {
        trackers = withoutEmpty(trackers);
        webSeeds = List.copyOf(webSeeds);
    }

    private static List<List<String>> withoutEmpty(List<List<String>> tiers) {
        List<List<String>> some = new ArrayList<>();
        for (List<String> tier : tiers) {
            if (!tier.isEmpty()) {
                some.add(List.copyOf(tier));
            }
        }
        return List.copyOf(some);
    }

    static TorrentFields ofTrackers(List<List<String>> trackers) {
        return new TorrentFields(trackers, List.of(), "", "", null, null);
    }

    TorrentFields with(ReleaseSignature signature) {
        return new TorrentFields(trackers, webSeeds, comment, createdBy, creationDate, signature);
    }
}
