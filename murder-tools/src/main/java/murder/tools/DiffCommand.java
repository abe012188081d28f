package murder.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import murder.delta.Patch;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Failures;
import murder.tools.cli.Json;
import murder.tools.cli.Quantities;
import murder.tools.cli.Syntax;

/** {@code diff}: makes a patch between two releases. */
record DiffCommand(Path old, Path fresh, Path patch, boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("diff", "make a patch between two releases", """
            murder diff OLD NEW PATCH [--json]

        Writes the differences between OLD and NEW to PATCH. 'murder patch OLD PATCH NEW' then makes NEW
        from OLD: the same bytes, modes and symbolic links. 'diff' needs memory: 64 MiB, and a third of
        OLD's size.

            OLD, NEW   files or directories
            PATCH      the file to write; replaces an existing one
            --json     the result as JSON, with the bytes of the patch and of the new release
        """, List.of("OLD", "NEW", "PATCH"), 3, List.of(), List.of("--json"));

    static DiffCommand parse(Arguments arguments) {
        return new DiffCommand(Path.of(arguments.positional(0)).toAbsolutePath(), Path.of(arguments.positional(1)).toAbsolutePath(),
            Path.of(arguments.positional(2)).toAbsolutePath(), arguments.has("--json"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        long bytes;
        long whole;
        try {
            bytes = Patch.make(old, fresh, patch);
            whole = Patch.target(patch).length();
        } catch (IOException e) {
            throw CommandException.failed("no patch was made: " + Failures.describe(e), e);
        }
        context.out().println(json
            ? new Json().put("result", "made").put("patch", patch.toString()).put("bytes", bytes).put("new_bytes", whole).toString()
            : "made " + patch + ": " + Quantities.bytes(bytes) + " in place of " + Quantities.bytes(whole));
        return ExitStatus.DONE;
    }
}
