package murder.wire.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;
import murder.wire.FrameBuffers;
import murder.wire.FrameDecoder;
import murder.wire.HandshakeDecoder;
import murder.wire.MessageHandler;
import murder.wire.WireException;

/**
 * The receiving side of one {@link Connection}: reads from the socket and decodes for the handlers.
 * One turn reads a limited number of bytes and decodes a limited number of messages. The rest is
 * kept for the next turn. Nothing more is read before it is decoded.
 */
final class Inbound {
    /**
     * The limit of reads in one turn, so that other connections get their share. A read fills at
     * most one buffer.
     */
    private static final int MAX_READS_PER_TURN = 4;
    /** The limit of messages in one turn. A full read buffer holds 100,000 of the shortest. */
    private static final int MAX_MESSAGES_PER_TURN = 2000;
    /**
     * The first read takes at most this many bytes. A read that fills it and is decoded at once
     * doubles it, up to the whole buffer. So few bytes are kept of a peer that sends too many
     * messages for a turn.
     */
    private static final int FIRST_READ_BYTES = 1 << 16;

    private final Connection connection;
    private final ConnectionHandler handler;
    /** Null until the owner names one. */
    private MessageHandler messages;
    /** Null once the handshake is complete. */
    private HandshakeDecoder handshake = new HandshakeDecoder();
    private final FrameDecoder frames;
    private int readBytes = FIRST_READ_BYTES;
    /** Read but not decoded bytes; null for none. */
    private ByteBuffer undecoded;
    /** The remaining number of messages in this turn. */
    private int messagesLeft;

    Inbound(Connection connection, ConnectionHandler handler, FrameBuffers buffers) {
        this.connection = connection;
        this.handler = Objects.requireNonNull(handler, "handler");
        this.frames = new FrameDecoder(buffers);
    }

    void setMessageHandler(MessageHandler messageHandler) {
        messages = Objects.requireNonNull(messageHandler, "handler");
        frames.pause();
    }

    void setPieceCount(int pieces) {
        frames.setPieceCount(pieces);
    }

    boolean isHandshaking() {
        return handshake != null;
    }

    /** Bytes of all completely decoded frames. */
    long offset() {
        return frames.offset();
    }

    boolean hasUndecoded() {
        return undecoded != null;
    }

    /** The capacity of all buffers, in bytes. */
    int heldBytes() {
        return frames.heldBytes() + (undecoded == null ? 0 : undecoded.capacity());
    }

    /** Decodes no more in this turn. */
    void pause() {
        frames.pause();
    }

    /** Decodes nothing more. */
    void stop() {
        undecoded = null;
        frames.stop();
        if (handshake != null) {
            handshake.stop();
        }
    }

    /**
     * Reads and decodes within the limits of one turn.
     *
     * @param buffer any content; used until this method returns
     * @return the number of read bytes
     */
    long read(ReadableByteChannel channel, ByteBuffer buffer) {
        messagesLeft = MAX_MESSAGES_PER_TURN;
        long bytes = 0;
        for (int i = 0; i < MAX_READS_PER_TURN && messagesLeft > 0 && connection.mayRead(); i++) {
            buffer.clear().limit(readBytes);
            int count;
            try {
                count = channel.read(buffer);
            } catch (IOException e) {
                connection.close(CloseReason.RESET, String.valueOf(e.getMessage()));
                return bytes;
            }
            if (count < 0) {
                connection.close(CloseReason.CLOSED_BY_PEER,
                        handshake == null ? "end of stream" : "end of stream before the end of the handshake");
                return bytes;
            }
            bytes += count;
            boolean filled = connection.carrier().hasFilled(buffer);
            decode(buffer.flip());
            if (buffer.hasRemaining() && !connection.isClosed()) {
                undecoded = ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
                readBytes = FIRST_READ_BYTES;
            } else if (filled) {
                readBytes = Math.min(2 * readBytes, buffer.capacity());
            } else {
                return bytes;
            }
        }
        return bytes;
    }

    /** Decodes the kept bytes within the limits of one turn. */
    void decodeKept() {
        messagesLeft = MAX_MESSAGES_PER_TURN;
        decode(undecoded);
        if (undecoded != null && !undecoded.hasRemaining()) {
            undecoded = null;
        }
    }

    private void decode(ByteBuffer in) {
        try {
            if (handshake != null) {
                handshake.decode(in, handler);
                if (!handshake.isComplete() || connection.isClosed()) {
                    return;
                }
                handshake = null;
                connection.onHandshakeComplete();
            }
            if (messages != null) {
                messagesLeft = frames.decode(in, messages, messagesLeft);
            } else if (in.hasRemaining()) {
                connection.close(CloseReason.LOCAL, "messages that nobody takes yet");
            }
        } catch (WireException e) {
            connection.onViolation(e);
        } catch (RuntimeException e) {
            connection.fail(e);
        }
    }
}
