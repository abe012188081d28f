package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import murder.metainfo.HashProgress;
import murder.metainfo.Metainfo;
import murder.metainfo.TorrentCreator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Torrents and networks of unusual shapes. */
class SwarmShapesTest extends Loopback {
    private void moves(Path from, Metainfo metainfo) throws Exception {
        Path to = folder.resolve("moved");
        Engine seeder = seeder(metainfo, from);
        complete(engine().add(TorrentOptions.download(metainfo, to).peers(List.of(address(seeder))).build()));
        assertSameTree(from, to);
    }

    private static void assertSameTree(Path from, Path to) throws IOException {
        List<Path> all;
        try (var walk = Files.walk(from)) {
            all = walk.map(from::relativize).sorted().toList();
        }
        try (var walk = Files.walk(to)) {
            assertThat(walk.map(to::relativize).sorted().toList()).isEqualTo(all);
        }
        for (Path path : all) {
            if (Files.isRegularFile(from.resolve(path))) {
                assertThat(to.resolve(path)).hasSameBinaryContentAs(from.resolve(path));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16 * 1024, 4 << 20})
    void piecesOfAllLengths(int pieceLength) throws Exception {
        moves(source, metainfo(source, pieceLength));
    }

    @Test
    void emptyPayloadIsComplete() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty"));
        Metainfo metainfo = metainfo(empty, 0);
        Engine seeder = seeder(metainfo, empty);
        Path to = folder.resolve("to");

        TorrentStatistics end = complete(engine().add(TorrentOptions.download(metainfo, to).build()));

        assertThat(end.pieceCount()).isZero();
        assertThat(to).isEmptyFile();
        moves(empty, metainfo);
        assertThat(complete(engine().add(TorrentOptions.fetch(metainfo.infoHash(), folder.resolve("fetched"))
            .peers(List.of(address(seeder))).build())).verifiedBytes()).isZero();
        assertThat(folder.resolve("fetched")).isEmptyFile();
    }

    @Test
    void twoThousandSmallFiles() throws Exception {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        for (int i = 0; i < 2000; i++) {
            Path file = tree.resolve("d" + i % 40).resolve("e" + i % 3).resolve("f" + i);
            Files.createDirectories(file.getParent());
            Files.write(file, random(i % 700, i));
        }
        moves(tree, metainfo(tree, 0));
    }

    @Test
    void aPrivateTorrent() throws Exception {
        Metainfo metainfo = TorrentCreator.create(source, TorrentCreator.Options.builder().isPrivate(true).build(), HashProgress.NONE);
        assertThat(metainfo.isPrivate()).isTrue();
        moves(source, metainfo);
    }

    @Test
    void aSwarmOverIpv6() throws Exception {
        InetAddress loopback = InetAddress.getByName("::1");
        assumeTrue(canBind(loopback), "this host has no IPv6");
        EngineOptions.Builder options = EngineOptions.builder().bindAddress(loopback);
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = engine(options);
        complete(seeder.add(TorrentOptions.seed(metainfo, source).build()));
        Engine engine = engine(options);
        Torrent torrent = engine.add(TorrentOptions.download(metainfo, folder.resolve("copy"))
            .peers(List.of(new InetSocketAddress(loopback, seeder.port()))).build());

        complete(torrent);
        assertThat(folder.resolve("copy")).hasBinaryContent(payload);
        // The wildcard takes peers of both families.
        Engine both = engine(EngineOptions.builder());
        complete(both.add(TorrentOptions.download(metainfo, folder.resolve("both")).peers(List.of(
            new InetSocketAddress(loopback, engine.port()))).build()));
        complete(engine().add(TorrentOptions.download(metainfo, folder.resolve("four")).peers(List.of(address(both))).build()));
        assertThat(folder.resolve("four")).hasBinaryContent(payload);
    }

    private static boolean canBind(InetAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            return socket.isBound();
        } catch (java.net.BindException e) {
            return false;
        }
    }

    @Test
    void oneEngineSeedsAndDownloads() throws Exception {
        Path other = Files.write(folder.resolve("other"), random(3_000_000, 2));
        Metainfo first = metainfo(List.of());
        Metainfo second = metainfo(other, 0);
        Engine left = engine(options().uploadBytesPerSecond(20_000_000).downloadBytesPerSecond(20_000_000));
        Engine right = engine(options().uploadBytesPerSecond(20_000_000).downloadBytesPerSecond(20_000_000));
        left.add(TorrentOptions.seed(first, source).build());
        right.add(TorrentOptions.seed(second, other).build());

        Torrent toRight = right.add(TorrentOptions.download(first, folder.resolve("first")).peers(List.of(address(left))).build());
        Torrent toLeft = left.add(TorrentOptions.download(second, folder.resolve("second")).peers(List.of(address(right))).build());

        complete(toRight);
        complete(toLeft);
        assertThat(folder.resolve("first")).hasBinaryContent(payload);
        assertThat(folder.resolve("second")).hasSameBinaryContentAs(other);
        assertThat(left.torrents()).hasSize(2);
    }

    @Test
    void thousandIdleTorrentsCostLittle() throws Exception {
        Engine seeder = engine();
        List<Torrent> idle = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Path file = Files.write(folder.resolve("idle" + i), random(20, i));
            idle.add(seeder.add(TorrentOptions.seed(metainfo(file, 0), file).build()));
        }
        for (Torrent torrent : idle) {
            complete(torrent);
        }
        Metainfo metainfo = metainfo(List.of());
        seeder.add(TorrentOptions.seed(metainfo, source).build());

        complete(engine().add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(seeder))).build()));

        assertThat(seeder.torrents()).hasSize(1001);
        assertThat(seeder.close(java.time.Duration.ofSeconds(20))).isTrue();
    }
}
