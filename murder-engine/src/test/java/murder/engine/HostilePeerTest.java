package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import murder.metainfo.Metainfo;
import murder.wire.ExtensionHandshake;
import murder.wire.MessageType;
import murder.wire.MetadataMessage;
import murder.wire.Outbound;
import org.junit.jupiter.api.Test;

/** Peers that send bad data, nonsense or nothing harm only themselves. */
class HostilePeerTest extends Loopback {
    /** The script of a peer for a connection that an engine dialled. */
    private interface Script {
        void play(RawPeer peer) throws IOException;
    }

    /** Listens, and plays the script on each connection, one after the other. */
    private InetSocketAddress listening(Metainfo metainfo, long id, Script script) throws IOException {
        ServerSocket listener = listener();
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    try (RawPeer peer = RawPeer.accept(listener, metainfo.infoHash(), id)) {
                        script.play(peer);
                    }
                }
            } catch (SocketException e) {
                // The test is over, or the engine hung up in the middle of a handshake.
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, "scripted-peer-" + id);
        thread.setDaemon(true);
        thread.start();
        return address(listener);
    }

    /** Puts each banned peer into the queue. */
    private TorrentOptions downloadFrom(ServerSocket peer, Metainfo metainfo, BlockingQueue<InetSocketAddress> banned) {
        return TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(peer)))
            .listener(new TorrentListener() {
                @Override
                public void onPeerBanned(Torrent torrent, InetSocketAddress address) {
                    banned.add(address);
                }
            }).build();
    }

    @Test
    void bansSenderOfWholeBadPiece() throws Exception {
        Metainfo metainfo = metainfo(source, 64 * 1024);
        BlockingQueue<InetSocketAddress> banned = new LinkedBlockingQueue<>();
        ServerSocket listener = listener();
        Engine engine = engine();
        Torrent torrent = engine.add(downloadFrom(listener, metainfo, banned));
        try (RawPeer liar = RawPeer.accept(listener, metainfo.infoHash(), 3)) {
            liar.serve(metainfo, payload, true);
        }

        InetSocketAddress first = banned.poll(20, TimeUnit.SECONDS);
        assertThat(first.getAddress()).isEqualTo(LOOPBACK);
        try (RawPeer again = RawPeer.dial(address(engine), metainfo.infoHash(), 3)) {
            again.untilClosed();
        }
        torrent.addPeer(address(seeder(metainfo)));
        TorrentStatistics end = complete(torrent);
        assertThat(end.hashFailedBytes()).isPositive();
        assertThat(banned).allMatch(first::equals);
        assertThat(folder.resolve("copy")).hasBinaryContent(payload);
    }

    @Test
    void findsSpoilerOfSharedPieces() throws Exception {
        Path small = Files.write(folder.resolve("small"), random(64 * 1024, 5));
        byte[] bytes = Files.readAllBytes(small);
        Metainfo metainfo = metainfo(small, 64 * 1024);
        BlockingQueue<InetSocketAddress> banned = new LinkedBlockingQueue<>();
        ServerSocket listener = listener();
        Engine engine = engine();
        Torrent torrent = engine.add(downloadFrom(listener, metainfo, banned));
        CompletableFuture<Void> honest;
        try (RawPeer liar = RawPeer.accept(listener, metainfo.infoHash(), 3)) {
            // One block of the only piece, wrong; then no more, so that the rest comes from
            // another.
            liar.send(Outbound::haveAll);
            liar.send(Outbound::unchoke);
            RawPeer.Said said = liar.next();
            while (!said.is(MessageType.REQUEST)) {
                said = liar.next();
            }
            liar.sendBlock(0, said.body().getInt(4), new byte[16 * 1024]);
            liar.send(Outbound::choke);
            RawPeer other = closedAtEnd(RawPeer.dial(address(engine), metainfo.infoHash(), 4));
            honest = CompletableFuture.runAsync(() -> other.serveHonestly(metainfo, bytes));
            // Suspects get the piece again, alone. The engine may well try the honest one first.
            complete(torrent);
        }
        assertThat(folder.resolve("copy")).hasBinaryContent(bytes);
        assertThat(torrent.statistics().hashFailedBytes()).isEqualTo(bytes.length);
        assertThat(banned).isEmpty();
        engine.close();
        honest.get(20, TimeUnit.SECONDS);
    }

    @Test
    void metadataArrivesDespiteLiars() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        List<InetSocketAddress> peers = new ArrayList<>();
        for (int length : new int[] {metainfo.rawInfo().length, 1, MetadataMessage.PIECE_LENGTH + 1, 16 << 20, Integer.MAX_VALUE}) {
            peers.add(listening(metainfo, length, peer -> lie(peer, length)));
        }
        peers.add(listening(metainfo, 100, peer -> { }));
        peers.add(listening(metainfo, 101, RawPeer::untilClosed));
        peers.add(listening(metainfo, 102, peer -> peer.raw(random(5000, 9))));
        peers.add(address(seeder(metainfo)));

        Torrent torrent = engine().add(TorrentOptions.fetch(metainfo.infoHash(), folder.resolve("copy")).peers(peers).build());

        complete(torrent);
        assertThat(folder.resolve("copy")).hasBinaryContent(payload);
    }

    /**
     * Says that it has metadata of that length, and gives as much of it as is asked for, all wrong.
     */
    private static void lie(RawPeer peer, int length) throws IOException {
        byte[] handshake = new ExtensionHandshake(new TreeMap<>(Map.of(ExtensionHandshake.UT_METADATA, 5)), 0, "", false, length, 0, null,
            0).toPayload();
        peer.send(out -> out.extended(ExtensionHandshake.ID, handshake));
        for (RawPeer.Said said = peer.next(); said != null; said = peer.next()) {
            if (said.is(MessageType.EXTENDED) && said.body().get() == 5) {
                int piece = requestedPiece(said.body());
                byte[] bytes = new byte[MetadataMessage.pieceLength(piece, length)];
                byte[] data = new MetadataMessage(MetadataMessage.Kind.DATA, piece, length, ByteBuffer.wrap(bytes)).toPayload();
                try {
                    peer.send(out -> out.extended(1, data));
                } catch (SocketException e) {
                    return;
                }
            }
        }
    }

    private static int requestedPiece(ByteBuffer payload) throws IOException {
        try {
            return MetadataMessage.read(payload).piece();
        } catch (murder.wire.WireException e) {
            throw new IOException(e);
        }
    }

    @Test
    void redialsSlowHandshakeDuringMetadataFetch() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        ServerSocket listener = listener();
        Torrent torrent = engine().add(TorrentOptions.fetch(metainfo.infoHash(), folder.resolve("copy"))
            .peers(List.of(address(listener))).build());
        try (RawPeer slow = new RawPeer(listener.accept())) {
            slow.heardHandshake();
            torrent.addPeer(address(seeder(metainfo)));
            try (RawPeer anew = RawPeer.accept(listener, metainfo.infoHash(), 3)) {
                slow.handshake(metainfo.infoHash(), 3);
                slow.untilClosed();
                assertThat(anew.next()).isNotNull();
            }
        }
        complete(torrent);
    }

    @Test
    void servesOthersWhileOneNeverReads() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine seeder = seeder(metainfo);
        FutureTask<Long> asking;
        try (RawPeer greedy = RawPeer.dial(address(seeder), metainfo.infoHash(), 3)) {
            greedy.send(Outbound::haveNone);
            asking = new FutureTask<>(() -> askUntilClosed(greedy));
            new Thread(asking, "greedy").start();
            assertThat(complete(engine().add(TorrentOptions.download(metainfo, folder.resolve("copy"))
                .peers(List.of(address(seeder))).build())).verifiedBytes()).isEqualTo(payload.length);
        }
        // It asked until the kernel's buffers were full: nobody reads from a peer that does not
        // read.
        assertThat(asking.get()).isLessThan(4_000_000);
    }

    /** Sends requests and never reads. @return how many, when the connection is gone */
    private static long askUntilClosed(RawPeer greedy) throws IOException {
        long requests = 0;
        while (true) {
            try {
                greedy.send(out -> {
                    for (int j = 0; j < 1000; j++) {
                        out.request(0, 0, 16 * 1024);
                    }
                });
                requests += 1000;
            } catch (SocketException e) {
                return requests;
            }
        }
    }
}
