package murder.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import murder.engine.storage.HeldDisk;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.wire.MessageType;
import murder.wire.Outbound;
import org.junit.jupiter.api.Test;

/** Connections that come while their torrent is being checked. */
class WaitingRoomTest extends Loopback {
    private final AtomicLong clock = new AtomicLong();

    /** A connection that has sent its handshake and has no answer. */
    private RawPeer waiting(Engine engine, InfoHash infoHash, long seed) throws IOException {
        RawPeer peer = closedAtEnd(new RawPeer(new Socket(LOOPBACK, engine.port())));
        peer.handshake(infoHash, seed);
        return peer;
    }

    /** When this one is turned away, all that was sent before it has been read. */
    private void allIsRead(Engine engine) throws IOException {
        RawPeer stray = waiting(engine, new InfoHash(1, 2, 3), 99);
        assertThat(stray.next()).isNull();
    }

    private static void until(RawPeer peer, MessageType type) throws IOException {
        RawPeer.Said said = peer.next();
        while (!said.is(type)) {
            said = peer.next();
        }
    }

    @Test
    void answersHandshakesAfterCheck() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine engine = engine();
        HeldDisk held = closedAtEnd(new HeldDisk(engine.disk()));
        Torrent torrent = engine.add(TorrentOptions.seed(metainfo, source).build());
        RawPeer first = waiting(engine, metainfo.infoHash(), 1);
        allIsRead(engine);
        assertThat(torrent.state()).isEqualTo(TorrentState.CHECKING);
        held.close();
        first.heardHandshake();
        first.send(Outbound::interested);
        until(first, MessageType.UNCHOKE);
    }

    @Test
    void closesPeerThatTalksTooEarly() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine engine = engine();
        HeldDisk held = closedAtEnd(new HeldDisk(engine.disk()));
        engine.add(TorrentOptions.seed(metainfo, source).build());
        RawPeer talker = waiting(engine, metainfo.infoHash(), 1);
        talker.send(Outbound::haveAll);
        assertThat(talker.next()).isNull();
        held.close();
    }

    @Test
    void onlySoManyWait() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine engine = engine();
        List<RawPeer> peers = new ArrayList<>();
        HeldDisk held = closedAtEnd(new HeldDisk(engine.disk()));
        engine.add(TorrentOptions.seed(metainfo, source).build());
        for (int i = 0; i < WaitingRoom.PLACES; i++) {
            peers.add(waiting(engine, metainfo.infoHash(), 1 + i));
        }
        allIsRead(engine);
        assertThat(waiting(engine, metainfo.infoHash(), 1 + WaitingRoom.PLACES).next()).isNull();
        held.close();
        for (RawPeer peer : peers) {
            peer.heardHandshake();
        }
    }

    @Test
    void theyWaitForABoundedTime() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine engine = engine(options().nanoClock(clock::get));
        HeldDisk held = closedAtEnd(new HeldDisk(engine.disk()));
        engine.add(TorrentOptions.seed(metainfo, source).build());
        RawPeer peer = waiting(engine, metainfo.infoHash(), 1);
        allIsRead(engine);
        clock.addAndGet(WaitingRoom.AT_MOST_NS);
        allIsRead(engine); // A turn at the new time.
        assertThat(peer.next()).isNull();
        held.close();
    }

    @Test
    void pausedTorrentReleasesWaitingPeers() throws Exception {
        Metainfo metainfo = metainfo(List.of());
        Engine engine = engine();
        HeldDisk held = closedAtEnd(new HeldDisk(engine.disk()));
        Torrent torrent = engine.add(TorrentOptions.seed(metainfo, source).build());
        RawPeer first = waiting(engine, metainfo.infoHash(), 1);
        allIsRead(engine);
        torrent.pause();
        assertThat(first.next()).isNull();
        torrent.resume();
        RawPeer second = waiting(engine, metainfo.infoHash(), 2);
        allIsRead(engine);
        torrent.remove();
        assertThat(second.next()).isNull();
        held.close();
    }
}
