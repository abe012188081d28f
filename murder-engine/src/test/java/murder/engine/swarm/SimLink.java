package murder.engine.swarm;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import murder.wire.Outbound;
import murder.wire.PeerAddress;
import murder.wire.WireException;

/** A connection between two simulated hosts. Messages arrive in the order in which they were sent, or not at all. */
final class SimLink {
    private enum Kind {
        KEEP_ALIVE, CHOKE, UNCHOKE, INTERESTED, NOT_INTERESTED, HAVE, BITFIELD, REQUEST, BLOCK, CANCEL, HAVE_ALL, HAVE_NONE, REJECT,
        ALLOWED_FAST, SUGGEST, EXTENDED
    }

    /** @param length of the block for what names one, else 0 @param bytes what the message carries besides, or null */
    record Message(Kind kind, int piece, int begin, int length, byte[] bytes, boolean corrupt) {
        /** Bytes on the wire. */
        int size() {
            return (kind == Kind.BLOCK ? 13 + length : 17) + (bytes == null ? 0 : bytes.length);
        }
    }

    private record Range(int piece, int begin, int length) {
    }

    final End dialler;
    final End acceptor;
    private final SimNetwork network;

    SimLink(SimNetwork network, SimHost from, SimHost to) {
        this.network = network;
        this.dialler = new End(from);
        this.acceptor = new End(to);
        dialler.other = acceptor;
        acceptor.other = dialler;
    }

    boolean isGone() {
        return dialler.peer == null && acceptor.peer == null;
    }

    /** A reset: both ends lose it at once, with all that is under way. */
    void reset() {
        dialler.lost();
        acceptor.lost();
    }

    /**
     * One end: takes what its host's swarm sends, and gives that swarm what the other end sent. It also sees to it that the host is
     * honest: tells of no piece that is not verified, sends what was asked for and nothing else, asks and serves nothing while choked.
     */
    final class End implements Outbound {
        final SimHost host;
        final Deque<Message> queue = new ArrayDeque<>();
        private End other;
        private PeerConnection peer;
        private int life;
        private boolean fast;
        /** Bytes not yet sent by the uplink. */
        private int pending;
        /** Messages anywhere between the two swarms that did not take the short cut. */
        private int underWay;
        private boolean choking = true;
        private boolean choked = true;
        /** How often each range is asked for and not yet answered. */
        private final Map<Range, Integer> asked = new HashMap<>();
        private final Set<Integer> told = new HashSet<>();

        End(SimHost host) {
            this.host = host;
        }

        /** Returns whether the host's swarm welcomes the other end. */
        boolean open(boolean incoming, PeerAddress address) {
            fast = host.options().fast() && other.host.options().fast();
            boolean extensions = host.options().extensions() && other.host.options().extensions();
            PeerConnection.Peer who = new PeerConnection.Peer(address, incoming, other.host.peerId(), fast, extensions);
            life = host.life();
            if (host.check(who)) {
                peer = host.swarm().onConnected(network.nowNs(), who, this);
                host.opened(peer, this);
                return true;
            }
            return false;
        }

        /** The host closed its end, and learns nothing more of it. The other end learns of it by and by. */
        void close() {
            vanish();
            network.after(network.latencyNs, other::lost);
        }

        /** The host is gone without a word. */
        void vanish() {
            peer = null;
            queue.clear();
        }

        /** The other side of a dial never came into being. */
        void closeLater() {
            network.after(network.latencyNs, this::lost);
        }

        /** The connection is gone, and this end notices. */
        void lost() {
            PeerConnection gone = isOpen() ? peer : null;
            vanish();
            if (gone != null) {
                host.lost(gone);
            }
        }

        boolean isOpen() {
            return peer != null && host.isUp() && host.life() == life;
        }

        // ---- sending ----

