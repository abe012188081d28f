package murder.tracker.http;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import murder.metainfo.InfoHash;

/**
 * The swarms that a tracker serves: those of the torrents in a directory, and those that a program
 * names. Without either it serves all. It always serves the control swarms of its fleet. One thread
 * at a time, except where a method says otherwise.
 */
final class ServedSwarms {
    private final SharedTable table;
    private final AllowedTorrents directory;
    private final Fleet fleet;
    private Map<InfoHash, String> found;
    private Map<InfoHash, String> named;
    /** Replaced as a whole. */
    private volatile Set<InfoHash> open = Set.of();

    /** @param directory null for none @param fleet null for none */
    ServedSwarms(SharedTable table, AllowedTorrents directory, Fleet fleet) {
        this.table = table;
        this.directory = directory;
        this.fleet = fleet;
    }

    /**
     * @throws IOException if the directory cannot be read; then the earlier result stays valid
     */
    void rescan() throws IOException {
        if (directory != null) {
            found = directory.scan();
        }
        apply();
    }

    /** @param openNames those of them that strangers may join, whatever keys the tracker has */
    void name(Map<InfoHash, String> names, Set<InfoHash> openNames) {
        named = new LinkedHashMap<>(names);
        open = Set.copyOf(openNames);
        apply();
    }

    /** Any thread. */
    boolean isOpen(InfoHash swarm) {
        return open.contains(swarm);
    }

    void apply() {
        Set<InfoHash> controls = fleet == null ? Set.of() : fleet.controls();
        table.control(controls);
        if (found == null && named == null) {
            return;
        }
        Map<InfoHash, String> all = new LinkedHashMap<>();
        controls.forEach(control -> all.put(control, fleet.name()));
        if (found != null) {
            all.putAll(found);
        }
        if (named != null) {
            all.putAll(named);
        }
        table.allowOnly(all);
    }
}
