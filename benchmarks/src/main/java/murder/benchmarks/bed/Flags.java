package murder.benchmarks.bed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The options of one command line: {@code --name value} or {@code --name=value}, and {@code --name}
 * alone for a switch.
 */
final class Flags {
    private final Map<String, String> values = new LinkedHashMap<>();

    /**
     * @param valued names of the options that take a value
     * @param switches names of those that take none
     */
    Flags(List<String> words, Set<String> valued, Set<String> switches) throws UsageException {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            String value;
            if (switches.contains(name) && equals < 0) {
                value = "";
            } else if (!valued.contains(name)) {
                throw new UsageException("unknown option " + word);
            } else if (equals >= 0) {
                value = word.substring(equals + 1);
            } else if (i + 1 < words.size()) {
                value = words.get(++i);
            } else {
                throw new UsageException(name + " needs a value");
            }
            if (values.put(name, value) != null) {
                throw new UsageException(name + " is given twice");
            }
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    Path path(String name, Path otherwise) {
        return has(name) ? Path.of(values.get(name)).toAbsolutePath().normalize() : otherwise;
    }

    /** A whole number within these bounds, both inclusive. */
    int number(String name, int otherwise, int least, int most) throws UsageException {
        return has(name) ? number(name, values.get(name), least, most) : otherwise;
    }

    private static int number(String name, String text, int least, int most) throws UsageException {
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new UsageException(name + " takes a whole number, not '" + text + "'");
        }
        if (number < least || number > most) {
            throw new UsageException(name + " takes a number from " + least + " to " + most + ", not " + number);
        }
        return number;
    }

    /** Numbers with commas between them, each within these bounds. */
    List<Integer> numbers(String name, List<Integer> otherwise, int least, int most) throws UsageException {
        if (!has(name)) {
            return otherwise;
        }
        List<Integer> numbers = new ArrayList<>();
        for (String text : values.get(name).split(",", -1)) {
            numbers.add(number(name, text, least, most));
        }
        return List.copyOf(numbers);
    }

    long bytes(String name, long otherwise) throws UsageException {
        try {
            return has(name) ? Quantities.bytes(values.get(name)) : otherwise;
        } catch (UsageException e) {
            throw about(name, e);
        }
    }

    long bitsPerSecond(String name, long otherwise) throws UsageException {
        try {
            return has(name) ? Quantities.bitsPerSecond(values.get(name)) : otherwise;
        } catch (UsageException e) {
            throw about(name, e);
        }
    }

    Duration duration(String name, Duration otherwise) throws UsageException {
        try {
            return has(name) ? Quantities.duration(values.get(name)) : otherwise;
        } catch (UsageException e) {
            throw about(name, e);
        }
    }

    /** The clients that are named with commas between them, each once. */
    List<Client> clients(List<Client> otherwise) throws UsageException {
        if (!has("--clients")) {
            return otherwise;
        }
        Set<Client> clients = new LinkedHashSet<>();
        for (String label : values.get("--clients").split(",", -1)) {
            clients.add(Client.labelled(label));
        }
        return List.copyOf(clients);
    }

    private static UsageException about(String name, UsageException e) {
        return new UsageException(name + ": " + e.getMessage());
    }
}
