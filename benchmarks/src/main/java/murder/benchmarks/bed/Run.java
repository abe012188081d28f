package murder.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One swarm of one client from start to end:
 *
 * <pre>
 *   shells on all hosts ─▶ tracker ─▶ seeder ─▶ clock on: all peers ─▶ last peer complete: clock off ─▶ copies compared ─▶ end
 *                                                   └─▶ late peers, seeder killed
 * </pre>
 *
 * The clock is the bed's own, monotonic; hosts are heard over pipes, nothing is polled.
 */
final class Run {
    /** The message of a complete host. */
    static final String WHOLE = "whole";
    /** How the seeder's line begins when it serves, if it has one. */
    static final String READY = "seeding ";
    private static final String ENDED = "ended ";
    private static final String SENT = "sent ";
    private static final String UP = "up";
    private static final Duration TRACKER_SETTLES = Duration.ofSeconds(1);
    /** For what takes moments unless something is broken. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_EVENTS = 10_000;

    private final Client client;
    private final RunPlan plan;
    private final Site site;
    private final BlockingQueue<Host.Event> events = new LinkedBlockingQueue<>(MAX_EVENTS);
    private final List<Host> hosts = new ArrayList<>();

    /** By host: when it started to download and when it was complete, 0 for not yet. */
    private final long[] startedNs;
    private final long[] wholeNs;
    private final boolean[] gaveUp;
    private int up;
    private boolean seederReady;
    private boolean seederKilled;
    private boolean trackerWanted;
    private long sentBytes = -1;

    private Run(Client client, RunPlan plan, Site site) {
        this.client = client;
        this.plan = plan;
        this.site = site;
        int count = site.network().hosts();
        startedNs = new long[count];
        wholeNs = new long[count];
        gaveUp = new boolean[count];
    }

    /**
     * The outcome for each host, in the order of the hosts.
     *
     * @param startS the start of each, in seconds after the first
     * @param wholeS the completion of each, in seconds after the start of the first; NaN for never
     * @param correct how many have the right bytes
     * @param sentBytes on the seeder's link; -1 if unknown
     */
    record Outcome(List<Double> startS, List<Double> wholeS, int correct, long sentBytes, Cpu cpu) {}

    static Outcome of(Client client, RunPlan plan, Site site) throws BedException, IOException, InterruptedException {
        Run run = new Run(client, plan, site);
        try {
            return run.measure();
        } finally {
            run.end();
        }
    }

    private Outcome measure() throws BedException, IOException, InterruptedException {
        for (int host = 0; host < site.network().hosts(); host++) {
            hosts.add(new Host(host, site.network().namespace(host), site.folder().resolve("shell" + host + ".log"), events));
            hosts.get(host).run("echo " + UP);
        }
        while (up < hosts.size()) {
            await(deadline(PATIENCE), "the hosts' shells; see whether 'unshare --pid --fork --mount-proc' works here");
        }
        startTrackerAndSeeder();
        long sentBefore = sent();
        List<String> commands = new ArrayList<>();
        for (int host = Site.FIRST_PEER; host < hosts.size(); host++) {
            commands.add(inBackground(client.peer(site, host), host, false));
        }

        int late = plan.late().count(plan.hosts());
        Cpu cpuBefore = cpu();
        long startNs = System.nanoTime();
        start(commands, 0, plan.hosts() - late);
        long lateNs = late == 0 ? Long.MAX_VALUE : startNs + plan.late().after().toNanos();
        long killNs = plan.killSeederAfter() == null ? Long.MAX_VALUE : startNs + plan.killSeederAfter().toNanos();
        long endNs = startNs + plan.timeout().toNanos();
        while (isAnyUnderWay() && System.nanoTime() < endNs) {
            long now = System.nanoTime();
            if (now >= lateNs) {
                start(commands, plan.hosts() - late, plan.hosts());
                lateNs = Long.MAX_VALUE;
            }
            if (now >= killNs) {
                seederKilled = true;
                hosts.get(Site.SEEDER).killAll();
                killNs = Long.MAX_VALUE;
            }
            Host.Event event = events.poll(Math.min(endNs, Math.min(lateNs, killNs)) - now, TimeUnit.NANOSECONDS);
            if (event != null) {
                on(event);
            }
        }
        Cpu cpu = cpu().minus(cpuBefore);
        long sent = sentBefore < 0 ? -1 : sent() - sentBefore;
        int correct = 0;
        for (int host = Site.FIRST_PEER; host < hosts.size(); host++) {
            correct += wholeNs[host] != 0 && site.payload().isCopiedTo(site.copy(host)) ? 1 : 0;
        }
        return new Outcome(seconds(startedNs, startNs), seconds(wholeNs, startNs), correct, sent, cpu);
    }

