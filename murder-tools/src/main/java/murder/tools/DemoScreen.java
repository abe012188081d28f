package murder.tools;

import java.util.List;
import murder.engine.TorrentStatistics;
import murder.tools.cli.Context;
import murder.tools.cli.ProgressLine;
import murder.tools.cli.ProgressLine.Progress;
import murder.tools.cli.Quantities;

/**
 * Shows all hosts of the demo. A terminal gets a bar for each host. Other outputs get one line
 * every few seconds.
 */
final class DemoScreen {
    /** More bars do not fit on usual terminals. */
    private static final int MAX_BARS = 20;
    private static final int BAR_WIDTH = 30;
    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_TO_END = "\u001b[K";

    private final Context context;
    private final boolean json;
    private final long length;
    private final ProgressLine line;
    private int drawn;

    DemoScreen(Context context, boolean json, long length) {
        this.context = context;
        this.json = json;
        this.length = length;
        ProgressLine.Mode plain = context.terminal() ? ProgressLine.Mode.TERMINAL : ProgressLine.Mode.PLAIN_BRISK;
        this.line = new ProgressLine(context.rawOut(), json ? ProgressLine.Mode.JSON : plain, System.nanoTime());
    }

    void update(List<DemoHost> hosts) {
        if (hasBars(hosts)) {
            draw(hosts);
        } else if (line.isDue(System.nanoTime())) {
            line.update(overall(hosts), System.nanoTime());
        }
    }

    /** Shows the last state, which stays on the screen. */
    void end(List<DemoHost> hosts) {
        if (hasBars(hosts)) {
            draw(hosts);
        } else {
            line.clear();
        }
    }

    private boolean hasBars(List<DemoHost> hosts) {
        return context.terminal() && !json && hosts.size() <= MAX_BARS;
    }

    private Progress overall(List<DemoHost> hosts) {
        long done = 0;
        long least = Long.MAX_VALUE;
        long bytesPerSecond = 0;
        int whole = 0;
        for (DemoHost host : hosts) {
            TorrentStatistics now = host.statistics();
            done += now.verifiedBytes();
            least = Math.min(least, now.verifiedBytes());
            bytesPerSecond += now.downloadBytesPerSecond();
            whole += host.isWhole() ? 1 : 0;
        }
        String what = whole + " of " + hosts.size() + " hosts complete, the slowest at " + Quantities.percent(least, length) + " %, all:";
        return new Progress(what, done, length * hosts.size(), bytesPerSecond);
    }

    private void draw(List<DemoHost> hosts) {
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append(UP.replace("%d", Integer.toString(drawn)));
        }
        for (DemoHost host : hosts) {
            TorrentStatistics now = host.statistics();
            int filled = length == 0 ? BAR_WIDTH : (int) (BAR_WIDTH * now.verifiedBytes() / length);
            text.append("host ").append(host.number()).append(host.number() < 10 ? "   [" : "  [").append("#".repeat(filled))
                .append(".".repeat(BAR_WIDTH - filled)).append("]  ").append(Quantities.percent(now.verifiedBytes(), length)).append(" %");
            if (host.isWhole()) {
                text.append("  complete after ").append(Math.round(host.seconds() * 100) / 100.0).append(" s");
            } else {
                text.append("  ").append(Quantities.rate(now.downloadBytesPerSecond())).append("  ").append(now.peers()).append(" peers");
            }
            text.append(CLEAR_TO_END).append('\n');
        }
        drawn = hosts.size();
        context.rawOut().print(text);
        context.rawOut().flush();
    }
}
