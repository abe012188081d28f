package murder.tools;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import murder.delta.Manifest;
import murder.delta.Patch;
import murder.delta.PatchException;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Failures;
import murder.tools.cli.Json;
import murder.tools.cli.Quantities;
import murder.tools.cli.Syntax;

/** {@code patch}: makes a new release from an old one and a patch. */
record PatchCommand(Path old, Path patch, Path fresh, boolean keepLinks, boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("patch", "make a new release from an old one and a patch", """
            murder patch OLD PATCH NEW [--keep-links] [--json]

        Makes NEW from OLD and from the PATCH that 'murder diff' wrote. It only reads OLD. It compares
        every file with its SHA-256 before it puts NEW in place. If the patch belongs to another OLD or is
        damaged, it makes nothing.

            OLD            the existing file or directory
            PATCH          the patch
            NEW            the new file or directory; it must not exist yet
            --keep-links   accept symbolic links that lead out of NEW
            --json         the result as JSON
        """, List.of("OLD", "PATCH", "NEW"), 3, List.of(), List.of("--keep-links", "--json"));

    static PatchCommand parse(Arguments arguments) {
        return new PatchCommand(Path.of(arguments.positional(0)).toAbsolutePath(), Path.of(arguments.positional(1)).toAbsolutePath(),
            Path.of(arguments.positional(2)).toAbsolutePath(), arguments.has("--keep-links"), arguments.has("--json"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        Manifest made;
        try {
            made = Patch.apply(patch, old, fresh, keepLinks);
        } catch (PatchException e) {
            throw CommandException.invalid(patch + ": " + e.getMessage(), e);
        } catch (FileAlreadyExistsException e) {
            throw CommandException.failed(fresh + " is there already; name another place, or delete it", e);
        } catch (IOException e) {
            throw CommandException.failed(fresh + " was not made: " + Failures.describe(e), e);
        }
        context.out().println(json
            ? new Json().put("result", "made").put("path", fresh.toString()).put("bytes", made.length()).put("manifest", made.toString())
                .toString()
            : "made " + fresh + ": " + made.entries().size() + (made.entries().size() == 1 ? " entry, " : " entries, ")
                + Quantities.bytes(made.length()));
        return ExitStatus.DONE;
    }
}
