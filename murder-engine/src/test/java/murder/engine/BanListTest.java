package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import murder.metainfo.Metainfo;
import org.junit.jupiter.api.Test;

class BanListTest extends Loopback {
    @Test
    void banClosesConnectionsAndUnbanAdmits() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine engine = seeder(metainfo);
        RawPeer peer = closedAtEnd(RawPeer.dial(address(engine), metainfo.infoHash(), 3));
        assertThat(peer.next()).isNotNull();

        engine.ban(LOOPBACK);

        peer.untilClosed();
        assertThat(engine.banned()).containsExactly(LOOPBACK);
        RawPeer again = closedAtEnd(RawPeer.dial(address(engine), metainfo.infoHash(), 4));
        again.untilClosed();
        engine.unban(LOOPBACK);
        assertThat(engine.banned()).isEmpty();
        assertThat(closedAtEnd(RawPeer.dial(address(engine), metainfo.infoHash(), 5)).next()).isNotNull();
    }

    @Test
    void listsPeersThatSentBadData() throws Exception {
        Metainfo metainfo = metainfo(source, 64 * 1024);
        CompletableFuture<InetSocketAddress> told = new CompletableFuture<>();
        var listener = listener();
        Engine engine = engine();
        engine.add(TorrentOptions.download(metainfo, folder.resolve("copy")).peers(List.of(address(listener)))
            .listener(new TorrentListener() {
                @Override
                public void onPeerBanned(Torrent torrent, InetSocketAddress peer) {
                    told.complete(peer);
                }
            }).build());
        try (RawPeer liar = RawPeer.accept(listener, metainfo.infoHash(), 3)) {
            liar.serve(metainfo, payload, true);
        }
        told.get(30, TimeUnit.SECONDS);

        assertThat(engine.banned()).containsExactly(LOOPBACK);
        engine.unban(LOOPBACK);
        assertThat(engine.banned()).isEmpty();
    }
}
