package murder.tools.host;

import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Reported;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;

/** The commands of a fleet on each host. Programs call them, so they take only options. */
public final class HostCommands {
    private static final Syntax OVERVIEW = new Syntax("host", "the tasks that 'fleet' and Capistrano run on each host", """
            murder host TASK --tag=TAG [--NAME=VALUE ...] [--json]

        One step of a deploy, on this host:

            pack            make the archive and its torrent (create_torrent)
            torrent         print the torrent's bytes (download_torrent)
            start-tracker   start a tracker in the background
            start-seeding   start a seeder in the background
            peer            read the torrent from standard input, fetch its payload, put the release in
                            place
            clean           remove the files of a tag from the temporary folder (clean_temp_files)
            check           check whether this host is ready

        'murder help host TASK' explains a task. 'murder status' shows the processes in the background,
        'murder stop' ends them.
        """, List.of("TASK"), 1, List.of(), List.of());

    private HostCommands() {
    }

    /**
     * The syntax of a command, or null if there is none of this name. A name is {@code host} and a
     * task.
     */
    public static Syntax syntax(String name) {
        return switch (name) {
            case "host" -> OVERVIEW;
            case "host pack" -> PackCommand.SYNTAX;
            case "host torrent" -> TorrentCommand.SYNTAX;
            case "host start-tracker" -> StartTrackerCommand.SYNTAX;
            case "host start-seeding" -> StartSeedingCommand.SYNTAX;
            case "host peer" -> HostPeerCommand.SYNTAX;
            case "host clean" -> CleanCommand.SYNTAX;
            case "host check" -> CheckCommand.SYNTAX;
            default -> null;
        };
    }

    /**
     * The length of the torrent that {@code host start-seeding} will read.
     *
     * @param args the whole command line
     * @return 0 if it is missing, or if the command line is wrong; the command itself reports both
     */
    public static long seededTorrentBytes(String[] args) throws CommandException {
        try {
            List<String> words = List.of(args).subList(2, args.length);
            return StartSeedingCommand.parse(Arguments.parse(StartSeedingCommand.SYNTAX, words)).payload().findOwn().torrent().toFile()
                .length();
        } catch (UsageException e) {
            return 0;
        }
    }

    /** @param name of a command that {@link #syntax} knows */
    public static Command parse(String name, Arguments arguments) throws UsageException {
        Command command = switch (name) {
            case "host" -> throw new UsageException("there is no task '" + arguments.positional(0) + "'");
            case "host pack" -> PackCommand.parse(arguments);
            case "host torrent" -> TorrentCommand.parse(arguments);
            case "host start-tracker" -> StartTrackerCommand.parse(arguments);
            case "host start-seeding" -> StartSeedingCommand.parse(arguments);
            case "host peer" -> HostPeerCommand.parse(arguments);
            case "host clean" -> CleanCommand.parse(arguments);
            case "host check" -> CheckCommand.parse(arguments);
            default -> throw new IllegalArgumentException("no command " + name);
        };
        return new Reported(command, arguments.has("--json"));
    }
}
