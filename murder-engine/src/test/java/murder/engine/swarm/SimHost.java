package murder.engine.swarm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import murder.metainfo.PieceLayout;
import murder.wire.PeerAddress;
import murder.wire.PeerId;

/**
 * A host of a {@link SimNetwork}: drives one swarm as the engine's shell does, with a disk that outlives it and a network card. The
 * disk holds no bytes but knows which blocks it has and which of them are bad.
 */
final class SimHost {
    /**
     * @param uplink bits per second, likewise {@code downlink}
     * @param uploadLimit bytes per second, 0 for none, likewise {@code downloadLimit}
     * @param corruption how likely a block is damaged by this host before it is sent
     * @param complete whether it has everything from the start
     */
    record Options(long uplink, long downlink, long uploadLimit, long downloadLimit, boolean fast, boolean extensions, double corruption,
                   boolean complete, SwarmConfig config) {
        static Options leecher(long bitsPerSecond) {
            return new Options(bitsPerSecond, bitsPerSecond, 0, 0, true, true, 0, false, SwarmConfig.DEPLOY);
        }

        Options asSeeder() {
            return new Options(uplink, downlink, uploadLimit, downloadLimit, fast, extensions, 0, true, config);
        }

        Options with(SwarmConfig other) {
            return new Options(uplink, downlink, uploadLimit, downloadLimit, fast, extensions, corruption, complete, other);
        }
    }

    private static final byte[] INFO = new byte[20_000];

    private final SimNetwork network;
    private final PieceLayout layout;
    private final int index;
    private final Options options;
    private final SplittableRandom random;
    private final Bitfield verified;
    private final BitSet received = new BitSet();
    private final BitSet bad = new BitSet();
    private final int blocksPerPiece;
    private final Map<PeerConnection, SimLink.End> ends = new LinkedHashMap<>();
    private final Deque<SimLink.End> ready = new ArrayDeque<>();
    private final Set<PeerAddress> banned = new HashSet<>();
    private Swarm swarm;
    private PeerId peerId;
    private int life;
    private boolean woken;
    private long timerNs = Long.MAX_VALUE;
    private boolean sending;
    private long downlinkFreeNs;
    private long completedNs = -1;
    private long uploaded;
    private long wasted;

    SimHost(SimNetwork network, int index, Options options, SplittableRandom random) {
        this.network = network;
        this.layout = network.layout;
        this.index = index;
        this.options = options;
        this.random = random;
        this.blocksPerPiece = (layout.pieceLength() + PieceLayout.BLOCK_LENGTH - 1) / PieceLayout.BLOCK_LENGTH;
        this.verified = new Bitfield(layout.pieceCount());
        if (options.complete()) {
            verified.setAll();
            completedNs = 0;
        }
    }

    // ---- its life ----

    /** Switches it on, with what its disk holds and a new name. */
    void start() {
        life++;
        peerId = PeerId.random(random);
        TokenBucket up = new TokenBucket(options.uploadLimit());
        TokenBucket down = new TokenBucket(options.downloadLimit());
        swarm = new Swarm(options.config(), layout, peerId, INFO, new Bitfield(verified),
            new Swarm.Limits(List.of(up), List.of(down)), random.split());
        network.announce(this);
        wake();
    }

    /** @param silently whether the others do not even get a reset, as when its power fails */
    void die(boolean silently) {
        uploaded += swarm.uploadedBytes();
        wasted += swarm.wastedBytes();
        swarm = null;
        ready.clear();
        timerNs = Long.MAX_VALUE;
        for (SimLink.End end : List.copyOf(ends.values())) {
            if (silently) {
                end.vanish();
            } else {
                end.close();
            }
        }
        ends.clear();
        // What was not verified is lost.
        received.clear();
        bad.clear();
    }

    boolean isUp() {
        return swarm != null;
    }

    /** How often it was started. */
    int life() {
        return life;
    }

    // ---- driving the swarm ----

    /** Something happened: a turn is due, one for all that happens at this time. */
    void wake() {
        if (!woken) {
            woken = true;
            network.after(0, () -> {
                woken = false;
                if (isUp()) {
                    turn();
                }
            });
        }
    }

    private void turn() {
        long nowNs = network.nowNs();
        long deadlineNs = swarm.onTurn(nowNs);
        for (Effect effect = swarm.effects().poll(); effect != null; effect = swarm.effects().poll()) {
            carryOut(effect);
        }
        if (network.checked) {
            swarm.checkInvariants();
        }
        if (deadlineNs <= nowNs) {
            throw new AssertionError("at " + nowNs + " " + this + " wants its next turn at " + deadlineNs);
        }
        if (deadlineNs < timerNs) {
            timerNs = deadlineNs;
            network.at(deadlineNs, () -> {
                if (timerNs == deadlineNs) {
                    timerNs = Long.MAX_VALUE;
                    wake();
                }
            });
        }
    }

