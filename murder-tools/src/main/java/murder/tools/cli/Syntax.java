package murder.tools.cli;

import java.util.List;

/**
 * The syntax of a command, with its help text.
 *
 * @param name of the command
 * @param summary half a line for the list of commands
 * @param help the whole text of {@code help NAME}; its first paragraph is the usage, indented by
 *     four spaces
 * @param positionals their names, in order; if the last one ends in {@value #REPEATS}, there may be
 *     any number of it
 * @param required the number of required ones
 * @param values options that take a value, with their dashes
 * @param flags options that take none, with their dashes
 */
public record Syntax(String name, String summary, String help, List<String> positionals, int required, List<String> values,
              List<String> flags) {
    private static final String REPEATS = "...";

    public Syntax {
        positionals = List.copyOf(positionals);
        values = List.copyOf(values);
        flags = List.copyOf(flags);
    }

    boolean lastRepeats() {
        return !positionals.isEmpty() && positionals.get(positionals.size() - 1).endsWith(REPEATS);
    }

    /** The usage lines: the first paragraph of the help. */
    public String usage() {
        int end = help.indexOf("\n\n");
        return end < 0 ? help : help.substring(0, end);
    }
}
