package murder.tools.fleet;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import murder.tools.cli.CommandException;
import murder.tools.cli.UsageException;
import murder.tracker.AnnounceRequest;

/**
 * The lines of a {@code murder.properties}: {@code key = value}. A {@code #} at the start of a line
 * or after a blank starts a comment. A backslash at the end of a line joins the next line. Unlike
 * {@code java.util.Properties} it refuses unknown keys and names their line.
 */
final class ConfigFile {
    /** The limit for a configuration. A larger file is named by mistake. */
    private static final long MAX_BYTES = 16 << 20;

    /** Some editors put it in front of UTF-8 text. It is not visible. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    private ConfigFile(Path file) {
        this.file = file;
    }

    static ConfigFile read(Path file, Set<String> known) throws CommandException, IOException {
        ConfigFile config = new ConfigFile(file);
        List<String> text = lines(file);
        for (int i = 0; i < text.size(); i++) {
            int line = i + 1;
            StringBuilder joined = new StringBuilder();
            String part = withoutComment(text.get(i));
            while (part.endsWith("\\") && i + 1 < text.size()) {
                joined.append(part, 0, part.length() - 1).append(' ');
                part = withoutComment(text.get(++i));
            }
            joined.append(part);
            if (joined.length() > 0) {
                config.add(joined.toString(), line, known);
            }
        }
        return config;
    }

    /** The lines of a user's text file. */
    static List<String> lines(Path file) throws CommandException, IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw CommandException.failed(file + " is no configuration: it is larger than " + (MAX_BYTES >> 20) + " MiB");
            }
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).indexOf('\0') >= 0) {
                    throw CommandException.failed(file + " line " + (i + 1) + ": holds a NUL, so this is no text");
                }
            }
            if (!lines.isEmpty() && lines.get(0).startsWith(BYTE_ORDER_MARK)) {
                lines.set(0, lines.get(0).substring(1));
            }
            return lines;
        } catch (CharacterCodingException e) {
            throw CommandException.failed(file + " is not UTF-8 text", e);
        } catch (NoSuchFileException e) {
            throw CommandException.failed(file + ": there is no such file", e);
        }
    }

    /** The line without its comment and without blanks around it. */
    static String withoutComment(String line) {
        for (int i = line.indexOf('#'); i >= 0; i = line.indexOf('#', i + 1)) {
            if (i == 0 || Character.isWhitespace(line.charAt(i - 1))) {
                return line.substring(0, i).strip();
            }
        }
        return line.strip();
    }

    private void add(String text, int line, Set<String> known) throws CommandException {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw wrong(line, "'" + text + "' is not of the form key = value");
        }
        String key = text.substring(0, equals).strip();
        if (!known.contains(key)) {
            throw wrong(line, "there is no key '" + key + "'; the keys are " + String.join(", ", known));
        }
        Integer first = lines.putIfAbsent(key, line);
        if (first != null) {
            throw wrong(line, key + " is in line " + first + " already");
        }
        values.put(key, text.substring(equals + 1).strip());
    }

    /** The value, or the other text if the key is missing or empty. */
    String text(String key, String otherwise) {
        String value = values.get(key);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    boolean has(String key) {
        return !text(key, "").isEmpty();
    }

    /** Parses one value. If it is wrong, the error names its line. */
    <T> T parsed(String key, String otherwise, Parser<T> parser) throws CommandException {
        try {
            return parser.parse(text(key, otherwise));
        } catch (UsageException e) {
            throw wrong(lines.getOrDefault(key, 0), key + ": " + e.getMessage());
        }
    }

    /** Hosts, separated by commas or blanks. */
    List<Host> hosts(String key) throws CommandException {
        return parsed(key, "", ConfigFile::hostsOf);
    }

    static List<Host> hostsOf(String text) throws UsageException {
        List<Host> hosts = new ArrayList<>();
        for (String word : text.split("[,\\s]+")) {
            if (!word.isEmpty()) {
                hosts.add(Host.parse(word));
            }
        }
        return hosts;
    }

    /**
     * The hosts of the file that this key names, each with its zone. A relative name starts at the
     * folder of this file. A line {@code [zone]} starts a zone; hosts above the first have the
     * empty one.
     */
    Map<Host, String> hostsInFile(String key) throws CommandException, IOException {
        Path list = file.toAbsolutePath().getParent().resolve(text(key, ""));
        Map<Host, String> hosts = new LinkedHashMap<>();
        String zone = "";
        List<String> text = lines(list);
        for (int i = 0; i < text.size(); i++) {
            String line = withoutComment(text.get(i));
            try {
                if (line.startsWith("[") && line.endsWith("]") && line.indexOf(':') < 0) {
                    zone = zone(line.substring(1, line.length() - 1).strip());
                    continue;
                }
                for (Host host : hostsOf(line)) {
                    hosts.putIfAbsent(host, zone);
                }
            } catch (UsageException e) {
                throw CommandException.failed(list + " line " + (i + 1) + ": " + e.getMessage());
            }
        }
        return hosts;
    }

    private static String zone(String name) throws UsageException {
        if (name.isEmpty() || name.length() > AnnounceRequest.MAX_ZONE_LENGTH || name.codePoints().anyMatch(Character::isISOControl)) {
            throw new UsageException("a zone has a name of 1 to " + AnnounceRequest.MAX_ZONE_LENGTH + " characters, as in [rack-7]");
        }
        return name;
    }

    /** The error about a key's line. */
    CommandException wrong(String key, String what) {
        return wrong(lines.getOrDefault(key, 0), what);
    }

    private CommandException wrong(int line, String what) {
        return CommandException.failed(file + (line == 0 ? "" : " line " + line) + ": " + what);
    }

    /** Parses a text. */
    interface Parser<T> {
        T parse(String text) throws UsageException;
    }
}
