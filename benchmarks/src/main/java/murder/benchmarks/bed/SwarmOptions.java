package murder.benchmarks.bed;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The options of {@code swarm}.
 *
 * @param clients to compare, one after the other
 * @param hosts that download
 * @param bitsPerSecond of every link, each way; 0 for no limit
 * @param bytes of the payload
 * @param pieceLength for all clients; 0 for each client's usual one
 * @param runs of each client; the clients alternate
 * @param late hosts that start later
 * @param killSeederAfter how long after the start of the downloads the seeder is killed; null for
 *     never
 * @param common options
 */
record SwarmOptions(List<Client> clients, int hosts, long bitsPerSecond, long bytes, int pieceLength, int runs, Late late,
                    Duration killSeederAfter, CommonOptions common) {
    static final String USAGE = """
        swarm [--clients murder,aria2,transmission,libtorrent] [--hosts 16] [--rate 20Mbit] [--size 100M] [--runs 1]
              [--piece-length BYTES] [--late FRACTION@TIME] [--kill-seeder-after TIME]
        """;
    private static final Set<String> VALUED = Set.of("--clients", "--hosts", "--rate", "--size", "--runs", "--piece-length", "--late",
        "--kill-seeder-after");
    /** An address each in the bed's network, and more processes than a machine will bear. */
    static final int MAX_HOSTS = 1000;

    static SwarmOptions parse(List<String> words) throws UsageException {
        Flags flags = new Flags(words, CommonOptions.withCommon(VALUED), CommonOptions.SWITCHES);
        int hosts = flags.number("--hosts", 16, 1, MAX_HOSTS);
        long rate = flags.bitsPerSecond("--rate", 20_000_000);
        long bytes = CommonOptions.payload(flags, 100L << 20);
        // Twenty times the bound, and time for the start of many processes.
        Duration patience = Duration.ofSeconds(120).plusSeconds(rate == 0 ? 0 : Math.round(20 * Bound.seconds(bytes, rate)));
        return new SwarmOptions(flags.clients(List.of(Client.MURDER, Client.ARIA2, Client.TRANSMISSION, Client.LIBTORRENT)), hosts, rate,
            bytes, CommonOptions.pieceLength(flags, 0), flags.number("--runs", 1, 1, 100),
            flags.has("--late") ? Late.parse(flags.text("--late", "")) : Late.NONE, flags.duration("--kill-seeder-after", null),
            CommonOptions.parse(flags, patience));
    }
}
