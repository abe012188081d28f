package murder.tools;

import java.util.ArrayList;
import java.util.List;
import murder.tools.agent.AgentCommand;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.fleet.FleetCommand;
import murder.tools.host.HostCommands;
import murder.tools.manual.Completion;

/**
 * The commands by name. It is a switch, not a table of lambdas, so that a command loads no classes
 * of others.
 */
final class Commands {
    private static final String[] NAMES = {"tracker", "create", "inspect", "verify", "seed", "peer", "status", "stop", "demo", "simulate",
        "diff", "patch", "prepare", "host", "fleet", "agent", "completion", "runtime"};

    private Commands() {
    }

    /** The syntax of a command, or null if there is no such command. */
    static Syntax syntax(String name) {
        return switch (name) {
            case "tracker" -> TrackerCommand.SYNTAX;
            case "create" -> CreateCommand.SYNTAX;
            case "inspect" -> InspectCommand.SYNTAX;
            case "verify" -> VerifyCommand.SYNTAX;
            case "seed" -> SeedCommand.SYNTAX;
            case "peer" -> PeerCommand.SYNTAX;
            case "status" -> StatusCommand.SYNTAX;
            case "stop" -> StopCommand.SYNTAX;
            case "demo" -> DemoCommand.SYNTAX;
            case "simulate" -> SimulateCommand.SYNTAX;
            case "diff" -> DiffCommand.SYNTAX;
            case "patch" -> PatchCommand.SYNTAX;
            case "prepare" -> PrepareCommand.SYNTAX;
            case "fleet" -> FleetCommand.SYNTAX;
            case "agent" -> AgentCommand.SYNTAX;
            case "completion" -> CompletionCommand.SYNTAX;
            case "runtime" -> RuntimeCommand.SYNTAX;
            default -> HostCommands.syntax(name);
        };
    }

    /** @param name of a command that {@link #syntax} knows */
    static Command parse(String name, Arguments arguments) throws UsageException {
        return switch (name) {
            case "tracker" -> TrackerCommand.parse(arguments);
            case "create" -> CreateCommand.parse(arguments);
            case "inspect" -> InspectCommand.parse(arguments);
            case "verify" -> VerifyCommand.parse(arguments);
            case "seed" -> SeedCommand.parse(arguments);
            case "peer" -> PeerCommand.parse(arguments);
            case "status" -> StatusCommand.parse(arguments);
            case "stop" -> StopCommand.parse(arguments);
            case "demo" -> DemoCommand.parse(arguments);
            case "simulate" -> SimulateCommand.parse(arguments);
            case "diff" -> DiffCommand.parse(arguments);
            case "patch" -> PatchCommand.parse(arguments);
            case "prepare" -> PrepareCommand.parse(arguments);
            case "fleet" -> FleetCommand.parse(arguments);
            case "agent" -> AgentCommand.parse(arguments);
            case "completion" -> CompletionCommand.parse(arguments);
            case "runtime" -> RuntimeCommand.parse(arguments);
            default -> HostCommands.parse(name, arguments);
        };
    }

    /** All of them, with the tasks of {@code host}. */
    static List<Syntax> all() {
        List<Syntax> all = new ArrayList<>();
        for (String name : NAMES) {
            all.add(syntax(name));
            for (String task : Completion.tasks(syntax(name))) {
                Syntax ofTask = syntax(name + " " + task);
                if (ofTask != null) {
                    all.add(ofTask);
                }
            }
        }
        return all;
    }

    /** The output of {@code help}. */
    static String overview() {
        StringBuilder text = new StringBuilder("""
            murder brings a build to every host of a fleet by BitTorrent.

                java -jar murder-tools.jar COMMAND [ARGUMENT ...]

            """);
        for (String name : NAMES) {
            Syntax syntax = syntax(name);
            text.append("    ").append(name).append(" ".repeat(12 - name.length())).append(syntax.summary()).append('\n');
        }
        return text.append("""

            'murder help COMMAND' explains a command, 'murder help --man COMMAND' as a man page.
            'murder --version' prints the version.

            Sizes take k, M and G (powers of 1024). Rates are bits per second with kbit, Mbit and Gbit, or
            bytes per second with k, M and G. Durations take ms, s, m and h. Every command takes --debug,
            which shows stack traces.

            Exit status: 0 done, 1 failed, 2 wrong usage, 3 time-out, 4 the data or the torrent is invalid.

            The environment variable MURDER_STATE names the folder for process files, logs and resume data.
            The default is $XDG_RUNTIME_DIR/murder, else ~/.local/state/murder, else /tmp/murder-USER.
            """).toString();
    }
}
