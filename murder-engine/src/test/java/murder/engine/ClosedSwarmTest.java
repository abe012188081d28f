package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import murder.metainfo.InfoHash;
import murder.metainfo.InfoSha256;
import murder.metainfo.Metainfo;
import murder.tracker.http.TrackerServer;
import murder.tracker.http.TrackerServerOptions;
import murder.trust.SwarmKey;
import murder.trust.SwarmTls;
import murder.wire.MessageType;
import org.junit.jupiter.api.Test;

/** Members get the payload, strangers do not. */
class ClosedSwarmTest extends Loopback {
    private static final SwarmKey KEY = SwarmKey.random(new SecureRandom());

    private static InfoHash name(Metainfo metainfo) {
        return KEY.nameOf(metainfo.infoSha256());
    }

    private Engine closedSeeder(Metainfo metainfo) throws Exception {
        Engine seeder = engine();
        complete(seeder.add(TorrentOptions.seed(metainfo, source).swarmKey(KEY).build()));
        return seeder;
    }

    private TrackerServer closedTracker() throws IOException {
        return closedAtEnd(TrackerServer.start(
            TrackerServerOptions.builder().bindAddress(LOOPBACK).port(0).swarmKeys(List.of(KEY)).build()));
    }

    private static List<List<String>> url(TrackerServer tracker) {
        return List.of(List.of("http://127.0.0.1:" + tracker.port() + "/announce"));
    }

    /** Hears what goes wrong with the tracker. */
    private static TorrentListener trackerErrors(BlockingQueue<String> errors) {
        return new TorrentListener() {
            @Override
            public void onTrackerError(Torrent torrent, String url, String error) {
                errors.add(error);
            }
        };
    }

