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

        Makes NEW from OLD, which is only read, with what 'murder diff' wrote to PATCH. Every file is compared with its SHA-256 before
        NEW is in place. If OLD is not the release from which the patch was made, or the patch is damaged, nothing is made.

            OLD            the file or directory that is there
            PATCH          the patch
            NEW            where the new file or directory is to be; nothing may be there
            --keep-links   take symbolic links that lead out of NEW as they are
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
