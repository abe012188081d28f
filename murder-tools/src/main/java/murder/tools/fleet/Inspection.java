package murder.tools.fleet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import murder.tools.agent.AgentReport;
import murder.tools.cli.CommandException;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Json;
import murder.tools.cli.Printable;
import murder.tools.cli.Quantities;
import murder.tools.cli.Table;

/**
 * The tasks that show a fleet without changes: {@code releases}, {@code agents} and {@code status}.
 */
final class Inspection {
    private static final String NOTHING = "-";

    private final FleetConfig config;
    private final FleetSession session;
    /** Null in a dry run. */
    private final FleetFolder folder;
    private final RemoteCommands remote;

    Inspection(FleetConfig config, FleetSession session, FleetFolder folder) {
        this.config = config;
        this.session = session;
        this.folder = folder;
        this.remote = new RemoteCommands(config);
    }

    // ---- releases ----

    /** A release in one state, on some hosts. */
    private record Row(String destination, String tag, String state) {
    }

    /** Asks every host, so it needs no running agents. */
    void releases(List<Host> hosts) {
        Map<Row, List<String>> rows = new LinkedHashMap<>();
        Map<Row, Long> lengths = new LinkedHashMap<>();
        List<String> empty = new ArrayList<>();
        for (HostRun run : session.step(Task.RELEASES, hosts.stream().map(remote::releases).toList())) {
            if (run.isDone() && run.facts().isEmpty()) {
                empty.add(run.host().toString());
            }
            for (HostReport fact : run.facts()) {
                Row row = new Row(fact.text(Member.TARGET), fact.text(Member.TAG), fact.text(Member.STATE));
                rows.computeIfAbsent(row, key -> new ArrayList<>()).add(run.host().toString());
                lengths.put(row, fact.whole(Member.LENGTH, 0));
                session.view().object(new Json().put("task", Task.RELEASES.toString()).put("host", run.host().toString())
                    .put("destination", row.destination()).put("tag", row.tag()).put("state", row.state())
                    .put("info_hash", fact.text(Member.INFO_HASH)).put("bytes", fact.whole(Member.LENGTH, 0)));
            }
        }
        if (session.isDryRun()) {
            return;
        }
        List<String[]> table = new ArrayList<>();
        table.add(new String[] {"DESTINATION", "TAG", "STATE", "PAYLOAD", "HOSTS"});
        rows.forEach((row, names) -> table.add(new String[] {Printable.of(row.destination()), Printable.of(row.tag()),
            Printable.of(row.state()), Quantities.bytes(lengths.get(row)), names.size() + " of " + hosts.size() + ": "
            + FleetView.some(names)}));
        show(table);
        if (!empty.isEmpty()) {
            session.view().say("no releases of the fleet " + config.fleet() + " on " + count(empty.size()) + ": " + FleetView.some(empty));
        }
    }

    // ---- agents ----

    /** Asks only the tracker's host. */
    void agents(List<Host> hosts) throws IOException {
        Job look = remote.look(config.tracker());
        if (session.isDryRun()) {
            session.step(Task.AGENTS, List.of(look));
            return;
        }
        session.takesPart(config.tracker());
        Set<Host> residents = Residents.read(folder);
        HostRun[] run = new HostRun[1];
        FleetAgents agents = FleetAgents.ask(session, look, run);
        if (!run[0].isDone()) {
            session.fail(config.tracker(), Task.AGENTS, run[0].reason());
            session.view().say(config.tracker() + "  FAILED  " + Task.AGENTS + ": " + run[0].reason());
            return;
        }
        String none = "no agent of the fleet " + config.fleet() + " runs on the tracker's host " + config.tracker();
        if (agents == null && !residents.isEmpty()) {
            session.fail(config.tracker(), Task.AGENTS, none);
            session.view().say(config.tracker() + "  FAILED  " + Task.AGENTS + ": " + none + "; start_agents starts it");
            return;
        }
        if (agents == null) {
            session.view().say(none + "; start_agents starts agents that stay");
            return;
        }
        show(agents, hosts, residents);
    }

