package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import murder.metainfo.Metainfo;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import org.junit.jupiter.api.Test;

/** The announces of a torrent, and their order. */
class AnnounceTest extends Loopback {
    private ScriptedTracker tracker(boolean answersAll) throws Exception {
        return closedAtEnd(new ScriptedTracker(answersAll));
    }

    private Torrent seed(ScriptedTracker tracker) throws Exception {
        return engine().add(TorrentOptions.seed(metainfo(tracker.tiers()), source).build());
    }

    @Test
    void announcesEachEventOnce() throws Exception {
        ScriptedTracker tracker = tracker(true);
        Metainfo metainfo = metainfo(tracker.tiers());
        Engine seeder = engine();
        complete(seeder.add(TorrentOptions.seed(metainfo, source).trackers(List.of()).build()));
        Engine engine = engine();
        assertThat(engine.add(TorrentOptions.download(metainfo, folder.resolve("copy"))
            .peers(List.of(address(seeder))).build()).completion()).succeedsWithin(Duration.ofSeconds(40));

        List<String> events = new ArrayList<>(List.of(tracker.nextEvent()));
        List<String> lines = new ArrayList<>();
        while (lines.size() < 3) {
            String line = tracker.nextAnnounce();
            lines.add(line);
            eventOf(line, events);
        }
        assertThat(engine.close(Duration.ofSeconds(5))).isTrue();
        while (!events.contains("stopped")) {
            eventOf(tracker.nextAnnounce(), events);
        }

        assertThat(events).containsExactly("started", "completed", "stopped");
        assertThat(lines.get(2)).contains("&left=0&").contains("&downloaded=" + payload.length + "&");
    }

    @Test
    void announcesNowWhenAsked() throws Exception {
        ScriptedTracker tracker = tracker(true);
        Engine engine = engine(options().nanoClock(() -> 0)); // no interval ever ends
        Torrent torrent = engine.add(TorrentOptions.seed(metainfo(tracker.tiers()), source).build());
        assertThat(tracker.nextEvent()).isEqualTo("started");

        torrent.announceNow();

        assertThat(tracker.nextEvent()).isEmpty();
    }

    private static void eventOf(String line, List<String> events) {
        for (String event : List.of("started", "completed", "stopped")) {
            if (line.contains("&event=" + event)) {
                events.add(event);
            }
        }
    }

    @Test
    void pausedTorrentLeavesPendingTracker() throws Exception {
        ScriptedTracker tracker = tracker(false);
        Torrent torrent = seed(tracker);
        assertThat(tracker.nextEvent()).isEqualTo("started");

        torrent.pause();
        assertThat(torrent.statistics().state()).isEqualTo(TorrentState.PAUSED);
        tracker.answer();
        assertThat(tracker.nextEvent()).isEqualTo("stopped");
        torrent.resume();
        tracker.answer();

        assertThat(tracker.nextEvent()).isEqualTo("started");
        tracker.answerAllFromNowOn();
    }

    @Test
    void closedEngineLeavesPendingTracker() throws Exception {
        ScriptedTracker tracker = tracker(false);
        Engine engine = engine();
        Torrent torrent = engine.add(TorrentOptions.seed(metainfo(tracker.tiers()), source).build());
        assertThat(tracker.nextEvent()).isEqualTo("started");

        CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> engine.close(Duration.ofSeconds(20)));
        tracker.answerAllFromNowOn();

