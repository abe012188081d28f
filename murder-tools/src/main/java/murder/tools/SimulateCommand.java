package murder.tools;

import java.util.ArrayList;
import java.util.List;
import murder.engine.sim.Simulation;
import murder.engine.sim.SimulationOptions;
import murder.engine.sim.SimulationResult;
import murder.metainfo.PieceLength;
import murder.tools.cli.Arguments;
import murder.tools.cli.Command;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.ExitStatus;
import murder.tools.cli.Json;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.Quantities;
import murder.tools.cli.Syntax;
import murder.tools.cli.Table;
import murder.tools.cli.UsageException;
import murder.tools.run.HashingProgress;

/**
 * {@code simulate}: predicts the time of a swarm, in virtual time.
 *
 * @param options what to simulate
 * @param curve whether to print the time of each host
 * @param json whether programs read the output
 */
record SimulateCommand(SimulationOptions options, boolean curve, boolean json) implements Command {
    static final Syntax SYNTAX = new Syntax("simulate", "predict the time of a deploy to thousands of hosts", """
            murder simulate --hosts N --size BYTES --rate RATE [OPTION ...] [--json]
            murder simulate --push --hosts N [OPTION ...] [--json]

        Simulates a swarm in virtual time. Every host makes the same decisions as 'peer' and 'tracker'. Only
        clock, network and disks are simulated. The same arguments give the same result. One seeder brings
        the payload to N hosts that start together.

            --hosts N             the number of hosts that receive the payload, without the seeder
            --size BYTES          the size of the payload
            --rate RATE           the rate of each host's link in each direction, without headers.
                                  RATE,SHARE@RATE gives a share of the hosts another rate, as in
                                  1Gbit,0.1@100Mbit
            --piece-length BYTES  a multiple of 16k; by default the one that 'create' chooses

        The network:
            --latency TIME        the time of a packet from one host to another (500us)
            --jitter TIME         each packet takes up to this time longer (a tenth of the latency)
            --zones K             the hosts are in K racks, and name their rack to the tracker (1)
            --zone-rate RATE      the rate at which a rack sends to all other racks together, and receives
                                  from them (no limit)
            --degree D            a host dials until it has this many connections (as 'peer')
            --send-buffer BYTES   the send buffer of a connection in the engine; its kernel holds 64k more
                                  (as 'peer')
            --verify TIME         the time from a piece's last block to its verified hash (100us)
            --slow-disks SHARE@RATE   the disks of this share of the hosts write only at this rate
            --tracker-time TIME   the tracker's time for each announce; it answers one at a time (0)

        Faults:
            --start-within TIME   hosts start at random moments within this time
            --late SHARE@TIME     this share of the hosts starts later
            --crash SHARE@TIME    this share of the hosts dies silently within this time; it does not
                                  count
            --resets N            each host loses this many connections a minute
            --corrupters N@SHARE  N hosts damage this share of the blocks that they send; they do not
                                  count
            --kill-seeder-after TIME   the seeder is killed
            --second-seeder TIME  another seeder starts

        Other options:
            --seed LONG           the seed of all random numbers (1)
            --set NAME=VALUE,...  other values for the decisions' configuration, for experiments
            --check               check at each step that no host cheats and that no link exceeds its rate;
                                  slow, for small swarms
            --curve               with --json: add the seconds of every host
            --json                one JSON object

        With --push N agents find each other. Then one of them gets a signed order. The result is the time
        until all agents have it. It takes --latency, --jitter, --verify (of an order, 500us),
        --start-within (5s), --seed, --json and these options:
            --silent SHARE        this share of the agents accepts orders but forwards none
            --liars SHARE         this share forwards invalid orders; it does not count
            --churn N             each agent restarts this many times a minute
            --split SHARE@TIME    this share of the agents cannot reach the others and the tracker for this
                                  time; times count from its end
            --tracker-down        the tracker dies before there is an order
            --orders N            the number of orders, one a second; times count from the last one (1)
            --order-size BYTES    the size of an order (2000)

        TIME without a unit means seconds. The bound is the payload over the rate. No swarm can be faster.

        In the JSON:
            last_s, p50_s, p99_s  seconds until all, 50 % and 99 % of the hosts are complete
            ratio                 last_s over bound_s
            punctual_ratio        the same without late and slow hosts
            late_ratio            the ratio of the worst late host, from its own start
            own_ratio             the ratio of the worst host, from its own start and for its own link
            seeder_copies         bytes that the first seeder sent, over the size
            duplicate_fraction    share of the bytes that arrived twice
            cross_zone_fraction   share of the bytes that left their rack
            start_s               seconds until the median host had its first piece
            endgame_s             seconds of the median host for the last hundredth of the payload
            utilisation           load of the uplinks, overall and in each twentieth of the time

        With --push:
            reached               the number of hosts that have the last order
            last_s, p50_s, p99_s  seconds from its publication until all, 50 % and 99 % have it
            messages, bytes       traffic of the network in this time
            neighbours            the number of neighbours of each agent
        """, List.of(), 0, joined(PushCommand.VALUES, "--hosts", "--size", "--rate", "--piece-length", "--latency", "--jitter",
            "--zones", "--zone-rate",
            "--degree", "--send-buffer", "--verify", "--slow-disks", "--tracker-time", "--start-within", "--late", "--crash", "--resets",
            "--corrupters", "--kill-seeder-after", "--second-seeder", "--seed", "--set"),
        joined(PushCommand.FLAGS, "--check", "--curve", "--json"));

