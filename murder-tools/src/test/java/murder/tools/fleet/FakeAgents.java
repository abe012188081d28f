package murder.tools.fleet;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import murder.engine.SlowCause;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.order.Content;
import murder.order.Order;
import murder.order.Patch;
import murder.order.Release;
import murder.order.SignedOrder;
import murder.order.Target;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AgentState;
import murder.tools.agent.Cause;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;

/**
 * The agents of a {@link FakeFleet}, as the program that is attached sees them: a host has one if
 * there is a file 'agent' in its folder, and one that stays if that has content. Other files set
 * how it reacts. Each order is written to
 * {@code orders} in the fleet's folder.
 *
 * <pre>
 *   fail-make, fail-stage, fail-activate   it fails with this reason
 *   occupied                               another release is in the place
 *   hang-stage                             a pipe that is opened once the host stands still while it fetches
 *   made                                   another content than that of the others
 *   patch                                  it makes a patch, too
 *   patched                                it takes that
 *   old                                    this release is active, and in the order, too
 * </pre>
 */
public final class FakeAgents {
    private static final long LENGTH = 100_000;
    private static final String OCCUPIED = "destination is not empty";

    private final Path root;
    private final Map<String, AgentReport> told = new LinkedHashMap<>();
    private final Map<String, Long> received = new LinkedHashMap<>();
    private Order order;
    /** Whether the order is of this deploy, so that agents may leave by it. */
    private boolean isNew;

    private FakeAgents(Path root) {
        this.root = root;
    }

    /** @param words the fleet's folder, and what the real program gets */
    public static void main(String[] words) throws Exception {
        FakeAgents agents = new FakeAgents(Path.of(words[0]));
        boolean looks = Arrays.asList(words).contains("--look");
        if (looks && !agents.hasAny()) {
            System.out.println(HostReport.result("none"));
            return;
        }
        Path last = agents.root.resolve("last-order");
        if (Files.exists(last)) {
            byte[] bytes = Files.readAllBytes(last);
            agents.order = SignedOrder.parse(bytes).order();
            System.out.println(HostReport.order(agents.order.serial(), bytes));
        }
        if (looks) {
            agents.round();
            System.out.println(HostReport.result("told"));
            return;
        }
        Thread teller = new Thread(agents::tell);
        teller.setDaemon(true);
        teller.start();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.equals("bye"); line = in.readLine()) {
            byte[] bytes = Base64.getDecoder().decode(line.substring("order ".length()));
            Order next = SignedOrder.parse(bytes).order();
            Files.write(last, bytes);
            Files.writeString(agents.root.resolve("orders"), next + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            System.out.println(HostReport.check("order", true, Long.toString(next.serial())));
            synchronized (agents) {
                agents.order = next;
                agents.isNew = true;
            }
        }
    }

    private boolean hasAny() throws IOException {
        try (Stream<Path> hosts = Files.list(root)) {
            return hosts.anyMatch(host -> Files.exists(host.resolve("agent")));
        }
    }

    private void tell() {
        try {
            while (true) {
                round();
                Thread.sleep(10);
            }
        } catch (IOException | InterruptedException e) {
            System.out.println("the fake agents end: " + e);
        }
    }

    private synchronized void round() throws IOException {
        try (Stream<Path> hosts = Files.list(root)) {
            for (Path host : hosts.sorted().toList()) {
                if (Files.exists(host.resolve("agent"))) {
                    say(host);
                }
            }
        }
    }