        assertThat(tracker.nextEvent()).isEqualTo("stopped");
        assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(torrent.state()).isEqualTo(TorrentState.REMOVED);
    }

    @Test
    void removedTorrentEndsDespiteSilentTracker() throws Exception {
        ScriptedTracker tracker = tracker(false);
        Torrent torrent = seed(tracker);
        assertThat(tracker.nextEvent()).isEqualTo("started");

        assertThat(torrent.remove()).succeedsWithin(Duration.ofSeconds(8));
        tracker.answerAllFromNowOn();
    }

    @Test
    void announcesMissedCompletionAfterPause() throws Exception {
        ScriptedTracker tracker = tracker(false);
        Metainfo metainfo = metainfo(tracker.tiers());
        Engine seeder = engine();
        complete(seeder.add(TorrentOptions.seed(metainfo, source).trackers(List.of()).build()));
        Torrent torrent = engine().add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(seeder))).build());
        complete(torrent);
        assertThat(tracker.nextEvent()).isEqualTo("started");
        tracker.answer();
        assertThat(tracker.nextEvent()).isEqualTo("completed");

        torrent.pause();
        assertThat(torrent.statistics().state()).isEqualTo(TorrentState.PAUSED);
        tracker.refuse();
        assertThat(tracker.nextEvent()).isEqualTo("stopped");
        torrent.resume();
        tracker.answer();
        assertThat(tracker.nextEvent()).isEqualTo("started");
        tracker.answer();

        assertThat(tracker.nextEvent()).isEqualTo("completed");
        tracker.answer();
        assertThat(tracker.nextEvent()).isEmpty();
        tracker.answerAllFromNowOn();
    }

    @Test
    void onlyConfiguredAddressesAreSent() throws Exception {
        for (String bound : List.of("0.0.0.0", "127.0.0.1")) {
            ScriptedTracker tracker = tracker(true);
            Engine engine = engine(EngineOptions.builder().bindAddress(InetAddress.getByName(bound)));
            engine.add(TorrentOptions.seed(metainfo(tracker.tiers()), source).build());

            assertThat(tracker.nextAnnounce()).doesNotContain("&ip=").contains("&port=" + engine.port() + "&").contains("&left=0&");
        }
    }

    @Test
    void keysOfTorrentsAreSecret() throws Exception {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            ScriptedTracker tracker = tracker(true);
            Engine engine = engine(options().seed(7));
            engine.add(TorrentOptions.seed(metainfo(tracker.tiers()), source).build());
            String announce = tracker.nextAnnounce();
            keys.add(announce.replaceAll(".*&key=([0-9a-f]*).*", "$1"));
            String lastOfId = announce.replaceAll(".*peer_id=([^&]*).*", "$1");
            assertThat(keys.get(i)).hasSizeBetween(9, 16).isNotIn(lastOfId);
        }
        assertThat(keys).doesNotHaveDuplicates();
    }

    @Test
    void announcesTheAddressOfTheNat() throws Exception {
        ScriptedTracker tracker = tracker(true);
        Engine engine = engine(options().announcedAddress(InetAddress.getByName("192.0.2.7")));
        engine.add(TorrentOptions.seed(metainfo(tracker.tiers()), source).build());

        assertThat(tracker.nextAnnounce()).contains("&ip=192.0.2.7").contains("&port=" + engine.port() + "&");
    }

    @Test
    void malformedUrlIsTrackerError() throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        Torrent torrent = engine().add(TorrentOptions.seed(metainfo(List.of(List.of("http://[::zz]:99999999999/ \r\n"))), source)
            .listener(new TorrentListener() {
                @Override
                public void onTrackerError(Torrent of, String url, String message) {
                    told.complete(message);
                }
            }).build());

        assertThat(told.get(20, TimeUnit.SECONDS)).contains("bad tracker URL");
        assertThat(torrent.statistics().lastTrackerError()).contains("bad tracker URL");
    }

    @Test
    void hostsOfDifferentTrackersMeet() throws Exception {
        TrackerServer first = trackerServer();
        TrackerServer second = trackerServer();
        Metainfo metainfo = metainfo(List.of(List.of(first.announceUrl()), List.of(second.announceUrl())));
        Engine seeder = engine();
        seeder.add(TorrentOptions.seed(metainfo, source).build());

        for (TrackerServer reached : List.of(first, second)) {
            Torrent torrent = engine().add(TorrentOptions.download(metainfo, folder.resolve("copy" + reached.port()))
                .trackers(List.of(List.of("http://127.0.0.1:1/announce"), List.of(reached.announceUrl()))).build());
            complete(torrent);
            assertThat(torrent.statistics().lastTrackerError()).as("a tracker answers").isEmpty();
        }
        assertThat(seeder.close(Duration.ofSeconds(20))).isTrue();
        assertThat(first.swarms().swarms().get(metainfo.infoHash()).complete()).as("the seeder left both").isEqualTo(1);
        assertThat(second.swarms().swarms().get(metainfo.infoHash()).complete()).isEqualTo(1);
    }

    private TrackerServer trackerServer() throws IOException {
        return closedAtEnd(TrackerServer.start(TrackerServerOptions.builder().bindAddress(LOOPBACK).port(0).build()));
    }

    @Test
    void logsNothingOfTrackersAndPeers() throws Exception {
        CountDownLatch heard = new CountDownLatch(2);
        try (LogLines log = new LogLines()) {
            Engine engine = engine();
            Torrent torrent = engine.add(TorrentOptions.seed(metainfo(List.of()), source)
                .trackers(List.of(List.of("http://127.0.0.1:1/announce"))).listener(new TorrentListener() {
                    @Override
                    public void onTrackerError(Torrent of, String url, String message) {
                        heard.countDown();
                    }

                    @Override
                    public void onPeerDisconnected(Torrent of, InetSocketAddress peer, String reason) {
                        heard.countDown();
                    }
                }).build());
            complete(torrent);
            try (RawPeer liar = new RawPeer(new Socket(LOOPBACK, engine.port()))) {
                liar.handshake(torrent.infoHash(), 1);
                liar.heardHandshake();
                liar.send(out -> out.have(Integer.MAX_VALUE));
                liar.untilClosed();
            }
            assertThat(heard.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(log.lines()).isEmpty();
        }
    }
}
