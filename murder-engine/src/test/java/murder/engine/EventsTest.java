package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.peer.PeerAddress;
import org.junit.jupiter.api.Test;

/** The calls of listeners about trackers and peers. */
class EventsTest extends Loopback {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private final TorrentListener listener = new TorrentListener() {
        @Override
        public void onTrackerAnswered(Torrent torrent, String url, int addresses) {
            events.add(url + " " + addresses);
        }

        @Override
        public void onPeerConnected(Torrent torrent, InetSocketAddress peer) {
            events.add("connected " + peer.getPort());
        }

        @Override
        public void onPeerDisconnected(Torrent torrent, InetSocketAddress peer, String reason) {
            events.add("disconnected " + peer.getPort() + " " + reason);
        }
    };

    private String next() throws InterruptedException {
        return events.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void tellsOfPeers() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        Torrent torrent = engine().add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(seeder)))
            .listener(listener).build());
        assertThat(next()).isEqualTo("connected " + seeder.port());
        complete(torrent);

        torrent.remove().get(30, TimeUnit.SECONDS);

        assertThat(next()).startsWith("disconnected " + seeder.port() + " ").hasSizeGreaterThan("disconnected 65535 ".length());
        assertThat(events).isEmpty();
    }

    @Test
    void tellsNothingOfRefusedPeers() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine engine = engine();
        Torrent torrent = engine.add(TorrentOptions.download(metainfo, folder.resolve("copy")).listener(listener).build());
        torrent.addPeer(address(engine));
        Engine seeder = seeder(metainfo);

        torrent.addPeer(address(seeder));

        assertThat(next()).isEqualTo("connected " + seeder.port());
    }

    @Test
    void tellsOfTrackerAnswers() throws Exception {
        ScriptedTracker tracker = closedAtEnd(new ScriptedTracker(true));
        Metainfo metainfo = metainfo(tracker.tiers());
        engine().add(TorrentOptions.seed(metainfo, source).listener(listener).build());

        assertThat(next()).isEqualTo(tracker.tiers().get(0).get(0) + " 0");
    }

    @Test
    void leavesOutPeersWhenListenerHangs() throws Exception {
        EngineThreads threads = new EngineThreads(EngineOptions.defaults());
        ListenerCalls calls = new ListenerCalls(threads, listener, new Torrent(new Published(new InfoHash(1, 2, 3), source, null), null));
        CountDownLatch hang = new CountDownLatch(1);
        calls.afterwards(() -> awaitUninterrupted(hang));
        for (int i = 0; i < 2 * ListenerCalls.MAX_WAITING; i++) {
            calls.onPeerConnected(PeerAddress.ofIpv4(0x7f000001, i));
        }
        calls.onTrackerAnswered("last", 0);
        hang.countDown();
        threads.end();

        assertThat(threads.awaitEnd(System.nanoTime() + TimeUnit.SECONDS.toNanos(30))).isTrue();
        assertThat(events).hasSize(ListenerCalls.MAX_WAITING + 1)
            .contains("last 0").contains("connected 999").doesNotContain("connected 1000");
    }

    @Test
    void wakesNoThreadWithoutListener() throws Exception {
        EngineThreads threads = new EngineThreads(EngineOptions.builder().notifications(call -> events.add("woken")).build());
        Torrent torrent = new Torrent(new Published(new InfoHash(1, 2, 3), source, null), null);
        new ListenerCalls(threads, TorrentOptions.NO_LISTENER, torrent).onPieceVerified(0);
        assertThat(events).isEmpty();
        new ListenerCalls(threads, listener, torrent).onPieceVerified(0);
        assertThat(events).containsExactly("woken");
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
