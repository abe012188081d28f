package murder.engine;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import murder.metainfo.InfoHash;

/**
 * Events for the JDK's Flight Recorder: {@code murder.Piece}, {@code murder.Stall} and
 * {@code murder.DiskWait}. Before the first recording of the process an event costs one test of a
 * flag and loads only its class: registering an event takes 50 ms of processor time at the start
 * of a peer. Without the module {@code jdk.jfr} there are no events. Any thread.
 */
final class FlightRecord {
    /** A download without payload for this time has stalled. */
    static final long STALL_NS = 1_000_000_000L;
    private static final boolean IS_THERE = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private FlightRecord() {
    }

    private static boolean isReady() {
        return IS_THERE && FlightRecorder.isInitialized();
    }

    /** A piece was hashed. */
    static void onPiece(InfoHash torrent, int index, boolean good) {
        if (isReady()) {
            Piece.record(torrent, index, good);
        }
    }

    /** Payload arrives again. @param tookNs since the last payload, {@link #STALL_NS} or more */
    static void onStall(long tookNs) {
        if (isReady()) {
            Stall.record(tookNs);
        }
    }

    /**
     * The loop reads sockets again.
     *
     * @param tookNs the time without reading, because the disks were behind
     */
    static void onDiskWait(long tookNs, long queuedBytes) {
        if (isReady()) {
            DiskWait.record(tookNs, queuedBytes);
        }
    }

    @Name("murder.Piece")
    @Label("Piece hashed")
    @Category("Murder")
    @StackTrace(false)
    private static final class Piece extends Event {
        private static final Piece SWITCH = new Piece();

        @Label("Info-hash of the torrent")
        String torrent;
        @Label("Index")
        int index;
        @Label("Whether the hash is right")
        boolean good;

        static void record(InfoHash torrent, int index, boolean good) {
            if (SWITCH.isEnabled()) {
                Piece event = new Piece();
                event.torrent = torrent.toString();
                event.index = index;
                event.good = good;
                event.commit();
            }
        }
    }

    @Name("murder.Stall")
    @Label("No payload for a second or more")
    @Category("Murder")
    @StackTrace(false)
    private static final class Stall extends Event {
        private static final Stall SWITCH = new Stall();

        @Label("Time without payload")
        @Timespan(Timespan.NANOSECONDS)
        long time;

        static void record(long tookNs) {
            if (SWITCH.isEnabled()) {
                Stall event = new Stall();
                event.time = tookNs;
                event.commit();
            }
        }
    }

    @Name("murder.DiskWait")
    @Label("No socket was read, because the disks were behind")
    @Category("Murder")
    @StackTrace(false)
    private static final class DiskWait extends Event {
        private static final DiskWait SWITCH = new DiskWait();

        @Label("Time without reading")
        @Timespan(Timespan.NANOSECONDS)
        long time;
        @Label("Payload that waited for the disks at first")
        @DataAmount
        long queued;

        static void record(long tookNs, long queuedBytes) {
            if (SWITCH.isEnabled()) {
                DiskWait event = new DiskWait();
                event.time = tookNs;
                event.queued = queuedBytes;
                event.commit();
            }
        }
    }
}