        private void send(Kind kind, int piece, int begin, int length, byte[] bytes) {
            Message message = new Message(kind, piece, begin, length, bytes, kind == Kind.BLOCK && host.corrupts());
            if (kind != Kind.BLOCK && underWay == 0) {
                // A small message on an idle connection: its share of the link is not worth the events.
                network.after(network.latencyNs, () -> other.receive(message));
                return;
            }
            underWay++;
            pending += message.size();
            queue.add(message);
            if (queue.size() == 1) {
                host.uplink(this);
            }
        }

        /** The uplink has sent the message. */
        void sent(Message message) {
            boolean full = !isWritable();
            pending -= message.size();
            if (full && isWritable() && isOpen()) {
                peer.onWritable();
                host.wake();
            }
            network.after(network.latencyNs, () -> other.host.downlink(message.size(), () -> {
                underWay--;
                other.receive(message);
            }));
        }

        private void expect(boolean holds, String what) {
            if (!holds) {
                throw new AssertionError("at " + network.nowNs() + " ns " + host + " to " + other.host + ": " + what);
            }
        }

        /** Returns whether the range was asked for; once less now. */
        private boolean answered(int piece, int begin, int length) {
            Range range = new Range(piece, begin, length);
            Integer times = asked.get(range);
            if (times != null && times > 1) {
                asked.put(range, times - 1);
            } else {
                asked.remove(range);
            }
            return times != null;
        }

        @Override
        public boolean isWritable() {
            return pending < network.sendBuffer;
        }

        @Override
        public void keepAlive() {
            send(Kind.KEEP_ALIVE, 0, 0, 0, null);
        }

        @Override
        public void choke() {
            choking = true;
            if (!fast) {
                asked.clear();
            }
            send(Kind.CHOKE, 0, 0, 0, null);
        }

        @Override
        public void unchoke() {
            choking = false;
            send(Kind.UNCHOKE, 0, 0, 0, null);
        }

        @Override
        public void interested() {
            send(Kind.INTERESTED, 0, 0, 0, null);
        }

        @Override
        public void notInterested() {
            send(Kind.NOT_INTERESTED, 0, 0, 0, null);
        }

        @Override
        public void have(int piece) {
            expect(host.isVerified(piece), "HAVE of piece " + piece + " that was not verified");
            send(Kind.HAVE, piece, 0, 0, null);
        }

        @Override
        public void bitfield(byte[] bits) {
            Bitfield said = Bitfield.parse(ByteBuffer.wrap(bits), network.layout.pieceCount());
            for (int piece = said.nextSet(0); piece >= 0; piece = said.nextSet(piece + 1)) {
                expect(host.isVerified(piece), "bitfield with piece " + piece + " that was not verified");
            }
            send(Kind.BITFIELD, 0, 0, 0, bits.clone());
        }

        @Override
        public void request(int piece, int begin, int length) {
            expect(!choked, "request while choked");
            expect(told.contains(piece), "request for piece " + piece + " that the peer does not have");
            expect(!host.isVerified(piece), "request for piece " + piece + " that is verified");
            expect(network.layout.isBlock(piece, begin, length), "request for no block");
            send(Kind.REQUEST, piece, begin, length, null);
        }

        @Override
        public void block(int piece, int begin, int length) {
            expect(!choking, "block while choking");
            expect(host.isVerified(piece), "block of piece " + piece + " that is not verified");
            expect(answered(piece, begin, length), "block " + piece + "/" + begin + " that is not asked for");
            send(Kind.BLOCK, piece, begin, length, null);
        }

        @Override
        public void cancel(int piece, int begin, int length) {
            send(Kind.CANCEL, piece, begin, length, null);
        }

        @Override
        public void haveAll() {
            expect(fast, "HAVE ALL without BEP 6");
            for (int piece = 0; piece < network.layout.pieceCount(); piece++) {
                expect(host.isVerified(piece), "HAVE ALL without piece " + piece);
            }
            send(Kind.HAVE_ALL, 0, 0, 0, null);
        }

