package murder.tools;

import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.manual.Completion;

/**
 * {@code completion}: prints the script by which a shell completes command lines.
 *
 * @param zsh whether it is for zsh, else for bash
 */
record CompletionCommand(boolean zsh) implements Command {
    static final Syntax SYNTAX = new Syntax("completion", "print a completion script for a shell", """
            murder completion bash|zsh

        Prints a script for your shell. With it the shell completes commands, tasks and options of 'murder'.
        The Debian package installs the script. Without the package:

            bash    source <(murder completion bash)
            zsh     murder completion zsh > FOLDER/_murder, where FOLDER is in $fpath
        """, List.of("SHELL"), 1, List.of(), List.of());

    static CompletionCommand parse(Arguments arguments) throws UsageException {
        String shell = arguments.positional(0);
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw new UsageException("there is a completion for bash and for zsh, none for '" + shell + "'");
        }
        return new CompletionCommand(shell.equals("zsh"));
    }

    @Override
    public int run(Context context) {
        Completion completion = new Completion(Commands.all());
        context.out().print(zsh ? completion.zsh() : completion.bash());
        return ExitStatus.DONE;
    }
}