    private void say(Path host) throws IOException {
        String name = host.getFileName().toString();
        if (order == null || order.targets().isEmpty()) {
            say(report(name, "", "", AgentState.JOINED, "", null));
            return;
        }
        if (order.ended() && isNew && Files.size(host.resolve("agent")) == 0) {
            Files.deleteIfExists(host.resolve("agent")); // Before its last report, by which the deploy ends.
        }
        Target target = order.targets().get(0);
        List<Release> releases = target.releases();
        withdraw(name, target);
        if (releases.isEmpty()) {
            say(report(name, target.destination(), "", AgentState.JOINED, "", null));
        } else {
            Release release = releases.get(releases.size() - 1);
            AgentState state = state(host, name, target, release);
            String fault = "";
            for (String step : List.of("make", "stage", "activate")) {
                boolean reached = state == AgentState.MADE && step.equals("make") || step.equals("stage") && release.content() != null
                    || state == AgentState.ACTIVE && step.equals("activate");
                if (reached && Files.exists(host.resolve("fail-" + step))) {
                    fault = Files.readString(host.resolve("fail-" + step));
                }
            }
            if (Files.exists(host.resolve("occupied")) && !target.replace()) {
                fault = OCCUPIED;
            }
            boolean makes = state != AgentState.WAITING && Files.exists(host.resolve("patch"));
            boolean takes = !release.patches().isEmpty() && Files.exists(host.resolve("patched"));
            if (takes) {
                received.put(name, LENGTH / 10);
            }
            say(report(name, target.destination(), release.tag(), fault.isEmpty() ? state : AgentState.FAILED, fault,
                state == AgentState.WAITING ? null : content(host), makes ? patch() : null, takes));
            if (Files.exists(host.resolve("old"))) {
                say(report(name, target.destination(), Files.readString(host.resolve("old")), AgentState.ACTIVE, "", content(host)));
            }
        }
    }

    /** Tells of releases that the order names no more, but not of those that were in their places. */
    private void withdraw(String name, Target target) {
        for (AgentReport last : List.copyOf(told.values())) {
            boolean isThere = last.state() == AgentState.STAGED || last.state() == AgentState.FETCHING;
            if (last.name().equals(name) && isThere && target.release(last.tag()) == null) {
                say(report(name, last.target(), last.tag(), AgentState.WITHDRAWN, "", null));
            }
        }
    }

    private AgentState state(Path host, String name, Target target, Release release) throws IOException {
        if (release.content() == null) {
            return release.maker().names().contains(name) ? AgentState.MADE : AgentState.WAITING;
        }
        if (Files.exists(host.resolve("hang-stage"))) {
            AgentReport last = told.get(name + " " + release.tag());
            if (last != null && last.state() != AgentState.FETCHING) {
                Thread hanging = new Thread(() -> hang(host));
                hanging.setDaemon(true);
                hanging.start();
            }
            return AgentState.FETCHING;
        }
        return target.activeOn(name, "").equals(release.tag()) ? AgentState.ACTIVE : AgentState.STAGED;
    }

    private static void hang(Path host) {
        try (FileInputStream in = new FileInputStream(host.resolve("hang-stage").toFile())) {
            in.readAllBytes();
        } catch (IOException e) {
            System.out.println("cannot hang: " + e);
        }
    }

    private static Content content(Path host) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) (Files.exists(host.resolve("made")) ? 2 : 1));
        return new Content(InfoHash.of(Arrays.copyOf(bytes, InfoHash.LENGTH)), InfoSha256.of(bytes), LENGTH);
    }

    private static Patch patch() {
        byte[] bytes = new byte[32];
        return new Patch(InfoSha256.of(bytes).toString(), new Content(InfoHash.of(Arrays.copyOf(bytes, InfoHash.LENGTH)),
            InfoSha256.of(bytes), LENGTH / 10));
    }

    private AgentReport report(String name, String target, String tag, AgentState state, String reason, Content content) {
        return report(name, target, tag, state, reason, content, null, false);
    }

    private AgentReport report(String name, String target, String tag, AgentState state, String reason, Content content, Patch patch,
                               boolean isPatched) {
        return new AgentReport(name, "", order == null ? -1 : order.serial(), target, tag, state, "", List.of(),
            state == AgentState.FETCHING ? 12.5 : 0, state == AgentState.FETCHING ? 1 << 20 : 0,
            state == AgentState.FETCHING ? SlowCause.LINK_FULL : null, state == AgentState.ACTIVE ? 2 * LENGTH : 0,
            reason, reason.isEmpty() ? null : reason.equals(OCCUPIED) ? Cause.OCCUPIED : Cause.SYSTEM, content,
            new AgentReport.Spent(0.25, 0, 0, 0.5, 0.125, 0), patch, isPatched, received.getOrDefault(name, 0L));
    }

    private void say(AgentReport report) {
        if (!report.equals(told.put(report.name() + " " + report.tag(), report))) {
            HostReport line = report.toLine();
            System.out.println(line.has(Member.NAME) ? line : "no name");
        }
    }
}
