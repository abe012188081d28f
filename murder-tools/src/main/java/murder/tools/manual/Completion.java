package murder.tools.manual;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.Syntax;

/**
 * Scripts with which a shell completes command lines of {@code murder}: the command, its task and
 * its options. Other words are files. The scripts contain all words, so the tab key starts no JVM.
 */
public final class Completion {
    private static final String TASK = "TASK";

    private final List<Syntax> commands;

    /** @param commands all of them; the name of a task's has two words */
    public Completion(List<Syntax> commands) {
        // The pattern of a command also matches its tasks, so the tasks come first.
        List<Syntax> tasksFirst = new ArrayList<>(commands);
        tasksFirst.sort(Comparator.comparing((Syntax command) -> command.name().indexOf(' ') < 0));
        this.commands = List.copyOf(tasksFirst);
    }

    /**
     * The tasks of a command, from the list in its help text.
     *
     * @param syntax of the command
     * @return none if it takes no task
     */
    public static List<String> tasks(Syntax syntax) {
        List<String> tasks = new ArrayList<>();
        if (syntax.positionals().isEmpty() || !syntax.positionals().get(0).equals(TASK)) {
            return tasks;
        }
        for (HelpText.Part part : HelpText.parts(syntax.help().substring(syntax.usage().length()))) {
            for (HelpText.Entry entry : part.entries()) {
                tasks.addAll(List.of(entry.term().split(",? ")));
            }
            if (!tasks.isEmpty()) {
                break; // Later lists have other contents.
            }
        }
        return tasks;
    }

    /** {@return the script for bash} */
    public String bash() {
        return """
            # Completes command lines of murder in bash.
            _murder() {
                local words= cur="${COMP_WORDS[COMP_CWORD]}"
                COMPREPLY=()
                if ((COMP_CWORD == 1)); then
                    words='%s'
                elif ((COMP_CWORD == 2)) && [[ "$cur" != -* ]]; then
                    case "${COMP_WORDS[1]}" in
            %s        esac
                elif [[ "$cur" == -* ]]; then
                    case "${COMP_WORDS[1]} ${COMP_WORDS[2]}" in
            %s        esac
                fi
                [[ -z "$words" ]] || COMPREPLY=($(compgen -W "$words" -- "$cur"))
            }
            complete -o default -o bashdefault -F _murder murder
            """.formatted(String.join(" ", names()), cases(true, "words='%s'"), cases(false, "words='%s'"));
    }

    /** {@return the function for zsh, for a file named _murder} */
    public String zsh() {
        StringBuilder described = new StringBuilder();
        for (Syntax command : commands) {
            if (command.name().indexOf(' ') < 0) {
                described.append("        '").append(command.name()).append(':').append(command.summary().replace("'", "'\\''"))
                    .append("'\n");
            }
        }
        return """
            #compdef murder
            # Completes command lines of murder in zsh.
            local -a commands words_here
            if ((CURRENT == 2)); then
                commands=(
            %s    )
                _describe -t commands 'murder command' commands
                return
            fi
            if ((CURRENT == 3)) && [[ "$PREFIX" != -* ]]; then
                case "$words[2]" in
            %s    esac
            elif [[ "$PREFIX" == -* ]]; then
                case "$words[2] $words[3]" in
            %s    esac
            fi
            if (($#words_here > 0)); then
                compadd -- $words_here
            else
                _files
            fi
            """.formatted(described, cases(true, "words_here=(%s)"), cases(false, "words_here=(%s)"));
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(List.of("help"));
        for (Syntax command : commands) {
            if (command.name().indexOf(' ') < 0) {
                names.add(command.name());
            }
        }
        return names;
    }

    /** Lines of a {@code case}: the tasks of each command, or the options. */
    private String cases(boolean ofTasks, String set) {
        StringBuilder cases = new StringBuilder();
        if (ofTasks) {
            cases.append("            help) ").append(set.formatted(String.join(" ", names()))).append(" ;;\n");
        }
        for (Syntax command : commands) {
            List<String> words = ofTasks ? tasks(command) : options(command);
            if (!words.isEmpty()) {
                String pattern = ofTasks ? command.name() : "\"" + command.name() + "\"" + (command.name().indexOf(' ') < 0 ? "\\ *" : "");
                cases.append("            ").append(pattern).append(") ").append(set.formatted(String.join(" ", words))).append(" ;;\n");
            }
        }
        return cases.toString();
    }

    private static List<String> options(Syntax command) {
        List<String> options = new ArrayList<>(command.values());
        options.addAll(command.flags());
        options.addAll(List.of(Arguments.DEBUG, "--help"));
        return options;
    }
}
