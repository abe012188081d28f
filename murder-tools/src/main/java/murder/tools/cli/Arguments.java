package murder.tools.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The words of a command line, sorted into positional arguments, {@code --name value} (or
 * {@code --name=value}) and flags. It refuses words that the command's syntax does not know. A word
 * {@code --} ends the options.
 */
public final class Arguments {
    /** Known to every command; read before the command is parsed. */
    public static final String DEBUG = "--debug";

    private final Syntax syntax;
    private final List<String> positionals = new ArrayList<>();
    private final Map<String, String> values = new HashMap<>();
    private final Set<String> flags = new HashSet<>();

    private Arguments(Syntax syntax) {
        this.syntax = syntax;
    }

    public static Arguments parse(Syntax syntax, List<String> words) throws UsageException {
        Arguments arguments = new Arguments(syntax);
        boolean options = true;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!options || !word.startsWith("-") || word.equals("-")) {
                arguments.positional(word);
            } else if (word.equals("--")) {
                options = false;
            } else if (syntax.values().contains(word)) {
                i++;
                if (i == words.size() || words.get(i).startsWith("--")) {
                    throw new UsageException(word + " needs a value");
                }
                arguments.value(word, words.get(i));
            } else {
                arguments.option(word);
            }
        }
        if (arguments.positionals.size() < syntax.required()) {
            throw new UsageException(syntax.positionals().get(arguments.positionals.size()) + " is missing");
        }
        return arguments;
    }

    private void positional(String word) throws UsageException {
        if (positionals.size() >= syntax.positionals().size() && !syntax.lastRepeats()) {
            throw new UsageException("'" + word + "' is one argument too many");
        }
        positionals.add(word);
    }

    private void option(String word) throws UsageException {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        boolean flag = syntax.flags().contains(name) || name.equals(DEBUG);
        if (flag && equals < 0) {
            flags.add(name);
        } else if (flag) {
            throw new UsageException(name + " takes no value");
        } else if (equals >= 0 && syntax.values().contains(name)) {
            value(name, word.substring(equals + 1));
        } else {
            throw new UsageException("unknown option " + name);
        }
    }

    private void value(String name, String value) throws UsageException {
        if (values.put(name, value) != null) {
            throw new UsageException(name + " is given twice");
        }
    }

    public boolean has(String option) {
        return flags.contains(option) || values.containsKey(option);
    }

    /** The argument at this place, or null if it is missing. */
    public String positional(int index) {
        return index < positionals.size() ? positionals.get(index) : null;
    }

    /** All positional arguments from this place on. */
    public List<String> positionalsFrom(int index) {
        return List.copyOf(positionals.subList(Math.min(index, positionals.size()), positionals.size()));
    }

    /** The option's value, or the other text without the option. */
    public String text(String name, String otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : value;
    }

    /** A whole number within these bounds, both inclusive. */
    public int number(String name, int otherwise, int least, int most) throws UsageException {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new UsageException(name + " takes a whole number, not '" + value + "'");
        }
        if (number < least || number > most) {
            throw new UsageException(name + " takes a number from " + least + " to " + most + ", not " + number);
        }
        return number;
    }

    /** A TCP port; 0, which is the usual default, takes a free one. */
    public int port(int otherwise) throws UsageException {
        return number("--port", otherwise, 0, 65535);
    }

    /** Bytes. */
    public long size(String name, long otherwise) throws UsageException {
        String value = values.get(name);
        try {
            return value == null ? otherwise : Quantities.size(value);
        } catch (UsageException e) {
            throw about(name, e);
        }
    }

    /** Bytes per second; 0 without the option. */
    public long rate(String name) throws UsageException {
        return rate(name, 0);
    }

    /** Bytes per second. */
    public long rate(String name, long otherwise) throws UsageException {
        String value = values.get(name);
        try {
            return value == null ? otherwise : Quantities.rate(value);
        } catch (UsageException e) {
            throw about(name, e);
        }
    }

    public Duration duration(String name, Duration otherwise) throws UsageException {
        String value = values.get(name);
        try {
            return value == null ? otherwise : Quantities.duration(value);
        } catch (UsageException e) {
            throw about(name, e);
        }
    }

    private static UsageException about(String name, UsageException e) {
        return new UsageException(name + ": " + e.getMessage());
    }
}
