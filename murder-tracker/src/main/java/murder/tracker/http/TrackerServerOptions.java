package murder.tracker.http;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import murder.tracker.SwarmOptions;

/**
 * How a {@link TrackerServer} is set up.
 *
 * @param bindAddress the local address to listen at, or null for all of them
 * @param port the port to listen at, or 0 for a free one
 * @param swarms limits and times of the swarm table
 * @param allow the directory whose .torrent files name the torrents that are served, or null to serve any
 * @param state the file that keeps the swarms over a restart, or null for none
 * @param backlog connections that may wait to be accepted; the kernel cuts it to {@code net.core.somaxconn}, 4096 by default, and a
 *     host that finds it full tries again by itself a second later
 * @param connections held at once, each for milliseconds unless its host is slow; further ones wait to be accepted. Costs less than
 *     1 KiB each, and 32 MiB at most for what they send slowly
 * @param housekeeping how often the directory is read again and the state written if it changed
 */
public record TrackerServerOptions(InetAddress bindAddress, int port, SwarmOptions swarms, Path allow, Path state, int backlog,
                                   int connections, Duration housekeeping) {
    /** The port of the original tracker. */
    public static final int DEFAULT_PORT = 8998;

    public TrackerServerOptions {
        Objects.requireNonNull(swarms, "swarms");
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " is not in 0..65535");
        }
        if (backlog < 1 || connections < 1) {
            throw new IllegalArgumentException("backlog " + backlog + ", connections " + connections);
        }
        if (housekeeping.toMillis() < 1) {
            throw new IllegalArgumentException("housekeeping every " + housekeeping);
        }
    }

    /** Any address, port 8998, any torrent, no state file; a backlog for 16,384 hosts that come at once, 65,536 connections, 3 s. */
    public static TrackerServerOptions defaults() {
        return new TrackerServerOptions(null, DEFAULT_PORT, SwarmOptions.defaults(), null, null, 16_384, 65_536, Duration.ofSeconds(3));
    }

    /** @param address the local address to listen at, or null for all of them */
    public TrackerServerOptions withAddress(InetAddress address, int newPort) {
        return new TrackerServerOptions(address, newPort, swarms, allow, state, backlog, connections, housekeeping);
    }

    public TrackerServerOptions withSwarms(SwarmOptions newSwarms) {
        return new TrackerServerOptions(bindAddress, port, newSwarms, allow, state, backlog, connections, housekeeping);
    }

    /** @param directory serves only the torrents found there; null serves any */
    public TrackerServerOptions withAllow(Path directory) {
        return new TrackerServerOptions(bindAddress, port, swarms, directory, state, backlog, connections, housekeeping);
    }

    /** @param file keeps the swarms over a restart; null for none */
    public TrackerServerOptions withState(Path file) {
        return new TrackerServerOptions(bindAddress, port, swarms, allow, file, backlog, connections, housekeeping);
    }
}
