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

/**
 * {@code agent}: brings this host to the state that the fleet's newest order says.
 *
 * @param options of an agent; null to attach or to print the unit
 * @param attach the fleet to whose agent standard input and output are joined; null for something
 *     else
 */
public record AgentCommand(AgentOptions options, String attach) implements Command {
    private static final String UNIT = "murder-agent.service";

    /** What the command takes. */
    public static final Syntax SYNTAX = new Syntax("agent", "carry out a fleet's orders on this host", """
            murder agent [--once] --fleet=NAME --name=NAME --tracker=HOST:PORT [--root=DIR,...] [--serve=PORT] [--zone=NAME]
                         [--port=N] [--ip=ADDR] [--announce-address=ADDR] [--upload-limit=RATE] [--download-limit=RATE]
                         [--seed-for=30s] [--temp=DIR] [--keys=FILE] < MEMBERSHIP
            murder agent --attach --fleet=NAME
            murder agent --print-unit

        One process that joins the fleet, learns the newest signed order and applies it: it fetches releases, stages them beside their
        places, activates them by rename, and removes old ones. It reports to the tracker. 'murder fleet' starts agents by ssh and gives
        them orders.

            --once          leave some time after the last order of a deploy, see --seed-for; without it the agent is a service
            --fleet=NAME    the fleet
            --name=NAME     what this host is called in orders
            --tracker=HOST:PORT
                            where the fleet's agents find each other; several separated by commas are tiers
            --root=DIR,...  it writes releases only below these directories; without one this host only packs and serves
            --serve=PORT    serve as the fleet's tracker, too
            --trust-ip=CIDR,...
                            hosts there may announce another address than their own, as for 'murder tracker'
            --zone=NAME     the rack or site of this host
            --port, --ip, --announce-address, --upload-limit, --download-limit
                            as for 'murder peer'
            --seed-for TIME how long an agent with --once seeds after the last order (30s)
            --temp=DIR      where payloads lie meanwhile, by default the system's temporary folder
            --keys=FILE     the membership; without it, what an earlier run kept, or standard input
            --attach        join standard input and output with the agent that runs here: orders in, reports out
            --print-unit    print a systemd unit that runs the agent as a service
        """, List.of(), 0, List.of("--fleet", "--name", "--tracker", "--root", "--serve", "--trust-ip", "--zone", "--port", "--ip",
            "--announce-address", "--upload-limit", "--download-limit", "--seed-for", "--temp", "--keys"),
        List.of("--once", "--attach", "--print-unit"));

    /**
     * Reads the command line.
     *
     * @throws UsageException if it is wrong
     */
    public static AgentCommand parse(Arguments arguments) throws UsageException {
        if (arguments.has("--print-unit")) {
            return new AgentCommand(null, null);
        }
        if (arguments.has("--attach")) {
            if (!arguments.has("--fleet")) {
                throw new UsageException("--fleet is missing");
            }
            return new AgentCommand(null, arguments.text("--fleet", ""));
        }
        return new AgentCommand(AgentOptions.parse(arguments), null);
    }

    @Override
    public int run(Context context) throws CommandException, IOException, InterruptedException {
        if (attach != null) {
            Attach.run(attach);
            return ExitStatus.DONE;
        }
        if (options == null) {
            try (InputStream unit = AgentCommand.class.getResourceAsStream(UNIT)) {
                context.out().print(new String(unit.readAllBytes(), StandardCharsets.UTF_8));
                return ExitStatus.DONE;
            }
        }
        return new Reported(running -> AgentRun.run(options, running), true).run(context);
    }
}
