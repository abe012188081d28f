package murder.tools.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Json;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;

/**
 * {@code fleet}: a task on all its hosts, over ssh.
 *
 * @param task to do
 * @param given arguments of the task from the command line
 * @param config the file that names the hosts
 * @param parallel the limit of simultaneous ssh
 * @param tolerance how many hosts may fail
 * @param retry whether to run only on hosts that failed in the last run
 * @param dryRun whether to show the commands only
 * @param json whether programs read the output
 */
public record FleetCommand(Task task, Map<String, String> given, Path config, int parallel, Tolerance tolerance, boolean retry,
                           boolean dryRun, boolean json) implements Command {
    /** The syntax of the command. */
    public static final Syntax SYNTAX = new Syntax("fleet", "run a deploy, or a task of one, on many hosts over ssh", """
            murder fleet TASK [NAME=VALUE ...] [--config murder.properties] [--parallel 64]
                         [--tolerate N|P%] [--retry] [--dry-run] [--json]

        Runs TASK on all its hosts at once, by the system's ssh. A host that fails does not stop the others.

            deploy               bring a release to all hosts. An ssh to each host starts an agent; then
                                 signed orders do the rest. If too many hosts fail to stage it, no host
                                 changes
            stage, activate      the two halves of deploy
            rollback             activate the previous release again, or the one of tag=
            releases             show which hosts hold which releases
            agents               show the agents of the fleet and their states
            start_agents, stop_agents
                                 start or stop agents that stay on the hosts, as services where systemd
                                 runs. With them a deploy needs only one ssh
            keys                 keys of the fleet: show (the default), rotate, revoke, export FILE, import
                                 FILE
            check                check every host: ssh, java, tar, disk, ports and whether it reaches the
                                 tracker. Changes nothing
            status               show the murder processes of every host, and a deploy that runs
            distribute_files     copy murder itself to the hosts that do not have it
            start_tracker, stop_tracker
            create_torrent       pack files_path on the seeder and make the torrent, then download_torrent
            download_torrent     fetch the torrent from the seeder to this machine
            start_seeding, stop_seeding, stop_all_seeding
            peer                 bring the release to all peers, into destination_path/tag
            stop_peering, stop_all_peering
            clean_temp_files     remove archive and torrent from the hosts' temp_path

        Arguments, or environment variables of the same names:
            tag                  the name of the release
            files_path           what to deploy, on the seeder
            source               what to deploy, a directory of this machine instead of files_path;
                                 fleet copies it to the seeder
            destination_path     where releases go on the peers
            temp_path            for archives and torrents, on the hosts (/tmp)
            archive=KIND         what travels: tgz (the default), tar, or tree, the files themselves
            runtime=1            all tasks use the Java runtime that distribute_files copies, see
                                 'murder help runtime'
        and no_tag_directory=1, path_is_file=1, unsafe_please_delete=1, do_not_download_torrent=1,
        seed_for, timeout, links=keep, current_link=NAME, keep=N, waves=1,10%,100%, gate=COMMAND.

        These arguments override the configuration: announce_address, trust_ip, peer_port, upload_limit,
        download_limit, host_timeout, delta=0|1 (hosts with the active release get a patch; 1), open=1
        (any BitTorrent client may join a deploy), tls=1 (agents use TLS).

            --config FILE        the file that names the hosts (murder.properties)
            --parallel N         at most this many ssh processes at once (64)
            --tolerate SHARE     this many hosts may fail, and the exit status is still 0: a number, or a
                                 percentage such as 5%
            --retry              run only on the hosts that failed in the last run of this task and tag
            --dry-run            show the command for each host, but run none
            --json               JSON, one object a line, the last one the result
        """, List.of("TASK", "NAME=VALUE..."), 1, List.of("--config", "--parallel", "--tolerate"),
        List.of("--retry", "--dry-run", "--json"));

    private static final int MAX_PARALLEL = 4096;

    /** Checks the words of the command line. */
    public static FleetCommand parse(Arguments arguments) throws UsageException {
        Task task = Task.of(arguments.positional(0));
        if (task == null) {
            throw new UsageException("there is no task '" + arguments.positional(0) + "'; the tasks are " + Task.list());
        }
        List<String> words = new ArrayList<>(arguments.positionalsFrom(1));
        for (int i = 0; task == Task.KEYS && i < Math.min(2, words.size()); i++) {
            // keys rotate, keys export FILE
            words.set(i, words.get(i).indexOf('=') < 0 ? (i == 0 ? "action=" : "file=") + words.get(i) : words.get(i));
        }
        return new FleetCommand(task, TaskArguments.parse(words),
            Path.of(arguments.text("--config", "murder.properties")), arguments.number("--parallel", 64, 1, MAX_PARALLEL),
            Tolerance.parse(arguments.text("--tolerate", "0")), arguments.has("--retry"), arguments.has("--dry-run"),
            arguments.has("--json"));
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        FleetView.Mode mode = json ? FleetView.Mode.JSON : context.terminal() ? FleetView.Mode.TERMINAL : FleetView.Mode.PLAIN;
        FleetView view = new FleetView(context.rawOut(), mode);
        try {
            return new FleetRun(this, view, context).run();
        } catch (UsageException e) {
            // Some arguments come from the environment or the configuration, so this checks them
            // now.
            fail(view, e.getMessage());
            context.err().println("murder fleet: " + task + ": " + e.getMessage());
            return ExitStatus.USAGE;
        } catch (CommandException e) {
            fail(view, e.getMessage());
            throw e;
        }
    }

    private static void fail(FleetView view, String error) {
        view.object(new Json().put("result", "failed").put("ok", false).put("error", error));
    }
}