    private void startTrackerAndSeeder() throws BedException, IOException, InterruptedException {
        String tracker = client.tracker(site);
        if (tracker != null) {
            trackerWanted = true;
            hosts.get(Site.TRACKER).run(inBackground(tracker, Site.TRACKER, false));
            settle(TRACKER_SETTLES);
        }
        hosts.get(Site.SEEDER).run(inBackground(client.seeder(site), Site.SEEDER, client.saysWhenReady()));
        settle(plan.settle());
        long deadlineNs = deadline(PATIENCE);
        while (client.saysWhenReady() && !seederReady) {
            await(deadlineNs, "the seeder");
        }
    }

    /**
     * The command with its output in a log; it reports its end.
     *
     * @param heard whether the bed reads standard output
     */
    private String inBackground(String command, int host, boolean heard) {
        String log = Shell.quote(site.log(host).toString());
        return "{ " + command + (heard ? " 2>" + log : " >" + log + " 2>&1") + "; echo " + ENDED + "$?; } &";
    }

    private void start(List<String> commands, int from, int to) throws IOException {
        for (int peer = from; peer < to; peer++) {
            startedNs[Site.FIRST_PEER + peer] = System.nanoTime();
            hosts.get(Site.FIRST_PEER + peer).run(commands.get(peer));
        }
    }

    private boolean isAnyUnderWay() {
        for (int host = Site.FIRST_PEER; host < hosts.size(); host++) {
            if (wholeNs[host] == 0 && !gaveUp[host]) {
                return true;
            }
        }
        return false;
    }

    /** Collects the messages of the hosts for this time. */
    private void settle(Duration time) throws BedException, IOException, InterruptedException {
        long endNs = deadline(time);
        for (long now = System.nanoTime(); now < endNs; now = System.nanoTime()) {
            Host.Event event = events.poll(endNs - now, TimeUnit.NANOSECONDS);
            if (event != null) {
                on(event);
            }
        }
    }

    private void await(long deadlineNs, String what) throws BedException, IOException, InterruptedException {
        Host.Event event = events.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (event == null) {
            throw new BedException(client.label() + ": waited in vain for " + what);
        }
        on(event);
    }

    private static long deadline(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    private void on(Host.Event event) throws BedException, IOException {
        String line = event.line();
        int host = event.host();
        if (line.equals(UP)) {
            up++;
        } else if (line.equals(WHOLE)) {
            whole(event);
        } else if (line.startsWith(SENT)) {
            sentBytes = Long.parseLong(line.substring(SENT.length()).strip());
        } else if (line.startsWith(ENDED)) {
            ended(event, Integer.parseInt(line.substring(ENDED.length()).strip()));
        } else if (host == Site.SEEDER && line.startsWith(READY)) {
            seederReady = true;
        }
    }

    private void whole(Host.Event event) {
        // Some clients say so of a seeder too.
        if (event.host() >= Site.FIRST_PEER && wholeNs[event.host()] == 0) {
            wholeNs[event.host()] = event.timeNs();
        }
    }

    private void ended(Host.Event event, int status) throws BedException, IOException {
        int host = event.host();
        if (host >= Site.FIRST_PEER) {
            if (client.endsWhenWhole() && status == 0) {
                whole(event);
            }
            gaveUp[host] = wholeNs[host] == 0;
        } else if (host == Site.TRACKER && trackerWanted || host == Site.SEEDER && !seederKilled) {
            throw new BedException(client.label() + ": the " + (host == Site.TRACKER ? "tracker" : "seeder") + " ended with status "
                + status + lastWords(host));
        }
    }

    private String lastWords(int host) throws IOException {
        Path log = site.log(host);
        List<String> lines = Files.exists(log) ? new String(Files.readAllBytes(log)).strip().lines().toList() : List.of();
        return lines.isEmpty() ? "" : ": " + String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    }

    /** Bytes that the seeder's interface has sent; -1 if others share it. */
    private long sent() throws BedException, IOException, InterruptedException {
        if (!site.network().countsTraffic()) {
            return -1;
        }
        sentBytes = -1;
        hosts.get(Site.SEEDER).run("read bytes </sys/class/net/eth0/statistics/tx_bytes; echo " + SENT + "$bytes");
        long deadlineNs = deadline(PATIENCE);
        while (sentBytes < 0) {
            await(deadlineNs, "the counter of the seeder's interface");
        }
        return sentBytes;
    }

    private Cpu cpu() throws IOException {
        double peers = 0;
        for (int host = Site.FIRST_PEER; host < hosts.size(); host++) {
            peers += hosts.get(host).cpuSeconds();
        }
        return new Cpu(hosts.get(Site.TRACKER).cpuSeconds(), hosts.get(Site.SEEDER).cpuSeconds(), peers);
    }

    private static List<Double> seconds(long[] timesNs, long startNs) {
        return Arrays.stream(timesNs).skip(Site.FIRST_PEER).mapToObj(ns -> ns == 0 ? Double.NaN : (ns - startNs) / 1e9).toList();
    }

    private void end() throws IOException, InterruptedException {
        IOException failure = null;
        for (Host host : hosts) {
            try {
                host.end();
            } catch (IOException e) {
                failure = e; // The others must end too.
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
