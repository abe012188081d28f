package murder.tools.agent;

import murder.engine.SlowCause;

/** The progress of one release, and the time of each phase. For the agent's main thread. */
final class Progress {
    double percent;
    long bytesPerSecond;
    String trouble = "";
    /** The cause that limits the download; null while unknown. */
    SlowCause slow;
    double pack;
    double waiting;
    double fetch;
    double unpack;
    double activate;
    /** The start of the work in progress. */
    long sinceNs;
    /** The time of the payload's first byte; 0 before. */
    long firstByteNs;

    void begin(long nowNs) {
        sinceNs = nowNs;
        percent = 0;
        bytesPerSecond = 0;
        trouble = "";
        slow = null;
        firstByteNs = 0;
    }

    double seconds(long nowNs) {
        return (nowNs - sinceNs) / 1_000_000 / 1000.0;
    }

    void onBytes(long bytes, long nowNs) {
        if (bytes > 0 && firstByteNs == 0) {
            firstByteNs = nowNs;
            waiting = seconds(nowNs);
        }
    }

    /** The payload is complete. */
    void onFetched(long nowNs) {
        fetch = (nowNs - (firstByteNs == 0 ? sinceNs : firstByteNs)) / 1_000_000 / 1000.0;
    }

    /** A new deploy begins. Work that is not done yet counts for it. */
    void forgetTimes() {
        pack = 0;
        waiting = 0;
        fetch = 0;
        unpack = 0;
        activate = 0;
    }

    AgentReport.Spent spent(double start) {
        return new AgentReport.Spent(start, pack, waiting, fetch, unpack, activate);
    }
}
