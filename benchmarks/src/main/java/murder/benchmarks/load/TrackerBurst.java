package murder.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A fleet that announces in one second: starts the real tracker from the jar as a process on one core and sends it announces of so many
 * hosts, each over a connection of its own and from an address of its own in 127.0.0.0/8. Prints how long they waited for the whole
 * answer, counted from the moment when each was to begin (so that a sender which falls behind hides nothing), what the tracker used, and
 * how many were refused. The first round meets a JVM that has just started.
 *
 * <pre>
 *   java benchmarks/src/main/java/murder/benchmarks/load/TrackerBurst.java murder-tools/target/murder-tools.jar \
 *       [hosts [milliseconds [rounds [JVM option of the tracker...]]]]
 * </pre>
 *
 * Needs Linux (taskset, /proc) and {@code ulimit -n} above twice the number of hosts.
 */
public final class TrackerBurst {
    private static final int READ_BYTES = 16 * 1024;
    private static final long GIVE_UP_NS = 60_000_000_000L;
    private static final long MS = 1_000_000L;

    private final InetSocketAddress tracker;
    private final int hosts;
    private final long overNs;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
    private final long[] waitedNs;
    private int answered;
    private String firstFailure = "";
    private int failed;

    private TrackerBurst(InetSocketAddress tracker, int hosts, long overNs) {
        this.tracker = tracker;
        this.hosts = hosts;
        this.overNs = overNs;
        this.waitedNs = new long[hosts];
    }

    /**
     * Runs the rounds and prints a line for each.
     *
     * @param args the jar; how many hosts (10000); over how many milliseconds (1000; 0 is all at once); how many rounds (3); options of
     *     the tracker's JVM
     * @throws IOException if the tracker cannot be started or connections cannot be made
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        int hosts = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        long overMs = args.length > 2 ? Long.parseLong(args[2]) : 1000;
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 3;
        Path state = Files.createTempDirectory("tracker-burst-");
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "0", System.getProperty("java.home") + "/bin/java"));
        command.addAll(Arrays.asList(args).subList(Math.min(args.length, 4), args.length));
        command.addAll(List.of("-jar", args[0], "tracker", "--port", "0", "--bind", "127.0.0.1"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("MURDER_STATE", state.toString());
        Process process = builder.start();
        try (BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            URI url = urlIn(said.readLine());
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(url.getHost()), url.getPort());
            System.out.println("tracker's memory before: " + memory(process.pid()));
            for (int round = 1; round <= rounds; round++) {
                long cpuMs = process.info().totalCpuDuration().orElseThrow().toMillis();
                TrackerBurst burst = new TrackerBurst(address, hosts, overMs * MS);
                long tookNs = burst.run();
                long usedMs = process.info().totalCpuDuration().orElseThrow().toMillis() - cpuMs;
                System.out.println("round " + round + ": " + burst.result(tookNs) + "; tracker " + usedMs + " ms of its core, "
                    + memory(process.pid()));
            }
        } finally {
            process.destroy();
            process.waitFor();
            Files.deleteIfExists(state);
        }
    }

    private static URI urlIn(String line) throws IOException {
        if (line == null || !line.contains("http://")) {
            throw new IOException("the tracker did not start: " + line);
        }
        return URI.create(line.substring(line.indexOf("http://"), line.indexOf("/announce")));
    }

    private static String memory(long pid) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("RssAnon:") || line.startsWith("VmHWM:") || line.startsWith("Threads:")) {
                text.append(text.length() == 0 ? "" : ", ").append(line.replaceAll("\\s+", " "));
            }
        }
        return text.toString();
    }

    private String result(long tookNs) {
        long[] sorted = Arrays.copyOf(waitedNs, answered);
        Arrays.sort(sorted);
        if (answered == 0) {
            return "nobody was answered: " + firstFailure;
        }
        return answered + " of " + hosts + " answered in " + tookNs / MS + " ms; waited p50 " + at(sorted, 0.50) + " p99 "
            + at(sorted, 0.99) + " p99.9 " + at(sorted, 0.999) + " max " + at(sorted, 1) + " ms"
            + (failed == 0 ? "" : "; " + failed + " failed: " + firstFailure);
    }

    private static String at(long[] sorted, double share) {
        long tenths = sorted[(int) Math.max(0, Math.ceil(sorted.length * share) - 1)] / (MS / 10);
        return tenths / 10 + "." + tenths % 10;
    }

    private long run() throws IOException {
        try (Selector selector = Selector.open()) {
            long startNs = System.nanoTime();
            int begun = 0;
            while (answered + failed < hosts) {
                long nowNs = System.nanoTime() - startNs;
                if (nowNs > GIVE_UP_NS) {
                    throw new IOException((hosts - answered - failed) + " hosts still wait");
                }
                while (begun < hosts && dueNs(begun) <= nowNs) {
                    begin(begun++, selector);
                    nowNs = System.nanoTime() - startNs;
                }
                if (begun < hosts) {
                    selector.selectNow();
                } else {
                    selector.select(100);
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    onReady(key, startNs);
                }
                selector.selectedKeys().clear();
            }
            return System.nanoTime() - startNs;
        }
    }

    private long dueNs(int host) {
        return overNs * host / hosts;
    }

    private void begin(int host, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(new InetSocketAddress(InetAddress.getByAddress(addressOf(host)), 0));
        channel.register(selector, SelectionKey.OP_CONNECT, new Announce(host));
        channel.connect(tracker);
    }

    private static byte[] addressOf(int host) {
        return new byte[] {127, 1, (byte) (host >> 8), (byte) host};
    }

    private void onReady(SelectionKey key, long startNs) throws IOException {
        Announce announce = (Announce) key.attachment();
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                channel.write(announce.request());
                key.interestOps(SelectionKey.OP_READ);
            } else if (key.isReadable()) {
                buffer.clear();
                int n = channel.read(buffer);
                buffer.flip();
                if (n >= 0) {
                    announce.reply.append(StandardCharsets.ISO_8859_1.decode(buffer));
                    return;
                }
                channel.close();
                if (announce.isAnswered()) {
                    waitedNs[answered++] = System.nanoTime() - startNs - dueNs(announce.host);
                } else {
                    fail("host " + announce.host + " was told: " + announce.reply);
                }
            }
        } catch (IOException e) {
            channel.close();
            fail("host " + announce.host + ": " + e);
        }
    }

    private void fail(String why) {
        failed++;
        firstFailure = firstFailure.isEmpty() ? why : firstFailure;
    }

    /** One host's question and what it was told so far. */
    private static final class Announce {
        private final int host;
        private final StringBuilder reply = new StringBuilder();

        Announce(int host) {
            this.host = host;
        }

        ByteBuffer request() {
            String id = Integer.toString(1_000_000 + host);
            return StandardCharsets.ISO_8859_1.encode("GET /announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-BU0001-00000" + id
                + "&port=6881&uploaded=0&downloaded=0&left=100000000&compact=1&numwant=50&event=started HTTP/1.1\r\nHost: tracker\r\n"
                + "User-Agent: burst\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n");
        }

        boolean isAnswered() {
            return reply.indexOf("HTTP/1.1 200") == 0 && reply.indexOf("8:interval") > 0 && reply.indexOf("failure") < 0
                && reply.charAt(reply.length() - 1) == 'e';
        }
    }
}