    /**
     * Measured: the heap of a connection's end with 1600 pieces, and of each further piece.
     */
    private static final long BYTES_PER_END = 2_600;
    private static final double BYTES_PER_PIECE_AND_END = 0.25;
    private static final long BASE_BYTES = 60L << 20;

    private static List<String> joined(List<String> some, String... others) {
        List<String> all = new ArrayList<>(List.of(others));
        all.addAll(some);
        return all;
    }

    static Command parse(Arguments arguments) throws UsageException {
        if (arguments.has("--push")) {
            return PushCommand.parse(arguments, SYNTAX.values());
        }
        for (String name : joined(PushCommand.VALUES, "--tracker-down")) {
            if (arguments.has(name)) {
                throw new UsageException(name + " works only with --push");
            }
        }
        for (String name : List.of("--hosts", "--size", "--rate")) {
            if (!arguments.has(name)) {
                throw new UsageException(name + " is missing");
            }
        }
        try {
            return new SimulateCommand(options(arguments), arguments.has("--curve"), arguments.has("--json"));
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private static SimulationOptions options(Arguments arguments) throws UsageException {
        int hosts = arguments.number("--hosts", 0, 1, SimulationOptions.MAX_HOSTS);
        String[] rates = arguments.text("--rate", "").split(",", -1);
        List<SimulationOptions.Share> others = new ArrayList<>();
        for (int i = 1; i < rates.length; i++) {
            others.add(share("--rate", rates[i]));
        }
        SimulationOptions.Builder options = SimulationOptions.builder(hosts, arguments.size("--size", 0), Quantities.rate(rates[0]))
            .pieceLength((int) Math.min(PieceLength.MAX_ACCEPTED, arguments.size("--piece-length", 0)))
            .slowHosts(others)
            .zones(arguments.number("--zones", 1, 1, hosts), arguments.rate("--zone-rate"))
            .serviceNs(SimText.time(arguments, "--verify", 100_000), SimText.time(arguments, "--tracker-time", 0))
            .startWithinNs(SimText.time(arguments, "--start-within", 0))
            .resets(SimText.number("--resets", arguments.text("--resets", "0")))
            .seed(SimText.seed(arguments.text("--seed", "1")))
            .checks(arguments.has("--check"));
        addNetwork(arguments, options);
        addFaults(arguments, options);
        return options.build();
    }

    private static void addNetwork(Arguments arguments, SimulationOptions.Builder options) throws UsageException {
        if (arguments.has("--latency")) {
            options.latencyNs(SimText.time(arguments, "--latency", 0));
        }
        if (arguments.has("--jitter")) {
            options.jitterNs(SimText.time(arguments, "--jitter", 0));
        }
        if (arguments.has("--slow-disks")) {
            options.slowDisks(List.of(share("--slow-disks", arguments.text("--slow-disks", ""))));
        }
        if (arguments.has("--send-buffer")) {
            options.sendBuffers((int) Math.min(1 << 30, arguments.size("--send-buffer", 0)), 1 << 16);
        }
        if (arguments.has("--degree")) {
            options.degree(arguments.number("--degree", 0, 1, 1000));
        }
        if (arguments.has("--set")) {
            for (String setting : arguments.text("--set", "").split(",", -1)) {
                int equals = setting.indexOf('=');
                if (equals < 0) {
                    throw new UsageException("--set takes NAME=VALUE, not '" + setting + "'");
                }
                options.setting(setting.substring(0, equals), setting.substring(equals + 1));
            }
        }
    }

    private static void addFaults(Arguments arguments, SimulationOptions.Builder options) throws UsageException {
        if (arguments.has("--late")) {
            String[] late = SimText.split("--late", arguments.text("--late", ""));
            options.late(SimText.number("--late", late[0]), SimText.time("--late", late[1]));
        }
        if (arguments.has("--crash")) {
            String[] crash = SimText.split("--crash", arguments.text("--crash", ""));
            options.crashes(SimText.number("--crash", crash[0]), SimText.time("--crash", crash[1]));
        }
        if (arguments.has("--corrupters")) {
            String[] corrupters = SimText.split("--corrupters", arguments.text("--corrupters", ""));
            options.corrupters((int) SimText.number("--corrupters", corrupters[0]), SimText.number("--corrupters", corrupters[1]));
        }
        if (arguments.has("--kill-seeder-after")) {
            options.seederDiesNs(SimText.time(arguments, "--kill-seeder-after", 0));
        }
        if (arguments.has("--second-seeder")) {
            options.secondSeederNs(SimText.time(arguments, "--second-seeder", 0));
        }
    }

    private static SimulationOptions.Share share(String name, String text) throws UsageException {
        String[] parts = SimText.split(name, text);
        return new SimulationOptions.Share(SimText.number(name, parts[0]), Quantities.rate(parts[1]));
    }

    @Override
    public int run(Context context) throws CommandException {
        long needed = heapBytes();
        long heap = Runtime.getRuntime().maxMemory();
        if (heap < needed) {
            context.err().println("murder simulate: this takes about " + Quantities.bytes(needed) + " of heap, and there are only "
                + Quantities.bytes(heap) + "; if it fails, run it with " + withHeap(gigabytes(needed)));
        }
        ProgressLine line = ProgressLine.of(context, json);
        HashingProgress progress = new HashingProgress(line, "simulating");
        long total = options.hosts() * options.size();
        SimulationResult result;
        try {
            // A corrupt piece is verified twice, so the sum may exceed the total.
            result = Simulation.run(options, true, pieces -> progress.onProgress(Math.min(pieces * options.pieceLength(), total), total));
            line.clear();
        } catch (OutOfMemoryError e) {
            throw CommandException.failed("the heap of " + Quantities.bytes(heap) + " is full; run it with "
                + withHeap(Math.max(gigabytes(needed), 2 * gigabytes(heap))), e);
        }
        if (json) {
            context.out().println(toJson(result));
        } else {
            print(context, result);
        }
        if (!result.isComplete()) {
            throw CommandException.failed((result.hosts() - result.finished()) + " of " + result.hosts() + " hosts were not complete after "
                + SimText.seconds(result.times().last()));
        }
        return ExitStatus.DONE;
    }

    /** A safe estimate. */
    private long heapBytes() {
        long pieces = (options.size() - 1) / options.pieceLength() + 1;
        long ends = (long) options.hosts() * Math.min(options.hosts(), options.maxConnections());
        return BASE_BYTES + (long) (ends * (BYTES_PER_END + BYTES_PER_PIECE_AND_END * pieces)) + options.hosts() * 40 * pieces;
    }

    private static String withHeap(long gigabytes) {
        return "java -XX:+UseSerialGC -Xmx" + gigabytes + "g -jar murder-tools.jar simulate";
    }

    private static long gigabytes(long bytes) {
        return (bytes >> 30) + 1;
    }

    private Json toJson(SimulationResult result) {
        SimulationResult.Times times = result.times();
        SimulationResult.Ratios ratios = result.ratios();
        SimulationResult.Traffic traffic = result.traffic();
        SimulationResult.Cost cost = result.cost();
        Json out = new Json().put("hosts", result.hosts()).put("finished", result.finished()).put("bytes", options.size())
            .put("pieces", result.pieces()).put("piece_length", result.pieceLength()).put("bound_s", times.bound())
            .put("last_s", times.last()).put("p50_s", times.p50()).put("p99_s", times.p99())
            .put("ratio", ratios.slowest()).put("punctual_ratio", ratios.punctual()).put("own_ratio", ratios.own())
            .put("late_ratio", ratios.late()).put("seeder_copies", traffic.seederCopies())
            .put("duplicate_fraction", traffic.duplicateFraction()).put("cross_zone_fraction", traffic.crossZoneFraction())
            .put("start_s", times.firstPiece()).put("endgame_s", times.endgame()).put("utilisation", traffic.utilisation())
            .putNumbers("utilisation_curve", traffic.utilisationCurve()).put("connections_per_host", traffic.connectionsPerHost())
            .put("events", cost.events()).put("wall_s", cost.wallSeconds())
            .put("events_per_s", Math.round(cost.eventsPerSecond()))
            .put("bytes_per_connection", Math.round(cost.bytesPerConnection())).put("seed", result.seed())
            .put("trace", Long.toHexString(result.traceHash()));
        return curve ? out.putNumbers("completion_s", times.completions()) : out;
    }

    private void print(Context context, SimulationResult result) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"hosts", result.finished() + " of " + result.hosts() + " complete; " + result.pieces() + " pieces of "
            + Quantities.bytes(result.pieceLength())});
        rows.add(new String[] {"bound", SimText.seconds(result.times().bound()) + ": " + Quantities.bytes(options.size()) + " at "
            + Quantities.rate(options.rate())});
        rows.add(new String[] {"slowest host", SimText.seconds(result.times().last()) + ", that is "
            + SimText.thousandths(result.ratios().slowest()) + " times the bound"});
        rows.add(new String[] {"half, 99 of 100", SimText.seconds(result.times().p50()) + ", " + SimText.seconds(result.times().p99())});
        if (SimText.thousandths(result.ratios().own()) < SimText.thousandths(result.ratios().slowest())) {
            rows.add(new String[] {"by its own link", "no host took more than " + SimText.thousandths(result.ratios().own())
                + " times the bound of its own link"});
        }
        if (result.ratios().late() > 0) {
            rows.add(new String[] {"late hosts", "the slowest took " + SimText.thousandths(result.ratios().late())
                + " times its bound, counted from its own start"});
        }
        if (result.ratios().punctual() != result.ratios().slowest()) {
            rows.add(new String[] {"the usual hosts", "the slowest took " + SimText.thousandths(result.ratios().punctual())
                + " times the bound"});
        }
        rows.add(new String[] {"seeder copies", Double.toString(SimText.thousandths(result.traffic().seederCopies()))});
        rows.add(new String[] {"sent in vain", percent(result.traffic().duplicateFraction())});
        if (options.zones() > 1) {
            rows.add(new String[] {"between racks", percent(result.traffic().crossZoneFraction())});
        }
        rows.add(new String[] {"first piece", "after " + SimText.seconds(result.times().firstPiece()) + "; the last hundredth took "
            + SimText.seconds(result.times().endgame()) + " (median host)"});
        rows.add(new String[] {"uplinks busy", percent(result.traffic().utilisation()) + " of the time; by twentieths " + curve(result)});
        rows.add(new String[] {"connections", SimText.thousandths(result.traffic().connectionsPerHost()) + " for each host"});
        rows.add(new String[] {"simulated in", SimText.seconds(result.cost().wallSeconds()) + ": " + result.cost().events() + " events, "
            + Math.round(result.cost().eventsPerSecond()) + " a second, " + Math.round(result.cost().bytesPerConnection())
            + " bytes for each connection"});
        rows.add(new String[] {"seed", Long.toString(result.seed())});
        context.out().print(Table.of(rows));
    }

    private static String curve(SimulationResult result) {
        StringBuilder text = new StringBuilder();
        for (double share : result.traffic().utilisationCurve()) {
            text.append(text.length() == 0 ? "" : " ").append(Math.round(100 * share));
        }
        return text.toString();
    }

    private static String percent(double share) {
        return Math.round(share * 1000) / 10.0 + " %";
    }

}
