package murder.tools.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.order.Content;
import murder.tools.cli.FlatJson;
import murder.tools.cli.Json;
import murder.tools.host.Placement;

/**
 * The state of this host, in memory and in a file. The ledger writes a line before the agent
 * creates a file that only this line can find again. After a kill the disk shows the rest. Complete
 * releases have other names than incomplete ones. The inode identifies a release in its place.
 *
 * <p>For the agent's main thread.
 */
final class Ledger {
    /**
     * The paths of a release.
     *
     * @param part path while it is incomplete, or null
     * @param staged path when it is complete, or null
     * @param stagedIs identity of the staged release, or empty
     * @param place its final path, or null
     * @param placeIs identity of the placed release, or empty
     */
    record Trace(Path part, Path staged, String stagedIs, Path place, String placeIs) {
        static final Trace NONE = new Trace(null, null, "", null, "");

        Trace ready(String identity) {
            return new Trace(part, staged, identity, place, placeIs);
        }

        Trace inPlace(String identity) {
            return new Trace(part, null, "", place, identity);
        }

        Trace withPlace(Path newPart, Path newStaged, Path newPlace) {
            return new Trace(newPart, newStaged, "", newPlace, newPlace.equals(place) ? placeIs : "");
        }
    }

    private final Path file;
    private final HostView view = new HostView();
    private final Map<ReleaseKey, Trace> traces = new LinkedHashMap<>();
    /** Releases for which a kill interrupted the renames of entries into their places. */
    private final List<ReleaseKey> filling = new ArrayList<>();

    /** A release became complete, and the earlier process was killed before it wrote that. */
    private boolean isOutdated;

    private Ledger(Path file) {
        this.file = file;
    }

