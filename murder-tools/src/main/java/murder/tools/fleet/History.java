package murder.tools.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.order.Archive;
import murder.order.Content;
import murder.order.Layout;
import murder.tools.cli.CommandException;

/**
 * The releases that were active at the destinations of a fleet, oldest first, one a line. A
 * rollback chooses from them.
 *
 * @param destination in orders
 * @param tag of the release
 * @param archive its form
 * @param layout at the destination
 * @param content of its payload
 * @param hosts for how many its pieces were chosen, 0 if unknown: another number may give the same
 *     files another content
 */
record History(String destination, String tag, Archive archive, Layout layout, Content content, int hosts) {
    private static final String FILE = "history";
    private static final int MAX_LINES = 10_000;
    private static final int FIELDS = 8;

    static List<History> read(FleetFolder folder) throws IOException {
        List<History> all = new ArrayList<>();
        for (String line : folder.text(FILE).split("\n")) {
            History entry = parse(line);
            if (entry != null) {
                all.add(entry);
            }
        }
        return all;
    }

    /** The release with this tag, null if there is none. Reads only its line, for each deploy needs it. */
    static History of(FleetFolder folder, String destination, String tag) throws IOException {
        String start = destination + "\t" + tag + "\t";
        for (String line : folder.text(FILE).split("\n")) {
            if (line.startsWith(start)) {
                return parse(line);
            }
        }
        return null;
    }

    /** Null for a damaged line: then a rollback cannot use this release, but a deploy can. */
    private static History parse(String line) {
        String[] field = line.split("\t", -1);
        // Older builds did not write the number of hosts.
        if (field.length != FIELDS && field.length != FIELDS - 1) {
            return null;
        }
        try {
            return new History(field[0], field[1], Archive.valueOf(field[2].toUpperCase(Locale.ROOT)),
                Layout.valueOf(field[3].toUpperCase(Locale.ROOT)),
                new Content(InfoHash.parse(field[4]), InfoSha256.parse(field[5]), Long.parseLong(field[6])),
                field.length < FIELDS ? 0 : Integer.parseInt(field[7]));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Makes this the newest one. */
    void append(FleetFolder folder) throws CommandException, IOException, InterruptedException {
        folder.locked(() -> {
            List<History> all = read(folder);
            all.removeIf(entry -> entry.destination.equals(destination) && entry.tag.equals(tag));
            all.add(this);
            StringBuilder text = new StringBuilder();
            for (History entry : all.subList(Math.max(0, all.size() - MAX_LINES), all.size())) {
                text.append(String.join("\t", entry.destination, entry.tag, entry.archive.word(), entry.layout.word(),
                    entry.content.infoHash().toString(), entry.content.infoSha256().toString(), Long.toString(entry.content.length()),
                    Integer.toString(entry.hosts)))
                    .append('\n');
            }
            folder.write(FILE, text.toString().getBytes(StandardCharsets.UTF_8));
            return null;
        });
    }

    /**
     * The release with this tag; for an empty tag the one before the newest. Null if there is none.
     */
    static History find(List<History> all, String destination, String tag) {
        History found = null;
        History newest = null;
        for (History entry : all) {
            if (entry.destination.equals(destination)) {
                found = tag.isEmpty() ? newest : entry.tag.equals(tag) ? entry : found;
                newest = entry;
            }
        }
        return found;
    }
}
