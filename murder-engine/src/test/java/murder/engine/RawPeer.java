package murder.engine;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import murder.metainfo.InfoHash;
import murder.metainfo.Metainfo;
import murder.peer.PeerId;
import murder.wire.FrameEncoder;
import murder.wire.Handshake;
import murder.wire.MessageType;
import murder.wire.Outbound;

/** A peer that sends any message of a test, over a blocking socket. */
final class RawPeer implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private PeerId peerId;

    /** The engine's messages, without keep-alives. @param id as {@link MessageType#id()} */
    record Said(int id, ByteBuffer body) {
        boolean is(MessageType type) {
            return id == type.id();
        }

        /** Of an extension message. */
        int extendedId() {
            return body.get(0);
        }

        /** The bytes after the id of an extension message. */
        ByteBuffer extended() {
            return body.slice(1, body.limit() - 1);
        }
    }

    RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        socket.setSoTimeout(20_000);
    }

    /** Dials an engine and shakes hands, with all extensions. */
    static RawPeer dial(InetSocketAddress to, InfoHash infoHash, long seed) throws IOException {
        RawPeer peer = new RawPeer(new Socket(to.getAddress(), to.getPort()));
        peer.handshake(infoHash, seed);
        peer.heardHandshake();
        return peer;
    }

    /** Takes an engine's dial and shakes hands, with all extensions. */
    static RawPeer accept(ServerSocket from, InfoHash infoHash, long seed) throws IOException {
        RawPeer peer = new RawPeer(from.accept());
        peer.heardHandshake();
        peer.handshake(infoHash, seed);
        return peer;
    }

    void handshake(InfoHash infoHash, long seed) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(Handshake.LENGTH_WITH_PEER_ID);
        new Handshake(infoHash, true, true).write(out);
        id(seed).write(out);
        raw(out.array());
    }

    void heardHandshake() throws IOException {
        byte[] heard = new byte[Handshake.LENGTH_WITH_PEER_ID];
        in.readFully(heard);
        peerId = PeerId.read(ByteBuffer.wrap(heard, heard.length - PeerId.LENGTH, PeerId.LENGTH));
    }

    /** The name of the engine, which it said in its handshake. */
    PeerId peerId() {
        return peerId;
    }

    /** The name of the peer with this seed. */
    static PeerId id(long seed) {
        return PeerId.random(new Random(seed));
    }

    void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Sends some messages in one write. */
    void send(Consumer<Outbound> messages) throws IOException {
        Frames frames = new Frames(new byte[0]);
        messages.accept(frames);
        raw(frames.bytes());
    }

    void sendBlock(int piece, int begin, byte[] bytes) throws IOException {
        Frames frames = new Frames(bytes);
        frames.block(piece, begin, bytes.length);
        raw(frames.bytes());
    }

    /** The product's encoder, into a buffer. */
    private static final class Frames extends FrameEncoder {
        private final ByteBuffer out = ByteBuffer.allocate(1 << 17);
        private final byte[] block;

        Frames(byte[] block) {
            this.block = block;
        }

        byte[] bytes() {
            return Arrays.copyOf(out.array(), out.position());
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        protected ByteBuffer reserve(int length) {
            return out;
        }

        @Override
        protected void appendPayload(int piece, int begin, int length) {
            out.put(block);
        }

        @Override
        protected void appended() {
            // Sent all at once.
        }
    }

    /** The next message, or null at the end of the stream. */
    Said next() throws IOException {
        try {
            int length = in.readInt();
            while (length == 0) {
                length = in.readInt();
            }
            int id = in.readUnsignedByte();
            byte[] body = new byte[length - 1];
            in.readFully(body);
            return new Said(id, ByteBuffer.wrap(body));
        } catch (EOFException | SocketException e) {
            return null;
        }
    }

    /** Reads until the engine hangs up. */
    void untilClosed() throws IOException {
        while (next() != null) {
            // Earlier messages do not matter.
        }
    }

    /**
     * Has everything and gives what is asked for until the engine hangs up, with a wrong byte in
     * each block if that is wanted.
     */
    void serve(Metainfo metainfo, byte[] payload, boolean wrong) throws IOException {
        send(Outbound::haveAll);
        send(Outbound::unchoke);
        for (Said said = next(); said != null; said = next()) {
            if (said.is(MessageType.REQUEST)) {
                int piece = said.body().getInt();
                int begin = said.body().getInt();
                byte[] block = new byte[said.body().getInt()];
                System.arraycopy(payload, (int) metainfo.layout().offset(piece) + begin, block, 0, block.length);
                block[0] ^= (byte) (wrong ? 1 : 0);
                try {
                    sendBlock(piece, begin, block);
                } catch (SocketException e) {
                    return;
                }
            }
        }
    }

    /** {@link #serve} for a thread of its own. */
    void serveHonestly(Metainfo metainfo, byte[] payload) {
        try {
            serve(metainfo, payload, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
