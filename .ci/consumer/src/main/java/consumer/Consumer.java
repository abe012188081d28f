package consumer;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.engine.Engine;
import murder.engine.EngineOptions;
import murder.engine.TorrentOptions;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;

/** Brings a file from one engine to another: {@code Consumer FILE TARGET}. */
final class Consumer {
    private Consumer() {
    }

    public static void main(String[] args) throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        EngineOptions options = EngineOptions.builder().bindAddress(loopback).build();
        Path file = Path.of(args[0]);
        Path target = Path.of(args[1]);
        try (TrackerServer tracker = TrackerServer.start(TrackerServerOptions.builder().bindAddress(loopback).port(0).build());
             Engine seeder = Engine.start(options);
             Engine peer = Engine.start(options)) {
            String url = "http://" + loopback.getHostAddress() + ":" + tracker.port() + "/announce";
            Metainfo build = TorrentCreator.create(file, TorrentCreator.Options.builder().trackers(List.of(List.of(url))).build(),
                (doneBytes, totalBytes) -> { });
            seeder.add(TorrentOptions.seed(build, file).build()).completion().get(1, TimeUnit.MINUTES);
            peer.add(TorrentOptions.download(build, target).build()).completion().get(1, TimeUnit.MINUTES);
        }
        if (Files.mismatch(file, target) >= 0) {
            throw new IllegalStateException(target + " differs from " + file);
        }
        System.out.println((Consumer.class.getModule().isNamed() ? "module path" : "class path") + ": " + Files.size(target)
            + " bytes came through the engine");
    }
}