    private void show(FleetAgents agents, List<Host> hosts, Set<Host> residents) {
        Set<String> stay = new LinkedHashSet<>();
        residents.forEach(host -> stay.add(host.toString()));
        List<String[]> table = new ArrayList<>();
        table.add(new String[] {"HOST", "ZONE", "DESTINATION", "TAG", "STATE", "DONE", "RATE", "ACTIVE", "WHY"});
        agents.reports().forEach((name, reports) -> {
            for (AgentReport report : reports) {
                table.add(new String[] {text(name), text(report.zone()), text(report.target()), text(report.tag()),
                    report.state().word(), report.tag().isEmpty() ? NOTHING : report.percent() + " %",
                    report.bytesPerSecond() == 0 ? NOTHING : Quantities.rate(report.bytesPerSecond()), text(report.active()),
                    text(report.reason().isEmpty() && report.slow() != null ? report.slow().text() : report.reason())});
                session.view().object(object(Task.AGENTS, report).put("resident", stay.contains(name)));
            }
        });
        show(table);
        List<String> lost = new ArrayList<>();
        agents.reports().forEach((name, reports) -> {
            if (FleetAgents.isLost(reports)) {
                lost.add(name);
            }
        });
        List<String> missing = new ArrayList<>();
        hosts.forEach(host -> missing.add(host.toString()));
        missing.removeAll(agents.reports().keySet());
        session.view().say(agents.reports().size() - lost.size() + " of " + count(hosts.size()) + " with an agent"
            + (agents.order() == null ? "" : ", order " + agents.order().serial())
            + (lost.isEmpty() ? "" : "; lost: " + FleetView.some(lost))
            + (missing.isEmpty() ? "" : "; never heard of: " + FleetView.some(missing)));
        session.view().object(new Json().put("task", Task.AGENTS.toString()).put("agents", agents.reports().size() - lost.size())
            .put("order", agents.order() == null ? -1 : agents.order().serial()).putStrings("lost", lost).putStrings("missing", missing));
    }

    private static Json object(Task task, AgentReport report) {
        return new Json().put("task", task.toString()).put("host", report.name()).put("role", "agent").put("zone", report.zone())
            .put("serial", report.serial()).put("destination", report.target()).put("tag", report.tag())
            .put("state", report.state().word()).put("percent", report.percent()).put("bytes_per_second", report.bytesPerSecond())
            .put("active", report.active()).put("slow", report.slow() == null ? "" : report.slow().word()).put("error", report.reason());
    }

    // ---- status ----

    /**
     * Asks every host for its processes, and the tracker's host once more if an agent of the fleet
     * runs there.
     */
    void status(List<Host> hosts) throws CommandException {
        List<HostRun> runs = session.step(Task.STATUS, hosts.stream().map(remote::status).toList());
        boolean hasAgent = runs.stream().anyMatch(run -> run.host().equals(config.tracker())
            && run.facts().stream().anyMatch(this::isAgent));
        FleetAgents agents = hasAgent ? FleetAgents.ask(session, remote.look(config.tracker()), new HostRun[1]) : null;
        FleetStatus.show(runs, agents == null ? new TreeMap<>() : agents.reports(), this::isAgent, session.view());
        if (agents == null) {
            return;
        }
        if (agents.isDeploying()) {
            agents.deploys().forEach(line -> session.view().say("a deploy runs: " + line));
        }
        session.view().object(new Json().put("task", Task.STATUS.toString()).put("deploying", agents.isDeploying())
            .put("order", agents.order() == null ? -1 : agents.order().serial()).putStrings("releases", agents.deploys()));
    }

    private boolean isAgent(HostReport process) {
        return process.text(Member.ROLE).equals("agent") && process.text(Member.TAG).equals(config.fleet());
    }

    // ---- common parts ----

    private void show(List<String[]> table) {
        if (table.size() > 1) {
            Table.of(table).lines().forEach(line -> session.view().say(line.stripTrailing()));
        }
    }

    private static String text(String text) {
        return text.isEmpty() ? NOTHING : Printable.of(text);
    }

    private static String count(int hosts) {
        return hosts + (hosts == 1 ? " host" : " hosts");
    }
}
