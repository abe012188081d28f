package murder.engine;

import java.time.Duration;
import murder.engine.swarm.DownloadFigures;
import murder.engine.swarm.HostLoad;

/**
 * The figures of a download over the last seconds, all measured on its host. {@link SlowCause#of}
 * interprets them. Shares are 0 to 1.
 *
 * @param measured the time of the measurement; the other figures have no meaning before two seconds
 * @param bytesPerSecond arriving payload
 * @param sources peers that owe blocks and have sent some lately, on average
 * @param known peers that are connected, or have a known address
 * @param loopShare of the time in which the engine's loop worked
 * @param diskShare of the time in which the download waited for the disks: the loop read no socket,
 *     or all requested payload had arrived and was not hashed yet
 * @param hashingShare of the work of the disk threads; the rest is writing
 * @param limitedShare of the time in which a rate limit of this host delayed requests
 * @param roundTrip the shortest to any peer so far; zero while unknown
 * @param answer the usual time of a peer's answer to a request, with the queue before it; zero
 *     while unknown
 * @param faultsPerSecond page faults that read from the disk; 0 unless the caller counts them
 */
public record SlowFigures(Duration measured, long bytesPerSecond, double sources, int known, double loopShare, double diskShare,
                          double hashingShare, double limitedShare, Duration roundTrip, Duration answer, double faultsPerSecond) {
    /** Nothing was measured. */
    public static final SlowFigures NONE = new SlowFigures(Duration.ZERO, 0, 0, 0, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO, 0);

    static SlowFigures of(Duration measured, DownloadFigures swarm, HostLoad.Shares host) {
        return new SlowFigures(measured, swarm.bytesPerSecond(), swarm.sources(), swarm.known(), host.loop(),
            Math.max(host.disk(), swarm.checkingShare()), host.hashing(), swarm.limitedShare(), Duration.ofNanos(swarm.roundTripNs()),
            Duration.ofNanos(swarm.answerNs()), 0);
    }

    /**
     * {@return the same, with the page faults that the caller counted} The JDK does not report
     * them; Linux does in {@code /proc/self/stat}.
     *
     * @param perSecond major page faults of this process
     */
    public SlowFigures withFaults(double perSecond) {
        return new SlowFigures(measured, bytesPerSecond, sources, known, loopShare, diskShare, hashingShare, limitedShare, roundTrip,
            answer, perSecond);
    }
}
