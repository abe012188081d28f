package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import murder.engine.storage.CheckMode;
import murder.engine.storage.DiskWorkers;
import murder.engine.storage.HeldDisk;
import murder.engine.storage.StorageOptions;
import murder.engine.storage.TorrentStorage;
import murder.metainfo.Metainfo;
import org.junit.jupiter.api.Test;

class DiskThrottleTest extends Loopback {
    private static final int PIECE_LENGTH = 1 << 20;

    @Test
    void diskThreadWakesTheLoop() throws Exception {
        DiskWorkers disk = closedAtEnd(new DiskWorkers(1, Executors.defaultThreadFactory()));
        Metainfo metainfo = metainfo(source, PIECE_LENGTH);
        TorrentStorage storage = closedAtEnd(
            TorrentStorage.open(metainfo, folder.resolve("copy"), null, disk, StorageOptions.defaults()));
        storage.check(CheckMode.RESUME, bytes -> {}).get();
        storage.allocate().get();
        BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
        DiskThrottle throttle = new DiskThrottle(disk, loop::add, () -> 0);
        List<String> told = new ArrayList<>();
        throttle.add(on -> told.add(on ? "stop" : "read"));
        HeldDisk held = closedAtEnd(new HeldDisk(disk));
        for (int mebibytes = 0; mebibytes < 17; mebibytes++) {
            assertThat(told).as("before block %d", mebibytes).containsExactly("read");
            assertThat(storage.write(mebibytes % 4, 0, ByteBuffer.allocate(PIECE_LENGTH), failure -> {})).isTrue();
            throttle.onQueued();
        }
        assertThat(told).containsExactly("read", "stop");
        throttle.onQueued();
        throttle.add(on -> told.add(on ? "late stop" : "late read"));
        assertThat(loop).isEmpty();

        disk.flush();
        held.close();
        loop.poll(30, TimeUnit.SECONDS).run();
        assertThat(told).containsExactly("read", "stop", "late stop", "read", "late read");
        assertThat(loop).isEmpty();
    }
}
