package murder.benchmarks.bed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Network namespaces that touch nothing outside: their interfaces lead only to each other. Host 0
 * is the tracker, 1 the seeder, the rest download. Either every host has a namespace of its own,
 * and a link to one switch,
 *
 * <pre>
 *   mbed-0          mbed-1          mbed-2
 *   eth0            eth0 ▼20Mbit    eth0 ▼20Mbit     a token bucket where the host sends ...
 *    │               │               │
 *   port0           port1 ▲20Mbit   port2 ▲20Mbit    ... and one where the switch sends to it; none for the tracker
 *    └──────── br0 in mbed-switch ───┘
 * </pre>
 *
 * or all share one, {@code mbed-0}, whose loopback interface has all their addresses.
 */
final class Network {
    static final String PREFIX = "mbed-";
    private static final String SWITCH = PREFIX + "switch";
    private static final int HOSTS_PER_SUBNET = 200;
    /**
     * The bucket: 10 ms of the link, as network cards and their drivers hold, and never less than a
     * large segment.
     */
    private static final long MIN_BURST_BYTES = 32 * 1024;

    private final boolean shared;
    private final int hosts;

    private Network(boolean shared, int hosts) {
        this.shared = shared;
        this.hosts = hosts;
    }

    /**
     * @param hosts all of them, tracker and seeder too
     * @param bitsPerSecond of each link each way, 0 for no limit
     */
    static Network switched(int hosts, long bitsPerSecond) throws BedException, IOException, InterruptedException {
        return build(new Network(false, hosts), switchedScript(hosts, bitsPerSecond));
    }

    /** @param hosts all of them, tracker and seeder too */
    static Network loopback(int hosts) throws BedException, IOException, InterruptedException {
        return build(new Network(true, hosts), loopbackScript(hosts));
    }

    private static Network build(Network network, String script) throws BedException, IOException, InterruptedException {
        removeAll();
        boolean built = false;
        try {
            Shell.Outcome outcome = Shell.script(script);
            if (!outcome.isGood()) {
                throw new BedException("cannot make network namespaces: " + outcome.firstLine()
                    + " (a container needs --privileged for this)");
            }
            built = true;
        } finally {
            if (!built) {
                removeAll();
            }
        }
        return network;
    }

    static String switchedScript(int hosts, long bitsPerSecond) {
        StringBuilder script = new StringBuilder();
        add(script, "ip netns add %s", SWITCH);
        add(script, "ip -n %s link add br0 type bridge", SWITCH);
        add(script, "ip -n %s link set br0 up", SWITCH);
        for (int host = 0; host < hosts; host++) {
            String namespace = PREFIX + host;
            add(script, "ip netns add %s", namespace);
            add(script, "ip link add eth0 netns %s type veth peer name port%d netns %s", namespace, host, SWITCH);
            add(script, "ip -n %s address add %s/16 dev eth0", namespace, addressOf(host));
            add(script, "ip -n %s link set lo up", namespace);
            add(script, "ip -n %s link set eth0 up", namespace);
            add(script, "ip -n %s route add default dev eth0", namespace);
            add(script, "ip -n %s link set port%d master br0 up", SWITCH, host);
            if (bitsPerSecond > 0 && host > 0) {
                String bucket = bucket(bitsPerSecond);
                add(script, "tc -n %s qdisc add dev eth0 %s", namespace, bucket);
                add(script, "tc -n %s qdisc add dev port%d %s", SWITCH, host, bucket);
            }
        }
        return script.toString();
    }

    static String bucket(long bitsPerSecond) {
        return "root tbf rate " + bitsPerSecond + "bit burst " + Math.max(MIN_BURST_BYTES, bitsPerSecond / 8 / 100) + "b latency 40ms";
    }

    static String loopbackScript(int hosts) {
        StringBuilder script = new StringBuilder();
        add(script, "ip netns add %s0", PREFIX);
        add(script, "ip -n %s0 link set lo up", PREFIX);
        for (int host = 0; host < hosts; host++) {
            add(script, "ip -n %s0 address add %s/32 dev lo", PREFIX, addressOf(host));
        }
        add(script, "ip -n %s0 route add default dev lo", PREFIX);
        return script.toString();
    }

    private static void add(StringBuilder script, String format, Object... values) {
        script.append(String.format(format, values)).append('\n');
    }

    private static String addressOf(int host) {
        return "10.79." + host / HOSTS_PER_SUBNET + "." + (host % HOSTS_PER_SUBNET + 1);
    }

    String address(int host) {
        return addressOf(host);
    }

    String namespace(int host) {
        return PREFIX + (shared ? 0 : host);
    }

    /** Whether a host's interface carries its traffic alone. */
    boolean countsTraffic() {
        return !shared;
    }

    /** Hosts, tracker and seeder too. */
    int hosts() {
        return hosts;
    }

    /**
     * Takes the namespaces away, and the links with them. Whatever ran in them has ended before.
     */
    void remove() throws IOException, InterruptedException, BedException {
        removeAll();
    }

    /** Also what a bed that was killed has left. */
    private static void removeAll() throws IOException, InterruptedException, BedException {
        List<String> own = own(Shell.run(List.of("ip", "netns", "list")).output());
        StringBuilder script = new StringBuilder();
        own.forEach(namespace -> add(script, "ip netns delete %s", namespace));
        Shell.Outcome outcome = Shell.script(script.toString());
        if (!outcome.isGood()) {
            throw new BedException("cannot remove a network namespace: " + outcome.firstLine());
        }
    }

    /** The namespaces of the bed among those that {@code ip netns list} prints. */
    static List<String> own(String listing) {
        List<String> own = new ArrayList<>();
        for (String line : listing.split("\n")) {
            String name = line.strip().split(" ", 2)[0];
            if (name.equals(SWITCH) || name.matches(PREFIX + "\\d+")) {
                own.add(name);
            }
        }
        return own;
    }
}
