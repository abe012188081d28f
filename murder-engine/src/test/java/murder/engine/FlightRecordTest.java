package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import murder.engine.storage.CheckMode;
import murder.engine.storage.DiskWorkers;
import murder.engine.storage.HeldDisk;
import murder.engine.storage.StorageOptions;
import murder.engine.storage.TorrentStorage;
import murder.metainfo.Metainfo;
import org.junit.jupiter.api.Test;

class FlightRecordTest extends Loopback {
    private static final int PIECE_LENGTH = 1 << 20;
    private static final long SECOND = 1_000_000_000L;

    private Recording recording() {
        Recording recording = closedAtEnd(new Recording());
        for (String name : List.of("murder.Piece", "murder.Stall", "murder.DiskWait")) {
            recording.enable(name);
        }
        recording.start();
        return recording;
    }

    private List<RecordedEvent> events(Recording recording) throws Exception {
        recording.stop();
        Path file = folder.resolve("flight.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file);
    }

    @Test
    void recordsPieces() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        Recording recording = recording();
        Engine engine = engine(options());
        complete(engine.add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(seeder))).build()));

        List<RecordedEvent> pieces = events(recording).stream().filter(event -> event.getEventType().getName().equals("murder.Piece"))
            .toList();
        assertThat(pieces).extracting(event -> event.getInt("index")).containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, metainfo.layout().pieceCount()).boxed().toList());
        assertThat(pieces).allMatch(event -> event.getBoolean("good"))
            .allMatch(event -> event.getString("torrent").equals(metainfo.infoHash().toString()));
    }

    @Test
    void recordsStallsAndWaitsForDisks() throws Exception {
        DiskWorkers disk = closedAtEnd(new DiskWorkers(1, Executors.defaultThreadFactory()));
        TorrentStorage storage = closedAtEnd(TorrentStorage.open(metainfo(source, PIECE_LENGTH), folder.resolve("copy"), null, disk,
            StorageOptions.defaults()));
        storage.check(CheckMode.RESUME, bytes -> {}).get();
        storage.allocate().get();
        BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
        AtomicLong nowNs = new AtomicLong(5 * SECOND);
        DiskThrottle throttle = new DiskThrottle(disk, loop::add, nowNs::get);
        BlockWriter writer = new BlockWriter(storage, throttle, failure -> {});
        HeldDisk held = closedAtEnd(new HeldDisk(disk));
        Recording recording = recording();
        for (int mebibytes = 0; mebibytes <= 16; mebibytes++) {
            assertThat(storage.write(mebibytes % 4, 0, ByteBuffer.allocate(PIECE_LENGTH), failure -> {})).isTrue();
            writer.onQueued(nowNs.get());
        }
        nowNs.addAndGet(SECOND - 1);
        writer.onQueued(nowNs.get());
        assertThat(throttle.waitedNs()).isEqualTo(SECOND - 1);
        nowNs.addAndGet(2 * SECOND);
        writer.onQueued(nowNs.get());
        disk.flush();
        held.close();
        loop.poll(30, TimeUnit.SECONDS).run();
        assertThat(throttle.waitedNs()).isEqualTo(3 * SECOND - 1);

        List<RecordedEvent> events = events(recording);
        assertThat(events).filteredOn(event -> event.getEventType().getName().equals("murder.Stall")).singleElement()
            .satisfies(event -> assertThat(event.getDuration("time")).isEqualTo(Duration.ofSeconds(2)));
        assertThat(events).filteredOn(event -> event.getEventType().getName().equals("murder.DiskWait")).singleElement()
            .satisfies(event -> assertThat(event.getDuration("time")).isEqualTo(Duration.ofNanos(3 * SECOND - 1)))
            .satisfies(event -> assertThat(event.getLong("queued")).isPositive());
    }
}
