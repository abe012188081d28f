package murder.tools.host;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.DeployUses;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.OwnFolder;
import murder.tools.cli.ProcessStatus;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;

/** {@code host clean}: removes the files of a tag from the temporary folder. */
record CleanCommand(DeployPayload payload, String deploy, boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("host clean", "remove the files of a tag from the temporary folder", """
            murder host clean --tag=TAG --temp=DIR [--deploy=ID] [--json]

        Removes archive and torrent of TAG from the folder, complete or not. Releases stay. Running
        processes of TAG continue for a short time; the output says how many. With --deploy=ID it removes
        nothing while such a process runs, because another deploy uses it.
        """, List.of(), 0, options(), List.of("--json"));

    private static List<String> options() {
        List<String> options = new ArrayList<>(DeployPayload.OPTIONS);
        options.add("--deploy");
        return options;
    }

    static CleanCommand parse(Arguments arguments) throws UsageException {
        return new CleanCommand(DeployPayload.parse(arguments), DeployUses.id(arguments), arguments.has("--json"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException {
        StateFolder folder = StateFolder.open(context.env());
        int running = 0;
        for (ProcessStatus process : folder.processes()) {
            if (process.tag().equals(payload.tag())) {
                running++;
                context.err().println("murder host clean: a " + process.role() + " of " + payload.tag() + " still runs (pid "
                    + process.pid() + ")");
            }
        }
        int removed = 0;
        if (running == 0 || deploy.isEmpty()) {
            for (Path file : files()) {
                folder.forget(file);
                if (isOurFile(file) && Files.deleteIfExists(file)) {
                    removed++;
                    context.out().println(json ? HostReport.removed(file.toString()) : "removed " + file);
                }
            }
            removeOwnFolder();
        }
        if (json) {
            context.out().println(HostReport.result("cleaned").with(Member.REMOVED, removed).with(Member.RUNNING, running));
        } else if (removed == 0) {
            context.out().println("nothing of " + payload.tag() + " is in " + payload.temp());
        }
        return ExitStatus.DONE;
    }

    /**
     * Files of other users do not belong to a tag, and cannot be deleted in a folder like /tmp.
     * Murder makes no folder of such a name.
     */
    private static boolean isOurFile(Path file) throws IOException {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
            && OwnFolder.isMine(file);
    }

    /** The possible files of a tag in the temporary folder, and in this user's folder in it. */
    private List<Path> files() throws CommandException {
        List<Path> files = new ArrayList<>(payload.files());
        DeployPayload own = payload.findOwn();
        if (!own.equals(payload)) {
            files.addAll(own.files());
        }
        return files;
    }

    /** It stays while other tags have files in it. */
    private void removeOwnFolder() throws CommandException, IOException {
        DeployPayload own = payload.findOwn();
        if (!own.equals(payload)) {
            try {
                Files.deleteIfExists(own.temp());
            } catch (DirectoryNotEmptyException e) {
                return;
            }
        }
    }
}
