package murder.wire;

import java.nio.ByteBuffer;

/** Encodes what it is told to send, for tests. Blocks carry bytes made from their place. */
final class Encoding implements Outbound {
    private ByteBuffer out = ByteBuffer.allocate(64);

    static byte[] of(Iterable<Message> messages) {
        Encoding encoding = new Encoding();
        for (Message message : messages) {
            if (message instanceof Message.Port port) {
                FrameEncoder.port(encoding.room(FrameEncoder.PORT_LENGTH), port.port());
            } else if (message instanceof Message.Unknown unknown) {
                encoding.room(5 + unknown.length()).putInt(1 + unknown.length()).put((byte) unknown.id()).put(new byte[unknown.length()]);
            } else {
                message.sendTo(encoding);
            }
        }
        return encoding.bytes();
    }

    static ByteBuffer payload(int piece, int begin, int length) {
        ByteBuffer payload = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
            payload.put(i, (byte) (31 * piece + begin + 7 * i));
        }
        return payload;
    }

    byte[] bytes() {
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    private ByteBuffer room(int length) {
        if (out.remaining() < length) {
            out = ByteBuffer.allocate(2 * (out.capacity() + length)).put(out.flip());
        }
        return out;
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void keepAlive() {
        FrameEncoder.keepAlive(room(FrameEncoder.KEEP_ALIVE_LENGTH));
    }

    @Override
    public void choke() {
        FrameEncoder.choke(room(FrameEncoder.SIGNAL_LENGTH));
    }

    @Override
    public void unchoke() {
        FrameEncoder.unchoke(room(FrameEncoder.SIGNAL_LENGTH));
    }

    @Override
    public void interested() {
        FrameEncoder.interested(room(FrameEncoder.SIGNAL_LENGTH));
    }

    @Override
    public void notInterested() {
        FrameEncoder.notInterested(room(FrameEncoder.SIGNAL_LENGTH));
    }

    @Override
    public void have(int piece) {
        FrameEncoder.have(room(FrameEncoder.HAVE_LENGTH), piece);
    }

    @Override
    public void bitfield(byte[] bits) {
        FrameEncoder.bitfield(room(FrameEncoder.BITFIELD_HEADER_LENGTH + bits.length), bits);
    }

    @Override
    public void request(int piece, int begin, int length) {
        FrameEncoder.request(room(FrameEncoder.REQUEST_LENGTH), piece, begin, length);
    }

    @Override
    public void block(int piece, int begin, int length) {
        FrameEncoder.blockHeader(room(FrameEncoder.BLOCK_HEADER_LENGTH + length), piece, begin, length);
        out.put(payload(piece, begin, length));
    }

    @Override
    public void cancel(int piece, int begin, int length) {
        FrameEncoder.cancel(room(FrameEncoder.REQUEST_LENGTH), piece, begin, length);
    }

    @Override
    public void haveAll() {
        FrameEncoder.haveAll(room(FrameEncoder.SIGNAL_LENGTH));
    }

    @Override
    public void haveNone() {
        FrameEncoder.haveNone(room(FrameEncoder.SIGNAL_LENGTH));
    }

    @Override
    public void reject(int piece, int begin, int length) {
        FrameEncoder.reject(room(FrameEncoder.REQUEST_LENGTH), piece, begin, length);
    }

    @Override
    public void allowedFast(int piece) {
        FrameEncoder.allowedFast(room(FrameEncoder.HAVE_LENGTH), piece);
    }

    @Override
    public void suggest(int piece) {
        FrameEncoder.suggest(room(FrameEncoder.HAVE_LENGTH), piece);
    }

    @Override
    public void extended(int extendedId, byte[] payload) {
        FrameEncoder.extended(room(FrameEncoder.EXTENDED_HEADER_LENGTH + payload.length), extendedId, payload);
    }
}
