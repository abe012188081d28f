package murder.tools.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import murder.engine.SlowCause;
import murder.tools.agent.AgentReport;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;
import murder.tools.cli.Json;
import murder.tools.cli.Printable;
import murder.tools.cli.Quantities;
import murder.tools.cli.Table;

/** Shows the processes of murder on the hosts of a fleet. */
final class FleetStatus {
    private FleetStatus() {
    }

    /**
     * @param runs of {@code status}, one for each host
     * @param agents by host, what its agent does
     * @param isAgent whether a process is such an agent
     */
    static void show(List<HostRun> runs, Map<String, List<AgentReport>> agents, Predicate<HostReport> isAgent, FleetView view) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"HOST", "ROLE", "TAG", "STATE", "DONE", "DOWN", "UP", "PEERS", "SLOWED BY"});
        int idle = 0;
        for (HostRun run : runs) {
            idle += run.isDone() && run.facts().isEmpty() ? 1 : 0;
            for (HostReport process : run.facts()) {
                List<AgentReport> reports = isAgent.test(process) ? agents.getOrDefault(run.host().toString(), List.of()) : List.of();
                AgentReport atWork = reports.stream().filter(report -> report.state().isBusy()).findFirst()
                    .orElse(reports.isEmpty() ? null : reports.get(0));
                for (AgentReport report : reports) {
                    HostReport agent = of(process, report, report == atWork);
                    rows.add(row(run.host(), agent));
                    view.object(object(run.host(), agent).put("destination", report.target()).put("error", report.reason()));
                }
                if (!reports.isEmpty()) {
                    continue;
                }
                rows.add(row(run.host(), process));
                view.object(object(run.host(), process));
            }
        }
        if (rows.size() > 1) {
            Table.of(rows).lines().forEach(view::say);
        }
        if (idle > 0) {
            view.say("no murder process runs on " + idle + (rows.size() > 1 ? " other" : "") + (idle == 1 ? " host" : " hosts"));
        }
    }

    /**
     * An agent's process, with its work for one release.
     *
     * @param isAtWork whether the peers of the process and the cause that slows it are of this
     *     release
     */
    private static HostReport of(HostReport process, AgentReport report, boolean isAtWork) {
        HostReport own = isAtWork ? process : process.with(Member.PEERS, 0).with(Member.UPLOAD_BYTES_PER_SECOND, 0).with(Member.SLOW, "");
        return own.with(Member.TAG, report.tag()).with(Member.STATE, report.state().word()).with(Member.PERCENT, report.percent())
            .with(Member.DOWNLOAD_BYTES_PER_SECOND, report.bytesPerSecond());
    }

    private static String[] row(Host host, HostReport process) {
        String role = process.text(Member.ROLE);
        boolean tracker = role.equals("tracker");
        SlowCause slow = SlowCause.ofWord(process.text(Member.SLOW));
        return new String[] {host.toString(), Printable.of(role), tracker ? "-" : Printable.of(process.text(Member.TAG)),
            Printable.of(process.text(Member.STATE)), tracker ? "-" : process.decimal(Member.PERCENT, 0) + " %",
            rate(process, Member.DOWNLOAD_BYTES_PER_SECOND), rate(process, Member.UPLOAD_BYTES_PER_SECOND),
            Long.toString(process.whole(Member.PEERS, 0)), slow == null ? "-" : slow.text()};
    }

    private static String rate(HostReport process, Member member) {
        long bytesPerSecond = process.whole(member, 0);
        return bytesPerSecond == 0 ? "-" : Quantities.rate(bytesPerSecond);
    }

    private static Json object(Host host, HostReport process) {
        return new Json().put("task", Task.STATUS.toString()).put("host", host.toString()).put("role", process.text(Member.ROLE))
            .put("tag", process.text(Member.TAG)).put("state", process.text(Member.STATE))
            .put("percent", process.decimal(Member.PERCENT, 0))
            .put("download_bytes_per_second", process.whole(Member.DOWNLOAD_BYTES_PER_SECOND, 0))
            .put("upload_bytes_per_second", process.whole(Member.UPLOAD_BYTES_PER_SECOND, 0)).put("peers", process.whole(Member.PEERS, 0))
            .put("slow", process.text(Member.SLOW));
    }
}
