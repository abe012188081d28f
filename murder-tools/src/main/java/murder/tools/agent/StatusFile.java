package murder.tools.agent;

import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.order.SignedOrder;
import murder.tools.cli.ProcessFile;

/**
 * Writes the state of the agent to its process file, for {@code status}: at each new state,
 * otherwise at most once a second.
 */
final class StatusFile implements Agent.Audience {
    private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    private final ProcessFile file;
    private final Transfers transfers;
    private AgentState written;
    private long writtenNs;

    StatusFile(ProcessFile file, Transfers transfers) {
        this.file = file;
        this.transfers = transfers;
    }

    @Override
    public void onReport(byte[] report) {
        List<AgentReport> lines = AgentReport.parse(report);
        long nowNs = System.nanoTime();
        if (lines.isEmpty() || lines.get(0).state() == written && nowNs - writtenNs < EVERY_NS) {
            return;
        }
        AgentReport first = lines.get(0);
        written = first.state();
        writtenNs = nowNs;
        file.write(file.status().doing(first.state().word(), first.percent(), first.bytesPerSecond(), 0, transfers.peers(), first.reason())
            .uploaded(first.uploadedBytes()).slow(first.slow() == null ? "" : first.slow().word()));
    }

    @Override
    public void onOrder(SignedOrder signed) {
        // The next report has the result.
    }

    @Override
    public boolean isNeeded() {
        return false;
    }
}
