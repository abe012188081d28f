package murder.engine;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import murder.engine.storage.DiskTimes;
import murder.engine.swarm.Bans;
import murder.engine.swarm.HostLoad;
import murder.engine.swarm.SwarmConfig;
import murder.engine.swarm.TokenBucket;
import murder.peer.PeerId;
import murder.wire.nio.SelectorLoop;

/**
 * The parts that all torrents of one engine share. {@link Engine} makes it. A class below a torrent
 * gets only the parts that it uses.
 *
 * @param options of the engine
 * @param peerId the engine's name in swarms
 * @param port where the engine listens
 * @param loop owns all sockets and decisions
 * @param threads of the engine
 * @param throttle stops reading while the disks are behind
 * @param trackers calls to trackers
 * @param uploadLimit of all torrents together
 * @param downloadLimit of all torrents together
 * @param bans peers that no torrent talks to; loop's thread only
 * @param randoms makes a generator for each use; any thread
 * @param secrets makes values that strangers must not guess
 */
record EngineParts(EngineOptions options, PeerId peerId, int port, SelectorLoop loop, EngineThreads threads, DiskThrottle throttle,
                   TrackerCalls trackers, TokenBucket uploadLimit, TokenBucket downloadLimit, Bans bans, Randoms randoms,
                   SecureRandom secrets) implements StatisticsCollector.Host {
    /** How the swarms of its torrents behave. */
    SwarmConfig config() {
        return SwarmConfig.DEPLOY.withDialled(options.values.maxPeersPerTorrent);
    }

    @Override
    public HostLoad.Sums load(long nowNs) {
        DiskTimes disk = threads.disk().times();
        return new HostLoad.Sums(nowNs, loop.busyNs(), throttle.waitedNs(), disk.hashingNs(), disk.writingNs());
    }

    /** A source of generators, from one seed. */
    interface Randoms {
        RandomGenerator next();
    }
}
