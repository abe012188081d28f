package murder.tools.agent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import murder.order.Content;
import murder.tools.cli.CommandException;
import murder.tools.cli.Context;
import murder.tools.cli.HostReport;
import murder.tools.cli.HostReport.Member;

/**
 * The releases of a fleet on this host, from the files of its agent and from the disk. The agent
 * may run meanwhile, because it replaces its files in one step.
 *
 * @param fleet its name
 */
record HeldReleases(String fleet) {
    /** The limit of lines that control machines read. */
    private static final int MAX_LINES = 90;

    /** Prints a line for each release, the latest first. */
    void print(Context context) throws CommandException, IOException {
        HostView host = Ledger.open(AgentFolder.open(context.env(), fleet).releases()).view();
        List<Holding> held = new ArrayList<>(host.holdings());
        held.removeIf(each -> each.staged() == null && each.placed() == null);
        held.sort(Comparator.comparing(Holding::placedSerial, Comparator.reverseOrder()));
        for (Holding each : held.subList(0, Math.min(MAX_LINES, held.size()))) {
            boolean isPlaced = each.placed() != null;
            boolean isActive = isPlaced && host.active(each.key().destination()).equals(each.key().tag());
            Content content = isPlaced ? each.placed() : each.staged();
            context.out().println(HostReport.release(each.key().destination(), each.key().tag())
                .with(Member.STATE, isActive ? "active" : isPlaced ? "in place" : "staged")
                .with(Member.INFO_HASH, content.infoHash().toString()).with(Member.LENGTH, content.length()));
        }
        context.out().println(HostReport.result("listed"));
    }
}
