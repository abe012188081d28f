package murder.tools.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Reported;
import murder.tools.cli.Syntax;
import murder.tools.cli.UsageException;
import murder.tools.run.TransferFlags;

/**
 * {@code agent}: brings this host to the state that the fleet's newest order says.
 *
 * @param options of an agent; null to attach or to print the unit
 * @param attach the fleet whose agent gets standard input and output; null otherwise
 * @param held the fleet whose releases are listed; null otherwise
 */
public record AgentCommand(AgentOptions options, String attach, String held) implements Command {
    private static final String UNIT = "murder-agent.service";

    /** The syntax of the command. */
    public static final Syntax SYNTAX = new Syntax("agent", "carry out a fleet's orders on this host", """
            murder agent [--once] [--attached] --fleet=NAME --name=NAME --tracker=HOST:PORT
                         [--root=DIR,...] [--serve=PORT] [--trust-ip=CIDR,...] [--zone=NAME]
                         [--port=N] [--ip=ADDR] [--announce-address=ADDR] [--upload-limit=RATE]
                         [--download-limit=RATE] [--seed-for=30s] [--temp=DIR] [--keys=FILE]
                         [--metrics=PORT] [--replace] [--tls] < MEMBERSHIP
            murder agent --attach --fleet=NAME
            murder agent --releases --fleet=NAME
            murder agent --print-unit

        Joins the fleet and carries out its newest signed order. The agent fetches releases and stages them
        beside their places. It activates a release by a rename and removes old releases. It reports to the
        tracker. 'murder fleet' starts agents by ssh and gives them orders.

            --once          leave after the last order of a deploy (see --seed-for); without it the agent
                            stays
            --attached      once it has joined, standard input brings orders and standard output
                            has reports, as with --attach, until the input ends
            --fleet=NAME    the fleet
            --name=NAME     the name of this host in orders
            --tracker=HOST:PORT
                            the trackers by which agents find each other, separated by commas
            --root=DIR,...  write releases only below these directories; without --root this host only
                            packs and seeds
            --serve=PORT    be the fleet's tracker, too, on this port
            --trust-ip=CIDR,...
                            hosts in these ranges may announce another address, as for 'murder tracker'
            --zone=NAME     the rack or site of this host
            --port, --ip, --announce-address, --upload-limit, --download-limit
                            as for 'murder peer'
            --seed-for TIME how long an agent with --once seeds after the last order (30s)
            --temp=DIR      the folder for payloads, by default the system's temporary folder
            --tls           encrypt the connections between agents; all agents of the fleet must have it
            --keys=FILE     the file with the membership; without it the agent reads standard input. A
                            service without input uses the membership of its last run
            --metrics=PORT  serve figures for Prometheus at http://127.0.0.1:PORT/metrics; off by default
            --replace       take the place of an agent of this fleet that runs already
            --attach        connect to the agent that runs here: orders on standard input, reports on
                            standard output
            --releases      list the releases that this host holds, whether an agent runs or not
            --print-unit    print a systemd unit that runs the agent as a service
        """, List.of(), 0, List.of("--fleet", "--name", "--tracker", "--root", "--serve", "--trust-ip", "--zone", "--port", "--ip",
            "--announce-address", "--upload-limit", "--download-limit", "--seed-for", "--temp", "--keys", "--metrics"),
        List.of("--once", "--replace", "--attached", "--attach", "--releases", "--print-unit", TransferFlags.TLS));

    /**
     * Reads the command line.
     *
     * @throws UsageException if it is wrong
     */
    public static AgentCommand parse(Arguments arguments) throws UsageException {
        if (arguments.has("--print-unit")) {
            return new AgentCommand(null, null, null);
        }
        boolean attaches = arguments.has("--attach");
        if (attaches || arguments.has("--releases")) {
            if (!arguments.has("--fleet")) {
                throw new UsageException("--fleet is missing");
            }
            String fleet = arguments.text("--fleet", "");
            return new AgentCommand(null, attaches ? fleet : null, attaches ? null : fleet);
        }
        return new AgentCommand(AgentOptions.parse(arguments), null, null);
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        return run(context, true);
    }

    /** @param alone whether standard input and output are for this command alone */
    int run(Context context, boolean alone) throws CommandException, IOException, InterruptedException {
        if (attach != null) {
            Attach.run(attach);
            return ExitStatus.DONE;
        }
        if (held != null) {
            return new Reported(running -> {
                new HeldReleases(held).print(running);
                return ExitStatus.DONE;
            }, true).run(context);
        }
        if (options == null) {
            try (InputStream unit = AgentCommand.class.getResourceAsStream(UNIT)) {
                context.out().print(new String(unit.readAllBytes(), StandardCharsets.UTF_8));
                return ExitStatus.DONE;
            }
        }
        return new Reported(running -> AgentRun.run(options, running, alone), true).run(context);
    }
}
