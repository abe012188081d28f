package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever a stranger sends after a handshake, an engine that seeds and one that wants the data go
 * on.
 */
class GarbagePropertyTest {
    private static Path folder;
    private static byte[] payload;
    private static Metainfo metainfo;
    private static Engine seeder;
    private static Engine leecher;
    private static Torrent wanted;

    @BeforeContainer
    static void twoEngines() throws Exception {
        folder = Files.createTempDirectory("murder-garbage");
        payload = Loopback.random(300_000, 1);
        Path source = Files.write(folder.resolve("source"), payload);
        metainfo = TorrentCreator.create(source, TorrentCreator.Options.defaults(), HashProgress.NONE);
        seeder = Engine.start(Loopback.options().build());
        Loopback.complete(seeder.add(TorrentOptions.seed(metainfo, source).build()));
        leecher = Engine.start(Loopback.options().build());
        CompletableFuture<Void> downloading = new CompletableFuture<>();
        wanted = leecher.add(TorrentOptions.download(metainfo, folder.resolve("copy")).listener(new TorrentListener() {
            @Override
            public void onStateChanged(Torrent torrent, TorrentState state) {
                downloading.complete(null);
            }
        }).build());
        downloading.get(20, TimeUnit.SECONDS);
    }

    /** After all that, the two engines still know what to do. */
    @AfterContainer
    static void theDownloadCompletes() throws Exception {
        wanted.addPeer(Loopback.address(seeder));
        assertThat(wanted.completion().get(40, TimeUnit.SECONDS).verifiedBytes()).isEqualTo(payload.length);
        assertThat(folder.resolve("copy")).hasBinaryContent(payload);
        leecher.close();
        seeder.close();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Property(tries = 100)
    void nonsenseStopsNoPeer(@ForAll("frames") List<byte[]> frames, @ForAll boolean toSeeder, @ForAll boolean unchokes)
            throws IOException {
        InetSocketAddress to = Loopback.address(toSeeder ? seeder : leecher);
        try (RawPeer stranger = RawPeer.dial(to, metainfo.infoHash(), frames.hashCode())) {
            if (unchokes) {
                stranger.raw(new byte[] {0, 0, 0, 1, 14, 0, 0, 0, 1, 1});
            }
            for (byte[] frame : frames) {
                stranger.raw(frame);
            }
        } catch (SocketException e) {
            // The engine has hung up on us, which is what we deserve.
            assertThat(e).hasMessageMatching("(?i).*(broken pipe|reset|abort).*");
        }
        assertThat(wanted.statistics().state()).isEqualTo(TorrentState.DOWNLOADING);
        assertThat(seeder.torrents().get(0).statistics().state()).isEqualTo(TorrentState.SEEDING);
    }

    @Provide
    Arbitrary<List<byte[]>> frames() {
        Arbitrary<Integer> numbers = Arbitraries.oneOf(Arbitraries.integers().between(-2, 20),
            Arbitraries.of(16 * 1024, 128 * 1024, Integer.MAX_VALUE, Integer.MIN_VALUE));
        Arbitrary<byte[]> tails = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
        Arbitrary<byte[]> wellFormed = Combinators.combine(Arbitraries.integers().between(0, 21), numbers, numbers, numbers, tails)
            .as(GarbagePropertyTest::frame);
        Arbitrary<byte[]> extended = Combinators.combine(Arbitraries.integers().between(0, 3), Arbitraries.of(
            "d1:md11:ut_metadatai7eee", "d8:msg_typei0e5:piecei0ee", "d8:msg_typei1e5:piecei0e10:total_sizei5eehello", "de", "le",
            "d4:reqqi-1ee", "d1:v3000:")).as((id, text) -> frame(20, id, text));
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(10, wellFormed), net.jqwik.api.Tuple.of(5, extended),
            net.jqwik.api.Tuple.of(1, tails)).list().ofMaxSize(30);
    }

    /** As many of the numbers as the message of that id has, mostly. */
    private static byte[] frame(int id, int first, int second, int third, byte[] tail) {
        int numbers = switch (id) {
            case 4, 13, 17 -> 1;
            case 6, 8, 16 -> 3;
            case 7 -> 2;
            default -> 0;
        };
        byte[] rest = id == 5 || id == 7 || id == 20 ? tail : new byte[0];
        ByteBuffer out = ByteBuffer.allocate(5 + 4 * numbers + rest.length).putInt(1 + 4 * numbers + rest.length).put((byte) id);
        int[] values = {first, second, third};
        for (int i = 0; i < numbers; i++) {
            out.putInt(values[i]);
        }
        return out.put(rest).array();
    }

    private static byte[] frame(int id, int extendedId, String text) {
        return ByteBuffer.allocate(6 + text.length()).putInt(2 + text.length()).put((byte) id).put((byte) extendedId)
            .put(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)).array();
    }
}
