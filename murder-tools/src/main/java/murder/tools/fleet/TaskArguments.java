package murder.tools.fleet;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import murder.tools.cli.Printable;
import murder.tools.cli.Quantities;
import murder.tools.cli.UsageException;

/**
 * The arguments of the tasks, under the original's names. The command line wins over an environment
 * variable of the same name, and that wins over the configuration's default. In the original a
 * default won over an argument.
 */
final class TaskArguments {
    private static final List<String> NAMES = List.of("tag", "files_path", "source", "destination_path", "no_tag_directory",
        "unsafe_please_delete", "path_is_file", "do_not_download_torrent", "temp_path", "archive", "links", "seed_for", "timeout",
        "announce_address", "trust_ip", "peer_port", "upload_limit", "download_limit", "host_timeout",
        "current_link", "keep", "waves", "gate", "delta", "open", "tls", "action", "file", "runtime");

    /** The limit for {@code keep}. */
    static final int MAX_KEEP = 1000;

    private final Map<String, String> values;
    private final FleetConfig.Defaults defaults;

    private TaskArguments(Map<String, String> values, FleetConfig.Defaults defaults) {
        this.values = values;
        this.defaults = defaults;
    }

    /**
     * Sorts the words of the command line. A task checks the values that it needs.
     *
     * @param words each {@code NAME=VALUE}
     */
    static Map<String, String> parse(List<String> words) throws UsageException {
        Map<String, String> given = new TreeMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (!NAMES.contains(name)) {
                throw new UsageException("'" + name + "' is no argument of a task; the arguments are " + String.join(", ", NAMES));
            }
            if (equals < 0) {
                throw new UsageException("'" + word + "' lacks its value: " + word + "=...");
            }
            if (given.put(name, word.substring(equals + 1)) != null) {
                throw new UsageException(name + " is given twice");
            }
        }
        return given;
    }

    static TaskArguments of(Map<String, String> given, Map<String, String> env, FleetConfig.Defaults defaults)
        throws UsageException {
        Map<String, String> values = new TreeMap<>();
        for (String name : NAMES) {
            String fromEnv = env.getOrDefault(name, "");
            if (given.containsKey(name)) {
                values.put(name, given.get(name));
            } else if (!fromEnv.isEmpty()) {
                values.put(name, fromEnv);
            }
        }
        for (Map.Entry<String, String> value : values.entrySet()) {
            if (value.getValue().indexOf('\uFFFD') >= 0) {
                throw new UsageException(value.getKey() + " holds letters that cannot be read in this locale; set LC_ALL=C.UTF-8");
            }
        }
        return new TaskArguments(values, defaults);
    }

    /**
     * The tag names files and a directory, so it must be one name. All other characters are
     * allowed.
     */
    String tag() throws UsageException {
        String tag = required("tag", defaults.tag(), "default_tag");
        if (tag.indexOf('/') >= 0) {
            throw new UsageException("the tag '" + tag + "' holds a '/'; it names a directory below destination_path");
        }
        if (tag.indexOf('\\') >= 0) {
            throw new UsageException("the tag '" + tag + "' holds a '\\', which no torrent's name may have");
        }
        if (tag.equals(".") || tag.equals("..")) {
            throw new UsageException("the tag '" + tag + "' is no name of a directory");
        }
        if (!Printable.of(tag).equals(tag)) {
            throw new UsageException("the tag holds a control character or a mark of text direction");
        }
        return tag;
    }

    boolean hasTag() {
        return !values.getOrDefault("tag", defaults.tag()).isEmpty();
    }

    /** The source that a seeder packs. */
    Source source() throws UsageException {
        return new Source(filesPath(), isSet("path_is_file"), keepsLinks());
    }

    /** The upload from this machine to the seeders before they pack; null for none. */
    Upload upload(String searchPath) throws UsageException {
        String path = text("source", "");
        return path.isEmpty() ? null : Upload.of(path, isSet("path_is_file"), destinationPath(), tag(), searchPath);
    }

    private String filesPath() throws UsageException {
        if (hasUpload()) {
            return upload("").filesPath();
        }
        return FleetConfig.folder("files_path", required("files_path", defaults.filesPath(), "default_seeder_files_path"));
    }

    /**
     * The path that a seeder serves for a tree; empty for an archive, which it finds by its tag.
     */
    String seededFiles(Release release) throws UsageException {
        return release.isTree() ? filesPath() : "";
    }

    boolean hasUpload() throws UsageException {
        boolean isGiven = !text("source", "").isEmpty();
        if (isGiven && !text("files_path", "").isEmpty()) {
            throw new UsageException("source and files_path exclude each other: source lies here, files_path on the seeder");
        }
        return isGiven;
    }

    boolean hasFilesPath() {
        return !values.getOrDefault("files_path", defaults.filesPath()).isEmpty();
    }

    String destinationPath() throws UsageException {
        return FleetConfig.folder("destination_path",
            required("destination_path", defaults.destinationPath(), "default_destination_path"));
    }

    boolean hasDestinationPath() {
        return !values.getOrDefault("destination_path", defaults.destinationPath()).isEmpty();
    }

    String tempPath() throws UsageException {
        return FleetConfig.folder("temp_path", required("temp_path", defaults.tempPath(), "default_temp_path"));
    }

    /** The given value, or the other text. */
    String text(String name, String otherwise) {
        String value = values.getOrDefault(name, "");
        return value.isEmpty() ? otherwise : value;
    }

    private String required(String name, String otherwise, String key) throws UsageException {
        String value = values.getOrDefault(name, otherwise);
        if (value.isEmpty()) {
            throw new UsageException("this task needs " + name + "=...; " + key + " in the configuration is its default");
        }
        return value;
    }

    String archive() throws UsageException {
        String archive = values.getOrDefault("archive", "tgz");
        return switch (archive) {
            case "tgz", "tar", "tree" -> archive;
            default -> throw new UsageException("archive is tgz, tar or tree, not '" + archive + "'");
        };
    }

    /** The release that the tag names. */
    Release release() throws UsageException {
        return new Release(tag(), tempPath(), archive());
    }

    /** Where it goes. */
    Destination destination() throws UsageException {
        return new Destination(destinationPath(), isSet("no_tag_directory"), isSet("path_is_file"),
            isSet("unsafe_please_delete"), keepsLinks(),
            duration("seed_for"), duration("timeout"));
    }

    private boolean keepsLinks() throws UsageException {
        String links = values.getOrDefault("links", "");
        if (!links.isEmpty() && !links.equals("keep")) {
            throw new UsageException("links is keep, or left out, not '" + links + "'");
        }
        return !links.isEmpty();
    }

    /** Whether hosts that hold the active release get a patch. */
    boolean delta() throws UsageException {
        return flag("delta", text("delta", defaults.delta()));
    }

    /** In the original every value meant yes, even {@code 0}. */
    boolean isSet(String name) throws UsageException {
        return flag(name, values.getOrDefault(name, ""));
    }

    /** @param otherwise what it is if it was not given */
    boolean isSet(String name, boolean otherwise) throws UsageException {
        return values.containsKey(name) ? isSet(name) : otherwise;
    }

    static boolean flag(String name, String value) throws UsageException {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "1", "true", "yes", "on" -> true;
            case "", "0", "false", "no", "off" -> false;
            default -> throw new UsageException(name + " is 1 or 0, not '" + value + "'");
        };
    }

    /** How many releases hosts keep; 0 for all. */
    int keep() throws UsageException {
        String value = text("keep", defaults.keep());
        return value.isEmpty() ? 0 : FleetConfig.number(value, 1, MAX_KEEP);
    }

    /**
     * The link to the active release, below the destination unless it is absolute. Empty for none,
     * which only an empty argument means; null for that of the last order.
     */
    String currentLink(String destination) throws UsageException {
        String value = values.getOrDefault("current_link", defaults.currentLink());
        if (value.isEmpty()) {
            return values.containsKey("current_link") ? "" : null;
        }
        return AgentCommands.path("current_link", value.startsWith("/") ? value : destination + "/" + value);
    }

    /** Nanoseconds; 0 without the argument. */
    long timeoutNs() throws UsageException {
        String value = duration("timeout");
        return value.isEmpty() ? 0 : Quantities.duration(value).toNanos();
    }

    /** The text of a valid duration, or empty without the argument. */
    private String duration(String name) throws UsageException {
        String value = values.getOrDefault(name, "");
        if (!value.isEmpty()) {
            Quantities.duration(value);
        }
        return value;
    }
}
