package murder.benchmarks.bed;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The options of {@code throughput}.
 *
 * @param clients to compare, one after the other
 * @param peers numbers of downloading processes, each measured separately
 * @param bytes of the payload
 * @param pieceLength for all clients
 * @param runs of each client; the clients alternate
 * @param common options
 */
record ThroughputOptions(List<Client> clients, List<Integer> peers, long bytes, int pieceLength, int runs, CommonOptions common) {
    static final String USAGE = """
        throughput [--clients murder,libtorrent-hp,aria2,http] [--peers 1,8] [--size 1G] [--piece-length 1M] [--runs 3]
        """;
    private static final Set<String> VALUED = Set.of("--clients", "--peers", "--size", "--piece-length", "--runs");

    static ThroughputOptions parse(List<String> words) throws UsageException {
        Flags flags = new Flags(words, CommonOptions.withCommon(VALUED), CommonOptions.SWITCHES);
        List<Client> clients = flags.clients(List.of(Client.MURDER, Client.LIBTORRENT_HP, Client.ARIA2, Client.HTTP));
        for (Client client : clients) {
            if (client.jars() != null) {
                // It binds no address when it announces, so the tracker would see one address for
                // all hosts of the namespace.
                throw new UsageException("--clients: " + client.label() + " needs a host of its own; take 'swarm --hosts 1 --rate 0'");
            }
        }
        return new ThroughputOptions(clients, flags.numbers("--peers", List.of(1, 8), 1, 200), CommonOptions.payload(flags, 1L << 30),
            CommonOptions.pieceLength(flags, 1 << 20), flags.number("--runs", 3, 1, 100),
            CommonOptions.parse(flags, Duration.ofMinutes(10)));
    }
}