    private void carryOut(Effect effect) {
        if (effect instanceof Effect.VerifyPiece order) {
            verify(order.piece());
        } else if (effect instanceof Effect.DiscardPiece order) {
            received.clear(order.piece() * blocksPerPiece, (order.piece() + 1) * blocksPerPiece);
            bad.clear(order.piece() * blocksPerPiece, (order.piece() + 1) * blocksPerPiece);
        } else if (effect instanceof Effect.Connect order) {
            network.dial(this, order.address());
        } else if (effect instanceof Effect.Close order) {
            // Unless the other end was faster.
            SimLink.End end = ends.remove(order.connection());
            if (end != null) {
                end.close();
            }
        } else if (effect instanceof Effect.Completed) {
            completedNs = network.nowNs();
        } else if (effect instanceof Effect.Banned order) {
            banned.add(order.address().withPort(0));
        }
    }

    private void verify(int piece) {
        int first = piece * blocksPerPiece;
        int end = first + layout.blockCount(piece);
        if (received.nextClearBit(first) < end) {
            throw new AssertionError(this + " verifies piece " + piece + " before all of it has come");
        }
        boolean good = bad.nextSetBit(first) < 0 || bad.nextSetBit(first) >= end;
        int atLife = life;
        network.after(network.verifyNs, () -> {
            if (isUp() && life == atLife) {
                if (good) {
                    verified.set(piece);
                }
                swarm.onPieceVerified(network.nowNs(), piece, good);
                wake();
            }
        });
    }

    boolean check(PeerConnection.Peer peer) {
        wake();
        return swarm.check(network.nowNs(), peer) == null;
    }

    void opened(PeerConnection peer, SimLink.End end) {
        ends.put(peer, end);
        wake();
    }

    void lost(PeerConnection peer) {
        ends.remove(peer);
        swarm.onDisconnected(network.nowNs(), peer);
        wake();
    }

    void dialFailed(PeerAddress address) {
        swarm.onDialFailed(network.nowNs(), address);
        wake();
    }

    void onBlocks(SimLink.Message message, int wanted, SimHost from) {
        int first = message.piece() * blocksPerPiece + message.begin() / PieceLayout.BLOCK_LENGTH;
        for (int i = 0; wanted >>> i != 0; i++) {
            if ((wanted & 1 << i) != 0) {
                if (received.get(first + i)) {
                    throw new AssertionError(this + " took block " + message + " twice, now from " + from);
                }
                received.set(first + i);
                bad.set(first + i, message.corrupt());
            }
        }
    }

    // ---- its network card ----

    /** The end has a first message to send; it gets its turns among the others. */
    void uplink(SimLink.End end) {
        ready.add(end);
        if (!sending) {
            sendNext();
        }
    }

    private void sendNext() {
        SimLink.End end = ready.poll();
        while (end != null && end.queue.isEmpty()) {
            end = ready.poll();
        }
        sending = end != null;
        if (sending) {
            send(end);
        }
    }

    /** A turn: one block and the small messages before it, since flows share a link by bytes. */
    private void send(SimLink.End end) {
        List<SimLink.Message> turn = new ArrayList<>();
        int size = 0;
        for (SimLink.Message message : end.queue) {
            turn.add(message);
            size += message.size();
            if (size > PieceLayout.BLOCK_LENGTH) {
                break;
            }
        }
        network.after(8 * SimNetwork.SECOND * size / options.uplink(), () -> {
            // Unless the connection was lost meanwhile.
            if (end.queue.peek() == turn.get(0)) {
                for (SimLink.Message message : turn) {
                    end.queue.remove();
                    end.sent(message);
                }
                if (!end.queue.isEmpty()) {
                    ready.add(end);
                }
            }
            sendNext();
        });
    }

    /** A message of this size has come up to the host; it is delivered when the downlink is through with those before it. */
    void downlink(int size, Runnable deliver) {
        downlinkFreeNs = Math.max(downlinkFreeNs, network.nowNs()) + 8 * SimNetwork.SECOND * size / options.downlink();
        network.at(downlinkFreeNs, deliver);
    }

    // ---- what it is ----

    Swarm swarm() {
        return swarm;
    }

    Options options() {
        return options;
    }

    int index() {
        return index;
    }

    PeerId peerId() {
        return peerId;
    }

    PeerAddress address() {
        return PeerAddress.ofIpv4(10 << 24 | (index + 1), 6881);
    }

    boolean corrupts() {
        return options.corruption() > 0 && random.nextDouble() < options.corruption();
    }

    boolean isVerified(int piece) {
        return verified.get(piece);
    }

    Bitfield verified() {
        return verified;
    }

    boolean isComplete() {
        return verified.isFull();
    }

    /** When it was complete, or -1. */
    long completedNs() {
        return completedNs;
    }

    long uploadedBytes() {
        return uploaded + (swarm == null ? 0 : swarm.uploadedBytes());
    }

    long wastedBytes() {
        return wasted + (swarm == null ? 0 : swarm.wastedBytes());
    }

    boolean hasBanned(SimHost other) {
        return banned.contains(other.address().withPort(0));
    }

    @Override
    public String toString() {
        return "host " + index + (options.complete() ? " (seeder)" : options.corruption() > 0 ? " (corrupts)" : "");
    }
}
