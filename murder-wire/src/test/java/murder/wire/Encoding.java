package murder.wire;

import java.nio.ByteBuffer;

/** Encodes what it is told to send, for tests. Blocks carry bytes made from their place. */
final class Encoding extends FrameEncoder {
    private ByteBuffer out = ByteBuffer.allocate(64);

    static byte[] of(Iterable<Message> messages) {
        Encoding encoding = new Encoding();
        for (Message message : messages) {
            if (message instanceof Message.Port port) {
                encoding.room(7).putInt(3).put((byte) MessageType.PORT.id()).putShort((short) port.port());
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
    protected ByteBuffer reserve(int length) {
        return room(length);
    }

    @Override
    protected void appendPayload(int piece, int begin, int length) {
        room(length).put(payload(piece, begin, length));
    }

    @Override
    protected void appended() {
        // Read by bytes().
    }
}