        @Override
        public void haveNone() {
            expect(fast, "HAVE NONE without BEP 6");
            send(Kind.HAVE_NONE, 0, 0, 0, null);
        }

        @Override
        public void reject(int piece, int begin, int length) {
            expect(fast, "reject without BEP 6");
            expect(answered(piece, begin, length), "reject of what was not asked for");
            send(Kind.REJECT, piece, begin, length, null);
        }

        @Override
        public void allowedFast(int piece) {
            send(Kind.ALLOWED_FAST, piece, 0, 0, null);
        }

        @Override
        public void suggest(int piece) {
            send(Kind.SUGGEST, piece, 0, 0, null);
        }

        @Override
        public void extended(int extendedId, byte[] payload) {
            send(Kind.EXTENDED, extendedId, 0, 0, payload.clone());
        }

        // ---- receiving ----

        private void receive(Message message) {
            if (!isOpen()) {
                if (host.isUp()) {
                    // A host that knows nothing of the connection answers with a reset.
                    network.after(network.latencyNs, other::lost);
                }
                return;
            }
            network.trace((long) host.index() << 48 ^ (long) message.kind.ordinal() << 40 ^ (long) message.piece << 20 ^ message.begin);
            try {
                deliver(network.nowNs(), message);
            } catch (WireException e) {
                throw new AssertionError(other.host + " broke the protocol in the eyes of " + host, e);
            }
            host.wake();
        }

        private void deliver(long nowNs, Message m) throws WireException {
            switch (m.kind) {
                case KEEP_ALIVE -> peer.onKeepAlive(nowNs);
                case CHOKE -> {
                    choked = true;
                    peer.onChoke(nowNs);
                }
                case UNCHOKE -> {
                    choked = false;
                    peer.onUnchoke(nowNs);
                }
                case INTERESTED -> peer.onInterested(nowNs);
                case NOT_INTERESTED -> peer.onNotInterested(nowNs);
                case HAVE -> {
                    told.add(m.piece);
                    peer.onHave(nowNs, m.piece);
                }
                case BITFIELD -> {
                    Bitfield said = Bitfield.parse(ByteBuffer.wrap(m.bytes), network.layout.pieceCount());
                    for (int piece = said.nextSet(0); piece >= 0; piece = said.nextSet(piece + 1)) {
                        told.add(piece);
                    }
                    peer.onBitfield(nowNs, ByteBuffer.wrap(m.bytes));
                }
                case REQUEST -> {
                    if (fast || !choking) {
                        // Without BEP 6, what crosses a choke and an unchoke is void to one side and not to the other.
                        expect(asked.merge(new Range(m.piece, m.begin, m.length), 1, Integer::sum) == 1 || !fast,
                            "asked for the same twice by " + other.host);
                    }
                    peer.onRequest(nowNs, m.piece, m.begin, m.length);
                }
                case BLOCK -> {
                    host.onBlocks(m, peer.onBlocks(nowNs, m.piece, m.begin, m.length), other.host);
                }
                case CANCEL -> {
                    peer.onCancel(nowNs, m.piece, m.begin, m.length);
                    answered(m.piece, m.begin, m.length);
                }
                case HAVE_ALL -> {
                    for (int piece = 0; piece < network.layout.pieceCount(); piece++) {
                        told.add(piece);
                    }
                    peer.onHaveAll(nowNs);
                }
                case HAVE_NONE -> peer.onHaveNone(nowNs);
                case REJECT -> peer.onReject(nowNs, m.piece, m.begin, m.length);
                case ALLOWED_FAST -> peer.onAllowedFast(nowNs, m.piece);
                case SUGGEST -> peer.onSuggest(nowNs, m.piece);
                case EXTENDED -> peer.onExtended(nowNs, m.piece, ByteBuffer.wrap(m.bytes));
            }
        }
    }
}
