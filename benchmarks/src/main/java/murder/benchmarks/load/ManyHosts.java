package murder.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.order.Content;
import murder.order.Order;
import murder.order.Release;
import murder.order.SignedOrder;
import murder.order.Target;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AgentState;
import murder.tools.cli.HostReport;

/**
 * What {@code fleet deploy} to very many hosts costs the machine that runs it. Its ssh is a script
 * that takes a while and then says that an agent has joined. First the same number of these scripts
 * runs alone, by {@code xargs} with the same parallelism.
 *
 * <pre>
 *   java -cp benchmarks.jar murder.benchmarks.load.ManyHosts MURDER-JAR DIRECTORY
 *       [hosts [parallel [seconds]]]
 * </pre>
 *
 * The ssh to the tracker's host runs this program again. It reports for all agents what each order
 * asks of them, once all have joined.
 */
public final class ManyHosts {
    private static final String TRACKER = "host0";
    private static final long LENGTH = 10_000_000;
    private static final String SSH = """
        #!/bin/sh
        while getopts o:p:l:i:G option; do
            test $option != G || exit 0  # Like the real one, it only reads files then.
        done
        shift $((OPTIND - 1))
        case "$1 $*" in
            *" --look"*) echo '{"type":"result","result":"none","ok":true}'; exit 0 ;;
            "host0 "*) exec "$JAVA" -Xmx256m -XX:TieredStopAtLevel=1 -cp "$CLASSES" \\
                murder.benchmarks.load.ManyHosts agents "$ROOT" "$HOSTS" ;;
        esac
        sleep $SECONDS_EACH
        : > "$ROOT/joined/$1"
        echo "{\\"type\\":\\"result\\",\\"result\\":\\"joined\\",\\"ok\\":true,\\"pid\\":$$,\\"port\\":7}"
        """;

    private static final int LOOK_MS = 50;
    /** A look reads the files of all processes. One for each line took a quarter of the processors. */
    private static final long LOOK_MEMORY_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Set<String> names = new HashSet<>();
    private Order order;

    private ManyHosts() {
    }

    /**
     * Measures and prints.
     *
     * @param args the jar; a directory; how many hosts (2000); how many ssh at once (64); how long
     *     one takes, in seconds (0.2). Or, for the agents, {@code agents}
     * @throws Exception if a process or file fails
     */
    public static void main(String[] args) throws Exception {
        if (args[0].equals("agents")) {
            play(Path.of(args[1]), Integer.parseInt(args[2]));
            return;
        }
        Path work = Files.createTempDirectory(Path.of(args[1]), "many-hosts-").toRealPath();
        int hosts = args.length > 2 ? Integer.parseInt(args[2]) : 2000;
        String parallel = args.length > 3 ? args[3] : "64";
        String seconds = args.length > 4 ? args[4] : "0.2";
        try {
            measure(args[0], work, hosts, parallel, seconds);
        } finally {
            try (var files = Files.walk(work)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
            }
        }
    }

