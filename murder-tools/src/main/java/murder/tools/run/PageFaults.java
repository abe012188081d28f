package murder.tools.run;

import java.io.IOException;
import murder.engine.SlowCause;
import murder.engine.TorrentState;
import murder.engine.TorrentStatistics;
import murder.tools.cli.ProcStat;

/**
 * Counts the major page faults of this process over the last two to four seconds, a sign of short
 * memory. Only Linux reports them. For one thread.
 */
public final class PageFaults {
    private static final long WINDOW_NS = 2_000_000_000L;

    private long olderNs = -1;
    private long older;
    private long newerNs;
    private long newer;

    /** {@return what keeps a torrent's download from being faster; null if nobody can say} */
    public SlowCause slowCause(TorrentStatistics now, long nowNs) {
        double perSecond = perSecond(nowNs);
        return now.state() == TorrentState.DOWNLOADING ? SlowCause.of(now.figures().withFaults(perSecond)) : now.slowCause();
    }

    private double perSecond(long nowNs) {
        try {
            return perSecond(Long.parseLong(ProcStat.read("self").field(ProcStat.MAJOR_FAULTS)), nowNs);
        } catch (IOException e) {
            return 0; // No Linux.
        }
    }

    /** @param faults since the start of the process */
    double perSecond(long faults, long nowNs) {
        boolean isFirst = olderNs < 0;
        if (isFirst || nowNs - newerNs >= WINDOW_NS) {
            olderNs = isFirst ? nowNs : newerNs;
            older = isFirst ? faults : newer;
            newerNs = nowNs;
            newer = faults;
        }
        return nowNs == olderNs ? 0 : (faults - older) * 1e9 / (nowNs - olderNs);
    }
}