    /** Reads the file of an earlier process, and compares it with the disk. */
    static Ledger open(Path file) throws IOException {
        Ledger ledger = new Ledger(file);
        byte[] bytes = AgentFolder.read(file);
        if (bytes != null) {
            for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
                ledger.read(line);
            }
        }
        return ledger;
    }

    private void read(String line) throws IOException {
        try {
            Map<String, String> members = FlatJson.parse(line);
            String destination = members.getOrDefault("target", "");
            if (members.containsKey("active")) {
                view.setActive(destination, members.get("active"));
            } else if (members.containsKey("tag")) {
                restore(new ReleaseKey(destination, members.get("tag")), members);
            }
        } catch (IllegalArgumentException e) {
            // Damaged, or of another version: it counts as missing and is fetched again.
            System.err.println("murder: " + file + ": ignored a line: " + e.getMessage());
        }
    }

    private void restore(ReleaseKey key, Map<String, String> members) throws IOException {
        Trace trace = new Trace(path(members.get("part")), path(members.get("staged_path")), members.getOrDefault("staged_is", ""),
            path(members.get("place")), members.getOrDefault("place_is", ""));
        Content staged = content(members.get("staged"));
        Content placed = content(members.get("placed"));
        Content becomes = staged == null ? content(members.get("becomes")) : staged;
        if (becomes != null && trace.staged != null && Files.exists(trace.staged, LinkOption.NOFOLLOW_LINKS)) {
            // Only complete releases get this name.
            staged = becomes;
            String found = identity(trace.staged);
            isOutdated |= !found.equals(trace.stagedIs);
            trace = trace.ready(found);
        } else if (staged != null) {
            // A kill after the rename to the place, or somebody removed it.
            if (is(trace.place, trace.stagedIs)) {
                placed = staged;
                trace = trace.inPlace(trace.stagedIs);
            }
            if (trace.place != null && is(Placement.filling(trace.place), trace.stagedIs)) {
                filling.add(key);
            } else {
                staged = null;
            }
        }
        if (placed != null && !is(trace.place, trace.placeIs)) {
            placed = null;
        }
        traces.put(key, trace);
        view.put(Holding.nothing(key).withStaged(staged).withPlaced(placed, Long.parseLong(members.getOrDefault("serial", "0")))
            .withPayload(content(members.get("payload")), Long.parseLong(members.getOrDefault("made", "-1"))));
    }

    /**
     * Finishes an exchange of entries in which an earlier process was killed. Otherwise others
     * would see a mixture. Writes what that process could not write. Only for the agent itself.
     *
     * @param log gets a line about success or failure
     */
    void finishInterrupted(Consumer<String> log) throws IOException {
        for (ReleaseKey key : filling) {
            Holding holding = view.of(key);
            Trace trace = trace(key);
            try {
                Placement.finish(trace.place);
            } catch (IOException e) {
                log.accept("the entries of " + trace.place + " could not be renamed: " + e);
                view.put(holding.withStaged(null));
                continue;
            }
            long newest = 0;
            for (Holding other : List.copyOf(view.holdings())) {
                newest = Math.max(newest, other.placedSerial());
                if (!other.key().equals(key) && trace.place.equals(trace(other.key()).place)) {
                    view.put(other.withPlaced(null, other.placedSerial()));
                }
            }
            view.setActive(key.destination(), key.tag());
            put(holding.withStaged(null).withPlaced(holding.staged(), newest + 1), trace.inPlace(identity(trace.place)));
            Placement.tidy(trace.place);
            log.accept("all entries of " + key.tag() + " are in " + trace.place + " now");
        }
        filling.clear();
        if (isOutdated) {
            // After one more kill, behind the rename to its place, only the file knows its identity.
            save();
            isOutdated = false;
        }
    }

    private static Path path(String text) {
        return text == null || text.isEmpty() ? null : Path.of(text);
    }

    private static Content content(String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        String[] words = text.split(" ");
        if (words.length != 3) {
            throw new IllegalArgumentException("'" + text + "' is no content");
        }
        return new Content(InfoHash.parse(words[0]), InfoSha256.parse(words[1]), Long.parseLong(words[2]));
    }

    private static boolean is(Path path, String identity) throws IOException {
        return path != null && !identity.isEmpty() && identity.equals(identity(path));
    }

    /** The identity of a file or directory, independent of its name; empty if it does not exist. */
    static String identity(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        // Without inode numbers the creation time identifies it.
        return found.fileKey() == null ? "made " + found.creationTime() : found.fileKey().toString();
    }

    HostView view() {
        return view;
    }

    Holding of(ReleaseKey key) {
        return view.of(key);
    }

    Trace trace(ReleaseKey key) {
        return traces.getOrDefault(key, Trace.NONE);
    }

    /** Writes it to the file. */
    void put(Holding holding, Trace trace) throws IOException {
        view.put(holding);
        if (holding.isNothing()) {
            traces.remove(holding.key());
        } else {
            traces.put(holding.key(), trace);
        }
        save();
    }

    /** The work in progress, only in memory. */
    void show(Holding holding) {
        view.put(holding);
        if (holding.isNothing()) {
            traces.remove(holding.key());
        }
    }

    void setActive(String destination, String tag) throws IOException {
        view.setActive(destination, tag);
        save();
    }

    private void save() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Holding each : view.holdings()) {
            Trace trace = trace(each.key());
            text.append(new Json().put("target", each.key().destination()).put("tag", each.key().tag()).put("staged", text(each.staged()))
                .put("placed", text(each.placed())).put("payload", text(each.payload())).put("made", each.madeSerial())
                .put("becomes", text(each.worksOn())).put("serial", each.placedSerial()).put("part", text(trace.part))
                .put("staged_path", text(trace.staged)).put("staged_is", trace.stagedIs).put("place", text(trace.place))
                .put("place_is", trace.placeIs)).append('\n');
            if (view.active(each.key().destination()).equals(each.key().tag())) {
                text.append(new Json().put("target", each.key().destination()).put("active", each.key().tag())).append('\n');
            }
        }
        AgentFolder.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Path path) {
        return path == null ? "" : path.toString();
    }

    private static String text(Content content) {
        return content == null ? "" : content.infoHash() + " " + content.infoSha256() + " " + content.length();
    }
}