    private static void measure(String jar, Path work, int hosts, String parallel, String seconds) throws Exception {
        Path joined = Files.createDirectories(work.resolve("joined"));
        Path ssh = Files.writeString(work.resolve("ssh"), SSH);
        Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> names = IntStream.range(0, hosts).mapToObj(i -> "host" + i).toList();
        Path list = Files.write(work.resolve("hosts"), names.subList(1, hosts));
        long aloneNs = System.nanoTime();
        ProcessBuilder alone = new ProcessBuilder("xargs", "-P", parallel, "-n", "1", ssh.toString()).redirectInput(list.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT);
        environment(alone, work, hosts, seconds);
        alone.start().waitFor();
        double aloneSeconds = (System.nanoTime() - aloneNs) / 1e9;
        for (String name : names) {
            Files.deleteIfExists(joined.resolve(name));
        }
        Path jarHere = Files.copy(Path.of(jar), work.resolve("murder-tools.jar"));
        String java = System.getProperty("java.home") + "/bin/java";
        new ProcessBuilder(java, "-jar", jarHere.toString(), "prepare", "--control").inheritIO().start().waitFor();
        Path config = Files.writeString(work.resolve("murder.properties"), "role.peer = " + String.join(", ", names) + "\nssh = " + ssh
            + "\ndefault_destination_path = /srv/releases\n");
        ProcessBuilder deploy = new ProcessBuilder(java, "-jar", jarHere.toString(), "fleet", "deploy", "tag=v1",
            "files_path=/srv/files", "--config", config.toString(), "--parallel", parallel, "--json")
            .redirectError(ProcessBuilder.Redirect.INHERIT);
        environment(deploy, work, hosts, seconds);
        deploy.environment().put("MURDER_STATE", work.resolve("state").toString());
        long startNs = System.nanoTime();
        Process process = deploy.start();
        long peakKib = 0;
        long lookedNs = startNs;
        String last = "";
        try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (System.nanoTime() - lookedNs > LOOK_MEMORY_NS) {
                    lookedNs = System.nanoTime();
                    peakKib = Math.max(peakKib, residentKib(process));
                }
                last = line;
            }
        }
        process.waitFor();
        double allSeconds = (System.nanoTime() - startNs) / 1e9;
        double startedSeconds = (Files.getLastModifiedTime(work.resolve("all-joined")).toMillis()
            - Files.getLastModifiedTime(config).toMillis()) / 1e3;
        System.out.printf(Locale.ROOT, "%d hosts, %s at once, %s s each: alone %.2f s; all agents started after %.2f s,"
            + " %.2f of it; deploy %.2f s, at most %.0f MiB resident%n%s%n", hosts, parallel, seconds, aloneSeconds, startedSeconds,
            startedSeconds / aloneSeconds, allSeconds, peakKib / 1024.0, last.substring(0, Math.min(200, last.length())));
    }

    private static void environment(ProcessBuilder builder, Path work, int hosts, String seconds) {
        builder.environment().put("ROOT", work.toString());
        builder.environment().put("HOSTS", "" + hosts);
        builder.environment().put("SECONDS_EACH", seconds);
        builder.environment().put("CLASSES", System.getProperty("java.class.path"));
        builder.environment().put("JAVA", System.getProperty("java.home") + "/bin/java");
    }

    /** Of the process that the user starts and the second one that it starts, without ssh. */
    private static long residentKib(Process process) {
        return residentKib(process.pid()) + process.children().mapToLong(child -> residentKib(child.pid())).sum();
    }

    private static long residentKib(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D+", ""));
                }
            }
        } catch (IOException e) {
            return 0; // It has just ended.
        }
        return 0;
    }

    // ---- the agents ----

    private static void play(Path root, int hosts) throws Exception {
        System.out.println(HostReport.result("joined"));
        ManyHosts agents = new ManyHosts();
        agents.join(TRACKER);
        Thread watch = new Thread(() -> agents.watch(root, hosts));
        watch.setDaemon(true);
        watch.start();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.equals("bye"); line = in.readLine()) {
            if (line.startsWith("order ")) {
                agents.onOrder(SignedOrder.parse(Base64.getDecoder().decode(line.substring("order ".length()))).order());
            }
        }
    }

    /** Until all have joined: then all are in one swarm at the same time. */
    private void watch(Path root, int hosts) {
        try {
            String[] joined;
            for (joined = list(root); joined.length < hosts - 1; joined = list(root)) {
                join(joined);
                Thread.sleep(LOOK_MS);
            }
            // First, because the deploy may end with the reports that follow.
            Files.createFile(root.resolve("all-joined"));
            join(joined);
        } catch (IOException | InterruptedException e) {
            System.out.println("the agents end: " + e);
        }
    }

    private static String[] list(Path root) {
        return root.resolve("joined").toFile().list();
    }

    private void join(String... joined) {
        for (String name : joined) {
            join(name);
        }
    }

    private synchronized void join(String name) {
        if (names.add(name)) {
            tell(name);
        }
    }

    private synchronized void onOrder(Order newest) {
        order = newest;
        System.out.println(HostReport.check("order", true, ""));
        names.forEach(this::tell);
    }

    /** Each agent has at once what the order asks of it. */
    private void tell(String name) {
        Target target = order == null ? null : order.targets().get(0);
        Release release = target == null || target.releases().isEmpty() ? null : target.releases().get(target.releases().size() - 1);
        AgentState state = release == null ? AgentState.JOINED : release.content() != null
            ? target.activeOn(name, "").equals(release.tag()) ? AgentState.ACTIVE : AgentState.STAGED
            : release.maker().names().contains(name) ? AgentState.MADE : AgentState.WAITING;
        byte[] bytes = new byte[InfoHash.LENGTH + 12];
        boolean knows = state == AgentState.MADE || state == AgentState.STAGED || state == AgentState.ACTIVE;
        Content content = knows ? new Content(InfoHash.of(Arrays.copyOf(bytes, InfoHash.LENGTH)), InfoSha256.of(bytes), LENGTH) : null;
        System.out.println(new AgentReport(name, "", order == null ? -1 : order.serial(), target == null ? "" : target.destination(),
            release == null ? "" : release.tag(), state, "", List.of(), 0, 0, 0, "", null, content, AgentReport.Spent.NOTHING, null,
            false).toLine());
    }
}
