package murder.tools.fleet;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import murder.order.Order;
import murder.order.Release;
import murder.order.SignedOrder;
import murder.order.Target;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AgentState;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.trust.TrustException;

/**
 * The data of the agent on the tracker's host: the newest order, and the last report of each agent
 * of the fleet.
 */
final class FleetAgents {
    /** The limit of agents, equal to the tracker's. It bounds the memory for a hostile host. */
    private static final int MAX_AGENTS = 200_000;
    private static final int MAX_LINES = 64;
    private static final String NONE = "none";

    private final Map<String, List<AgentReport>> byName = new LinkedHashMap<>();
    private Order order;

    private FleetAgents() {
    }

    /**
     * Asks by one ssh.
     *
     * @param run gets the result of the ssh
     * @return null if no agent runs there, or if the question failed
     */
    static FleetAgents ask(FleetSession session, Job look, HostRun[] run) {
        FleetAgents agents = new FleetAgents();
        run[0] = new HostRun(look, agents::take);
        session.hear(run[0]);
        return run[0].isDone() && !run[0].result().text(Member.RESULT).equals(NONE) ? agents : null;
    }

    /** The order is only shown, so its signature does not matter here. */
    synchronized void take(HostReport line) {
        try {
            if (line.type() == HostReport.Type.ORDER) {
                order = SignedOrder.parse(Base64.getDecoder().decode(line.text(Member.BASE64))).order();
            }
        } catch (IllegalArgumentException | TrustException e) {
            order = null; // An unreadable order is not shown.
        }
        AgentReport report = AgentReport.of(line);
        if (report == null || byName.size() >= MAX_AGENTS && !byName.containsKey(report.name())) {
            return;
        }
        List<AgentReport> reports = byName.computeIfAbsent(report.name(), key -> new ArrayList<>());
        // The agent of the tracker's host sends its own reports first. Its earlier announced ones
        // follow.
        boolean isOld = reports.stream().anyMatch(each -> each.serial() > report.serial()
            || each.target().equals(report.target()) && each.tag().equals(report.tag()));
        if (!isOld && reports.size() < MAX_LINES) {
            reports.add(report);
        }
    }

    /** By name, one for each release that matters on the host. */
    synchronized Map<String, List<AgentReport>> reports() {
        return byName;
    }

    /** Null if there is none. */
    synchronized Order order() {
        return order;
    }

    /** Whether a running deploy has given an order and will give another one. */
    boolean isDeploying() {
        return order() != null && !order().ended();
    }

    static boolean isLost(List<AgentReport> reports) {
        return reports.stream().anyMatch(report -> report.state() == AgentState.LOST);
    }

    /** The newest release of each destination, with the number of hosts in each state. */
    List<String> deploys() {
        List<String> lines = new ArrayList<>();
        for (Target target : order() == null ? List.<Target>of() : order().targets()) {
            List<Release> releases = target.releases();
            if (releases.isEmpty()) {
                continue;
            }
            String tag = releases.get(releases.size() - 1).tag();
            Map<AgentState, Integer> counts = new LinkedHashMap<>();
            for (AgentState state : AgentState.values()) {
                reports().values().forEach(all -> all.stream().filter(report -> report.target().equals(target.destination())
                    && report.tag().equals(tag) && report.state() == state).forEach(report -> counts.merge(state, 1, Integer::sum)));
            }
            List<String> words = new ArrayList<>();
            counts.forEach((state, count) -> words.add(count + " " + state.word()));
            lines.add("'" + tag + "' to " + target.destination() + ": " + (words.isEmpty() ? "no reports yet" : String.join(", ", words)));
        }
        return lines;
    }
}
