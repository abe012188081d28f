package murder.engine.swarm;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import murder.metainfo.PieceLayout;
import murder.peer.PeerAddress;
import murder.peer.PeerId;
import murder.wire.Bitfield;
import murder.wire.WireException;

/**
 * A swarm at a hand-moved clock with scripted peers, from a drawing: the first row is what this
 * side has, the others are peers with what they have and, behind it, what they are: {@code slow}
 * without BEP 6, {@code mute} without BEP 10, {@code choking}, {@code dialled} by us.
 *
 * <pre>
 * us  #..
 * a   ##.
 * b   ### slow choking
 * </pre>
 */
final class TestSwarm {
    static final long SECOND = 1_000_000_000L;
    static final PeerId SELF = new PeerId(5, 0, 0);
    /** No first seeder, and small windows. */
    static final SwarmConfig CONFIG = new SwarmConfig(50, 100, 64, 400, 100, 1, 100, 250, false, 8, 100);

    /** A scripted peer: {@code at} is our connection to it, {@code out} what we sent it. */
    static final class Peer {
        final Recorder out = new Recorder();
        PeerConnection at;
    }

    final PieceLayout layout;
    final Swarm swarm;
    final List<String> orders = new ArrayList<>();
    private final SwarmDriver driver = new Orders();
    long nowNs;
    private final Map<String, Peer> peers = new LinkedHashMap<>();

    TestSwarm(String drawing, int blocksPerPiece, SwarmConfig config, TokenBucket... limits) throws WireException {
        this(drawing, blocksPerPiece, config, new Suspects(new Bans()), limits);
    }

    TestSwarm(String drawing, int blocksPerPiece, SwarmConfig config, Suspects suspects, TokenBucket... limits) throws WireException {
        String[] rows = drawing.strip().split("\n");
        Bitfield have = bits(rows[0].trim().split(" +")[1]);
        layout = new PieceLayout((long) have.size() * blocksPerPiece * PieceLayout.BLOCK_LENGTH, blocksPerPiece * PieceLayout.BLOCK_LENGTH);
        swarm = new Swarm(config, layout, SELF, new byte[40_000], have, new RateLimits(List.of(limits), List.of(limits)),
            new SplittableRandom(1), suspects);
        for (int i = 1; i < rows.length; i++) {
            String[] row = rows[i].trim().split(" +", 3);
            add(row[0], row[1], row.length > 2 ? row[2] : "");
        }
        turn();
    }

    TestSwarm(String drawing, int blocksPerPiece) throws WireException {
        this(drawing, blocksPerPiece, CONFIG);
    }

    static Bitfield bits(String drawn) {
        Bitfield bits = new Bitfield(drawn.length());
        for (int i = 0; i < drawn.length(); i++) {
            if (drawn.charAt(i) == '#') {
                bits.set(i);
            }
        }
        return bits;
    }

    /**
     * How the peer of this name names itself; names sort as ids do, and ids of upper-case names are
     * below ours.
     */
    static PeerConnection.Peer who(String name, String traits) {
        char c = name.charAt(0);
        return new PeerConnection.Peer(PeerAddress.ofIpv4(10 << 24 | c, traits.contains("dialled") ? 6881 : 50_000),
            !traits.contains("dialled"), new PeerId(Character.isUpperCase(c) ? 1 : 9, c, 0), !traits.contains("slow"),
            !traits.contains("mute"));
    }

    /** A peer connects and says what it has. */
    Peer add(String name, String has, String traits) throws WireException {
        Peer peer = new Peer();
        PeerConnection.Peer who = who(name, traits);
        Refusal refusal = swarm.admit(nowNs, who);
        if (refusal != null) {
            throw new IllegalStateException(name + " is refused: " + refusal);
        }
        peer.at = swarm.onConnected(nowNs, who, peer.out);
        peers.put(name, peer);
        Bitfield told = bits(has);
        if (!told.isEmpty()) {
            peer.at.onBitfield(nowNs, ByteBuffer.wrap(told.toBytes()));
        }
        if (!traits.contains("choking")) {
            peer.at.onUnchoke(nowNs);
        }
        return peer;
    }

    Peer peer(String name) {
        return peers.get(name);
    }

    /** A turn, after which the invariants hold. Orders are written down. */
    TestSwarm turn() {
        swarm.onTurn(nowNs);
        swarm.carryOut(driver);
        swarm.checkInvariants();
        return this;
    }

    /** Writes down what the swarm orders. */
    SwarmDriver driver() {
        return driver;
    }

    private final class Orders implements SwarmDriver {
        @Override
        public void verify(int piece) {
            orders.add("verify " + piece);
        }

        @Override
        public void discard(int piece) {
            orders.add("discard " + piece);
        }

        @Override
        public void dial(PeerAddress address) {
            orders.add("dial " + address);
        }

        @Override
        public void close(PeerConnection peer, Refusal why) {
            orders.add("close " + why);
        }

        @Override
        public void banned(PeerAddress address) {
            orders.add("ban " + address);
        }

        @Override
        public void completed() {
            orders.add("completed");
        }
    }

    /** The orders since the last call. */
    List<String> orders() {
        List<String> taken = List.copyOf(orders);
        orders.clear();
        return taken;
    }

    TestSwarm at(long newNowNs) {
        nowNs = newNowNs;
        return turn();
    }

    /** Requests that the peer has not answered, and forgets what else was sent. */
    List<String> asked(String name) {
        peer(name).out.take();
        return List.copyOf(peer(name).out.asked);
    }

    /** The peer sends the block, asked for or not. */
    boolean send(String name, String block) throws WireException {
        peer(name).out.asked.remove(block);
        peer(name).out.take();
        int piece = piece(block);
        int index = block(block);
        boolean wanted = peer(name).at.onBlocks(nowNs, piece, index * PieceLayout.BLOCK_LENGTH, layout.blockLength(piece, index)) != 0;
        turn();
        return wanted;
    }

    /** The peer sends all requested blocks, until there is no further request. */
    void sendAll(String name) throws WireException {
        while (!peer(name).out.asked.isEmpty()) {
            send(name, peer(name).out.asked.get(0));
        }
    }

    /** The peer sends what it is asked for now. */
    void sendAllNow(String name) throws WireException {
        for (String block : List.copyOf(peer(name).out.asked)) {
            send(name, block);
        }
    }

    void reject(String name, String block) throws WireException {
        peer(name).out.asked.remove(block);
        peer(name).out.take();
        int begin = block(block) * PieceLayout.BLOCK_LENGTH;
        peer(name).at.onReject(nowNs, piece(block), begin, layout.blockLength(piece(block), block(block)));
        turn();
    }

    void request(String name, String block) throws WireException {
        peer(name).at.onRequest(nowNs, piece(block), block(block) * PieceLayout.BLOCK_LENGTH, PieceLayout.BLOCK_LENGTH);
    }

    void verified(int piece, boolean good) {
        swarm.onPieceVerified(nowNs, piece, good);
        turn();
    }

    void disconnect(String name) {
        swarm.onDisconnected(nowNs, peers.remove(name).at);
        turn();
    }

    private static int piece(String block) {
        return Integer.parseInt(block.substring(0, block.indexOf('/')));
    }

    private static int block(String block) {
        return Integer.parseInt(block.substring(block.indexOf('/') + 1));
    }
}