    @Test
    void membersGetPayload() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = closedSeeder(metainfo);
        Path target = folder.resolve("copy.bin");
        complete(engine().add(TorrentOptions.download(metainfo, target).swarmKey(KEY).peers(List.of(address(seeder))).build()));
        assertThat(target).hasBinaryContent(payload);
    }

    @Test
    void tlsMembersGetMetadataAndPayload() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        EngineOptions.Builder tls = options().tls(SwarmTls.of(List.of(KEY)));
        Engine seeder = engine(tls);
        complete(seeder.add(TorrentOptions.seed(metainfo, source).swarmKey(KEY).build()));
        Path target = folder.resolve("copy.bin");
        complete(engine(tls).add(TorrentOptions.fetch(metainfo.infoHash(), target).infoSha256(metainfo.infoSha256())
            .swarmKey(KEY).peers(List.of(address(seeder))).build()));
        assertThat(target).hasBinaryContent(payload);
    }

    @Test
    void membersMeetAtClosedTracker() throws Exception {
        TrackerServer tracker = closedTracker();
        Metainfo metainfo = metainfo(url(tracker));
        closedSeeder(metainfo);
        List<Torrent> torrents = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            torrents.add(engine().add(TorrentOptions.download(metainfo, folder.resolve("copy" + i)).swarmKey(KEY).build()));
        }
        for (int i = 0; i < 4; i++) {
            complete(torrents.get(i));
            assertThat(folder.resolve("copy" + i)).hasBinaryContent(payload);
        }
        assertThat(tracker.swarms().swarms()).containsOnlyKeys(name(metainfo));
    }

    @Test
    void memberFetchesMetadata() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = closedSeeder(metainfo);
        Path target = folder.resolve("copy.bin");
        complete(engine().add(TorrentOptions.fetch(metainfo.infoHash(), target).infoSha256(metainfo.infoSha256())
            .swarmKey(KEY).peers(List.of(address(seeder))).build()));
        assertThat(target).hasBinaryContent(payload);
    }

    @Test
    void otherDictionaryIsRefused() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        Torrent torrent = engine().add(TorrentOptions.fetch(metainfo.infoHash(), folder.resolve("copy.bin"))
            .infoSha256(InfoSha256.ofInfo(new byte[0])).peers(List.of(address(seeder))).build());
        assertThatThrownBy(() -> complete(torrent)).hasMessageContaining("another one with the same info-hash");
    }

    @Test
    void closedTrackerRefusesStranger() throws Exception {
        TrackerServer tracker = closedTracker();
        Metainfo metainfo = metainfo(url(tracker));
        closedSeeder(metainfo);
        BlockingQueue<String> errors = new LinkedBlockingQueue<>();
        Engine engine = engine();
        engine.add(TorrentOptions.download(metainfo, folder.resolve("open.bin")).listener(trackerErrors(errors)).build());
        assertThat(errors.poll(20, TimeUnit.SECONDS)).contains("has no seal");
        Torrent other = engine().add(TorrentOptions.download(metainfo, folder.resolve("other.bin"))
            .swarmKey(SwarmKey.random(new SecureRandom())).listener(trackerErrors(errors)).build());
        assertThat(errors.poll(20, TimeUnit.SECONDS)).contains("sealed with another key");
        assertThat(other.statistics().peers()).isZero();
    }

    /** It knows the name from the wire, and shakes hands as an ordinary client does. */
    @Test
    void strangerHearsNothingButHandshakes() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = closedSeeder(metainfo);
        try (RawPeer stranger = RawPeer.dial(address(seeder), name(metainfo), 7)) {
            stranger.send(out -> {
                out.extended(0, "d1:md11:ut_metadatai1eee".getBytes(StandardCharsets.US_ASCII));
                out.interested();
                out.request(0, 0, 16384);
            });
            RawPeer.Said hello = stranger.next();
            assertThat(hello.is(MessageType.EXTENDED)).isTrue();
            assertThat(stranger.next()).isNull();
        }
    }

    @Test
    void closesSilentStrangerAfterFiveSeconds() throws Exception {
        AtomicLong laterNs = new AtomicLong();
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = engine(options().nanoClock(() -> System.nanoTime() + laterNs.get()));
        complete(seeder.add(TorrentOptions.seed(metainfo, source).swarmKey(KEY).build()));
        try (RawPeer stranger = RawPeer.dial(address(seeder), name(metainfo), 7)) {
            assertThat(stranger.next().is(MessageType.EXTENDED)).isTrue();
            laterNs.set(5_000_000_000L);
            stranger.raw(new byte[4]); // A keep-alive, which wakes the engine and proves nothing.
            assertThat(stranger.next()).isNull();
        }
    }

    @Test
    void closedSwarmRefusesInfoHash() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = closedSeeder(metainfo);
        assertThatThrownBy(() -> RawPeer.dial(address(seeder), metainfo.infoHash(), 7)).isInstanceOf(IOException.class);
    }

    /**
     * A stranger between two members records all bytes of the one that dials, and sends them again.
     */
    @Test
    void recordingOpensNoConnection() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = closedSeeder(metainfo);
        ServerSocket relay = listener();
        List<byte[]> recorded = new ArrayList<>();
        Thread copying = new Thread(() -> record(relay, address(seeder), recorded));
        copying.start();
        complete(engine().add(TorrentOptions.download(metainfo, folder.resolve("copy.bin")).swarmKey(KEY)
            .peers(List.of(address(relay))).build()));
        ByteBuffer all = ByteBuffer.allocate(1 << 20);
        synchronized (recorded) {
            recorded.forEach(all::put);
        }
        assertThat(all.position()).isGreaterThan(68 + 100);
        try (Socket stranger = new Socket(LOOPBACK, seeder.port())) {
            stranger.setSoTimeout(20_000);
            stranger.getOutputStream().write(all.array(), 0, all.position());
            byte[] heard = readToEnd(stranger);
            // Handshake, nonce and code of the seeder; no bitfield, no block.
            assertThat(heard.length).isLessThan(300);
        }
    }

    private static byte[] readToEnd(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        ByteBuffer heard = ByteBuffer.allocate(1 << 20);
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                heard.put((byte) next);
            }
        } catch (SocketException e) {
            // The other end closed without reading all that was sent.
            assertThat(e).hasMessageContaining("reset");
        }
        return Arrays.copyOf(heard.array(), heard.position());
    }

    private static void record(ServerSocket relay, InetSocketAddress to, List<byte[]> recorded) {
        try (Socket dialler = relay.accept(); Socket listener = new Socket(to.getAddress(), to.getPort())) {
            Thread back = new Thread(() -> copy(listener, dialler, new ArrayList<>()));
            back.start();
            copy(dialler, listener, recorded);
            back.join();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void copy(Socket from, Socket to, List<byte[]> recorded) {
        try {
            byte[] buffer = new byte[1 << 16];
            DataOutputStream out = new DataOutputStream(to.getOutputStream());
            for (int n = from.getInputStream().read(buffer); n >= 0; n = from.getInputStream().read(buffer)) {
                synchronized (recorded) {
                    recorded.add(Arrays.copyOf(buffer, n));
                }
                out.write(buffer, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // One of the two engines has closed; the test looks at what was recorded until then.
            assertThat(e).isNotNull();
        }
    }

    @Test
    void keyNeedsSha256() {
        assertThatThrownBy(() -> TorrentOptions.fetch(new InfoHash(1, 2, 3), folder).swarmKey(KEY).build())
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("SHA-256");
    }
}
