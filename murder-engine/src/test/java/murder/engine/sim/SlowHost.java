package murder.engine.sim;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import murder.engine.SlowCause;
import murder.engine.SlowFigures;
import murder.engine.sim.NetworkModel.HostProfile;
import murder.engine.swarm.DownloadFigures;
import murder.engine.swarm.HostLoad;
import murder.engine.swarm.PeerConnection;

/**
 * A host that measures what an engine measures, and that may lack something: its processor or disk
 * is slow, it is far away, or it reaches only one other host.
 */
final class SlowHost extends SimHost {
    /** What the engine lets wait for the disks before it stops reading. */
    private static final long DISK_BUDGET = 16 << 20;

    /**
     * What is special.
     *
     * @param cpuBytesPerSecond that its loop handles; 0 for any number
     * @param awayNs see {@link SimHost#awayNs}
     * @param only the index of the one host that it reaches; -1 for all
     */
    record Lack(long cpuBytesPerSecond, long awayNs, int only) {
        static final Lack NOTHING = new Lack(0, 0, -1);
    }

    private final Lack lack;
    private final HostLoad load = new HostLoad();
    private long cpuFreeNs;
    private long cpuNs;
    private long diskNs;
    private long diskSinceNs = -1;

    SlowHost(SimNetwork network, int index, HostProfile profile, SplittableRandom random, Lack lack) {
        super(network, index, profile, random);
        this.lack = lack;
    }

    // ---- what the engine measures ----

    /** What its agent would report now; null if it could not say. */
    SlowCause cause() {
        boolean isAlone = swarm().peers().isEmpty();
        DownloadFigures swarm = isAlone ? DownloadFigures.NONE : swarm().totals().download();
        long nowNs = network.nowNs();
        HostLoad.Shares shares = load.onSums(new HostLoad.Sums(nowNs, cpuNs, diskNs + (isReading() ? 0 : nowNs - diskSinceNs), 0, 0));
        long measuredNs = isAlone ? nowNs - startedNs() : swarm.measuredNs();
        return SlowCause.of(figures(swarm, shares, measuredNs));
    }

    private static SlowFigures figures(DownloadFigures swarm, HostLoad.Shares shares, long measuredNs) {
        return new SlowFigures(Duration.ofNanos(measuredNs), swarm.bytesPerSecond(), swarm.sources(), swarm.known(), shares.loop(),
            Math.max(shares.disk(), swarm.checkingShare()), shares.hashing(), swarm.limitedShare(),
            Duration.ofNanos(swarm.roundTripNs()), Duration.ofNanos(swarm.answerNs()), 0);
    }

    // ---- far away ----

    @Override
    long awayNs() {
        return lack.awayNs();
    }

    // ---- reaches one host ----

    @Override
    boolean admits(PeerConnection.Peer who) {
        if (lack.only() < 0 || who.address().withPort(0).equals(SimNetwork.address(lack.only()).withPort(0))) {
            return super.admits(who);
        }
        if (!who.incoming()) {
            swarm().onDialFailed(network.nowNs(), who.address(), true);
        }
        return false;
    }

    // ---- a busy processor: what the link has brought waits for the loop ----

    @Override
    long downlinkNs(long nowNs, int bytes) {
        long arrivedNs = super.downlinkNs(nowNs, bytes);
        if (lack.cpuBytesPerSecond() == 0) {
            return arrivedNs;
        }
        long takesNs = bytes * NetworkModel.SECOND / lack.cpuBytesPerSecond();
        cpuFreeNs = Math.max(arrivedNs, cpuFreeNs) + takesNs;
        cpuNs += takesNs;
        return cpuFreeNs;
    }

    // ---- a slow disk: the engine stops reading ----

    @Override
    boolean isReading() {
        return diskSinceNs < 0;
    }

    @Override
    void turn() {
        super.turn();
        long queued = storage.queuedBytes(network.nowNs());
        if (isReading() && queued > DISK_BUDGET) {
            diskSinceNs = network.nowNs();
            network.after((queued - DISK_BUDGET / 2) * NetworkModel.SECOND / profile.diskRate(), this::readAgain);
        }
    }

    private void readAgain() {
        diskNs += network.nowNs() - diskSinceNs;
        diskSinceNs = -1;
        for (SimEnd end : List.copyOf(ends())) {
            end.other().flush();
        }
    }
}
