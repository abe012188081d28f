package murder.tools.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.HostReport;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;

/**
 * {@code host destination}: sees whether a release can go to its place, before anything is packed.
 *
 * @param payload what is to go there
 * @param destination where releases are
 */
record DestinationCommand(DeployPayload payload, Path destination, boolean noTagDirectory, boolean pathIsFile, boolean json)
    implements Command {
    static final Syntax SYNTAX = new Syntax("host destination", "see whether a release can go to its place", """
            murder host destination --tag=TAG --temp=DIR --dest=DIR [--archive=tgz|tar|tree]
                                    [--no-tag-directory] [--path-is-file] [--json]

        Reports files that are in the place of the release and that must not be replaced. A release that
        murder put there is no fault: it may be the same one. 'host peer' decides that by the torrent.
        """, List.of(), 0, options(), List.of("--no-tag-directory", "--path-is-file", "--json"));

    private static List<String> options() {
        List<String> options = new ArrayList<>(DeployPayload.OPTIONS);
        options.add("--dest");
        return options;
    }

    static DestinationCommand parse(Arguments arguments) throws UsageException {
        return new DestinationCommand(DeployPayload.parse(arguments), DeployPayload.path(arguments, "--dest"),
            arguments.has("--no-tag-directory"), arguments.has("--path-is-file"), arguments.has("--json"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException {
        String trouble = trouble(StateFolder.open(context.env()), context);
        if (json) {
            context.out().println(HostReport.check("destination", trouble.isEmpty(), trouble));
            context.out().println(HostReport.result("looked"));
        } else {
            context.out().println(trouble.isEmpty() ? "the release can go there" : trouble);
        }
        return ExitStatus.DONE;
    }

    private String trouble(StateFolder folder, Context context) throws IOException {
        DeletionGuard guard = DeletionGuard.ofSystem(context.env(), List.of(payload.temp(), folder.path()));
        String name = pathIsFile ? payload.name() : noTagDirectory ? null : payload.tag();
        try (Placement placement = Placement.of(destination, name, false, guard)) {
            if (!new PlacedRelease(folder, placement.target()).isKnown()) {
                placement.check();
            }
            return "";
        } catch (CommandException e) {
            return e.getMessage();
        }
    }
}
