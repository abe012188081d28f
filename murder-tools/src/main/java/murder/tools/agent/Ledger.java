package murder.tools.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.order.Content;
import murder.tools.cli.FlatJson;
import murder.tools.cli.Json;

/**
 * What this host has, in memory and in a file. A line is written before anything is made on disk
 * that only it can find again. After a kill the disk tells the rest: what is ready has another name
 * than what grows, and a release in its place is known by its inode.
 *
 * <p>For the agent's main thread.
 */
final class Ledger {
    /**
     * Where a release is on disk.
     *
     * @param part where it grows, or null
     * @param staged where it is when it is ready, or null
     * @param stagedIs identity of what was made ready, or empty
     * @param place where it goes, or null
     * @param placeIs identity of what came to the place, or empty
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

    private Ledger(Path file) {
        this.file = file;
    }

    /** Reads what an earlier process wrote, and looks what of it is there. */
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
            // Not written by this version, or damaged: it counts as not there, and is fetched
            // again.
            System.err.println("murder: " + file + ": a line is passed over: " + e.getMessage());
        }
    }

    private void restore(ReleaseKey key, Map<String, String> members) throws IOException {
        Trace trace = new Trace(path(members.get("part")), path(members.get("staged_path")), members.getOrDefault("staged_is", ""),
            path(members.get("place")), members.getOrDefault("place_is", ""));
        Content staged = content(members.get("staged"));
        Content placed = content(members.get("placed"));
        Content becomes = staged == null ? content(members.get("becomes")) : staged;
        if (becomes != null && trace.staged != null && Files.exists(trace.staged, LinkOption.NOFOLLOW_LINKS)) {
            // Only what is complete gets this name.
            staged = becomes;
            trace = trace.ready(identity(trace.staged));
        } else if (staged != null) {
            // Killed behind the rename to the place, or somebody took it away.
            if (is(trace.place, trace.stagedIs)) {
                placed = staged;
                trace = trace.inPlace(trace.stagedIs);
            }
            staged = null;
        }
        if (placed != null && !is(trace.place, trace.placeIs)) {
            placed = null;
        }
        traces.put(key, trace);
        view.put(Holding.nothing(key).withStaged(staged).withPlaced(placed, Long.parseLong(members.getOrDefault("serial", "0")))
            .withPayload(content(members.get("payload")), Long.parseLong(members.getOrDefault("made", "-1"))));
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

    /** The same for a file or directory whatever name it has; empty if there is nothing. */
    static String identity(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        // A file system without such keys tells the time when it was made.
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

    /** Only in memory: what is under way. */
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
