package murder.engine.sim;

import murder.engine.swarm.SwarmConfig;
import murder.wire.nio.LoopOptions;

/**
 * The common properties of all hosts in a simulated network.
 *
 * @param latencyNs one way, between any two hosts
 * @param jitterNs each packet takes up to this time longer, uniformly; connections keep their order
 * @param verifyNs from the last block of a piece to the answer: the hash of that block, and the
 *     way to a disk thread and back
 * @param trackerNs the tracker's time for each announce, one after the other
 * @param highWaterBytes a connection with this many bytes waiting above the kernel is not writable
 * @param lowWaterBytes and is so again when fewer than this wait
 * @param kernelBytes further bytes in the kernel: a send buffer of the usual first size
 * @param zones racks; 1 for none
 * @param zoneBytesPerSecond the rate at which a rack sends to others, and that at which it receives
 *     from them; 0 for no limit
 * @param checks further checks, besides the cheap ones
 */
record NetworkModel(long latencyNs, long jitterNs, long verifyNs, long trackerNs, int highWaterBytes, int lowWaterBytes, int kernelBytes,
                    int zones, long zoneBytesPerSecond, Checks checks) {
    /** The checks of a simulation. */
    enum Checks {
        NONE,
        /** All checks that take time or memory. */
        ALL,
        /** The same, and every message passes through the codec of the wire. */
        ALL_AND_CODEC
    }

    static final long MS = 1_000_000L;
    static final long SECOND = 1000 * MS;
    static final long DEFAULT_VERIFY_NS = 100_000;
    static final int DEFAULT_KERNEL_BYTES = 1 << 16;

    /**
     * One zone, the buffers of the engine's own loop, a tracker that answers at once, nothing
     * checked.
     */
    static NetworkModel of(long latencyNs, long jitterNs) {
        return new NetworkModel(latencyNs, jitterNs, DEFAULT_VERIFY_NS, 0, LoopOptions.HIGH_WATER_BYTES, LoopOptions.LOW_WATER_BYTES,
            DEFAULT_KERNEL_BYTES, 1, 0, Checks.NONE);
    }

    NetworkModel withTimes(long verify, long tracker) {
        return new NetworkModel(latencyNs, jitterNs, verify, tracker, highWaterBytes, lowWaterBytes, kernelBytes, zones,
            zoneBytesPerSecond, checks);
    }

    NetworkModel withSendBuffers(int highWater, int lowWater, int kernel) {
        return new NetworkModel(latencyNs, jitterNs, verifyNs, trackerNs, highWater, lowWater, kernel, zones, zoneBytesPerSecond,
            checks);
    }

    NetworkModel withZones(int count, long bytesPerSecond) {
        return new NetworkModel(latencyNs, jitterNs, verifyNs, trackerNs, highWaterBytes, lowWaterBytes, kernelBytes, count,
            bytesPerSecond, checks);
    }

    NetworkModel withChecks(Checks what) {
        return new NetworkModel(latencyNs, jitterNs, verifyNs, trackerNs, highWaterBytes, lowWaterBytes, kernelBytes, zones,
            zoneBytesPerSecond, what);
    }

    /** Whether to run all checks that take time or memory. */
    boolean isChecked() {
        return checks != Checks.NONE;
    }

    /** Whether each message passes through the codec of the wire, as bytes. */
    boolean isCoded() {
        return checks == Checks.ALL_AND_CODEC;
    }

    /**
     * The properties of one host.
     *
     * @param uplink bytes per second, likewise {@code downlink}
     * @param uploadLimit bytes per second that its engine is limited to, 0 for none, likewise
     *     {@code downloadLimit}
     * @param diskRate bytes per second of its disk, piece after piece; 0 for no limit
     * @param fast whether it speaks BEP 6
     * @param extensions whether it speaks BEP 10
     * @param corruption the probability that this host damages a block before it sends it
     * @param complete whether it has all pieces from the start
     * @param zone its rack
     */
    record HostProfile(long uplink, long downlink, long uploadLimit, long downloadLimit, long diskRate, boolean fast, boolean extensions,
                       double corruption, boolean complete, int zone, SwarmConfig config) {
        static HostProfile leecher(long bytesPerSecond, SwarmConfig config) {
            return new HostProfile(bytesPerSecond, bytesPerSecond, 0, 0, 0, true, true, 0, false, 0, config);
        }

        HostProfile asSeeder() {
            return new HostProfile(uplink, downlink, uploadLimit, downloadLimit, diskRate, fast, extensions, corruption, true, zone,
                config);
        }

        HostProfile withLimits(long upload, long download) {
            return new HostProfile(uplink, downlink, upload, download, diskRate, fast, extensions, corruption, complete, zone, config);
        }

        HostProfile withProtocols(boolean bep6, boolean bep10) {
            return new HostProfile(uplink, downlink, uploadLimit, downloadLimit, diskRate, bep6, bep10, corruption, complete, zone, config);
        }

        HostProfile withDiskRate(long bytesPerSecond) {
            return new HostProfile(uplink, downlink, uploadLimit, downloadLimit, bytesPerSecond, fast, extensions, corruption, complete,
                zone, config);
        }

        HostProfile withCorruption(double share) {
            return new HostProfile(uplink, downlink, uploadLimit, downloadLimit, diskRate, fast, extensions, share, complete, zone, config);
        }

        HostProfile inZone(int index) {
            return new HostProfile(uplink, downlink, uploadLimit, downloadLimit, diskRate, fast, extensions, corruption, complete, index,
                config);
        }
    }
}
