package murder.tools;

import java.util.ArrayList;
import java.util.List;
import murder.engine.sim.PushOptions;
import murder.engine.sim.PushResult;
import murder.engine.sim.PushSimulation;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Json;
import murder.tools.cli.Quantities;
import murder.tools.cli.Table;
import murder.tools.cli.UsageException;

/**
 * {@code simulate --push}: the time of an order to all agents of a fleet, in virtual time.
 *
 * @param options what to simulate
 * @param json whether programs read the output
 */
record PushCommand(PushOptions options, boolean json) implements Command {
    /** Options of {@code simulate} that work only with {@code --push}. */
    static final List<String> VALUES = List.of("--silent", "--liars", "--churn", "--split", "--orders", "--order-size");
    static final List<String> FLAGS = List.of("--push", "--tracker-down");
    /** Options of {@code simulate} that {@code --push} takes, too. */
    private static final List<String> COMMON = List.of("--hosts", "--latency", "--jitter", "--verify", "--start-within", "--seed",
        "--json");

    /** @param all options of {@code simulate} that take a value */
    static PushCommand parse(Arguments arguments, List<String> all) throws UsageException {
        for (String name : all) {
            if (arguments.has(name) && !VALUES.contains(name) && !COMMON.contains(name)) {
                throw new UsageException(name + " does not work with --push");
            }
        }
        if (!arguments.has("--hosts")) {
            throw new UsageException("--hosts is missing");
        }
        try {
            long latencyNs = SimText.time(arguments, "--latency", 500_000);
            PushOptions.Builder options = PushOptions.builder(arguments.number("--hosts", 0, 1, PushOptions.MAX_HOSTS))
                .latencyNs(latencyNs, SimText.time(arguments, "--jitter", latencyNs / 10))
                .verifyNs(SimText.time(arguments, "--verify", 500_000))
                .startWithinNs(SimText.time(arguments, "--start-within", 5_000_000_000L))
                .silent(SimText.number("--silent", arguments.text("--silent", "0")))
                .liars(SimText.number("--liars", arguments.text("--liars", "0")))
                .churn(SimText.number("--churn", arguments.text("--churn", "0")))
                .orders(arguments.number("--orders", 1, 1, 1000), 1_000_000_000L)
                .orderBytes((int) Math.min(Integer.MAX_VALUE, arguments.size("--order-size", 2000)))
                .trackerDies(arguments.has("--tracker-down"))
                .seed(SimText.seed(arguments.text("--seed", "1")));
            if (arguments.has("--split")) {
                String[] split = SimText.split("--split", arguments.text("--split", ""));
                options.split(SimText.number("--split", split[0]), SimText.time("--split", split[1]));
            }
            return new PushCommand(options.build(), arguments.has("--json"));
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    @Override
    public int run(Context context) throws CommandException {
        PushResult result = PushSimulation.run(options);
        if (json) {
            context.out().println(new Json().put("hosts", result.hosts()).put("reached", result.reached()).put("last_s", result.last())
                .put("p50_s", result.p50()).put("p99_s", result.p99()).put("messages", result.messages()).put("bytes", result.bytes())
                .put("neighbours", result.neighbours()).put("events", result.events()).put("wall_s", result.wallSeconds())
                .put("seed", result.seed()).put("trace", Long.toHexString(result.traceHash())));
        } else {
            print(context, result);
        }
        if (!result.isComplete()) {
            throw CommandException.failed((result.hosts() - result.reached()) + " of " + result.hosts() + " agents had no order after "
                + SimText.seconds(result.last()));
        }
        return ExitStatus.DONE;
    }

    private static void print(Context context, PushResult result) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"agents", result.reached() + " of " + result.hosts() + " have the order; "
            + SimText.thousandths(result.neighbours()) + " neighbours each"});
        rows.add(new String[] {"last agent", "after " + SimText.seconds(result.last())});
        rows.add(new String[] {"half, 99 of 100", SimText.seconds(result.p50()) + ", " + SimText.seconds(result.p99())});
        rows.add(new String[] {"messages", result.messages() + ", together " + Quantities.bytes(result.bytes())});
        rows.add(new String[] {"simulated in", SimText.seconds(result.wallSeconds()) + ": " + result.events() + " events"});
        rows.add(new String[] {"seed", Long.toString(result.seed())});
        context.out().print(Table.of(rows));
    }
}
