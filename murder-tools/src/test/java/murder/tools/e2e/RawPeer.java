package murder.tools.e2e;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A peer that a test plays by hand, with the manners of the original Murder's client: it sends 48
 * bytes of its handshake and the rest only after the whole answer, sets no reserved bit, bears no
 * silence of more than two seconds and no message id above 8.
 */
public final class RawPeer implements AutoCloseable {
    public static final byte INTERESTED = 2;
    public static final byte HAVE = 4;
    public static final byte BITFIELD = 5;
    public static final byte REQUEST = 6;
    public static final byte PIECE = 7;

    private static final byte HIGHEST_ID = 8;
    private static final int SILENCE_MS = 2000;
    private static final int MAX_MESSAGE = 1 << 20;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    private RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        // A read that waits for longer throws, and so fails the test.
        socket.setSoTimeout(SILENCE_MS);
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** Connects and shakes hands. */
    public static RawPeer dial(String address, int port, byte[] infoHash) throws IOException {
        RawPeer peer = new RawPeer(new Socket(InetAddress.getByName(address), port));
        ByteBuffer first = ByteBuffer.allocate(48).put((byte) 19).put("BitTorrent protocol".getBytes(StandardCharsets.US_ASCII))
            .putLong(0).put(infoHash);
        peer.out.write(first.array());
        byte[] answer = new byte[68];
        peer.in.readFully(answer);
        if (!Arrays.equals(answer, 0, 20, first.array(), 0, 20) || !Arrays.equals(answer, 28, 48, infoHash, 0, 20)) {
            throw new IOException("not an answer to our handshake: " + Arrays.toString(answer));
        }
        peer.out.write(("T03H-----" + String.format("%011d", peer.socket.getLocalPort())).getBytes(StandardCharsets.US_ASCII));
        return peer;
    }

    /** Sends a message made of 32-bit numbers. */
    public void send(int id, int... numbers) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(5 + 4 * numbers.length).putInt(1 + 4 * numbers.length).put((byte) id);
        for (int number : numbers) {
            frame.putInt(number);
        }
        out.write(frame.array());
    }

    /** The next message, from its id on; a keep-alive is one without bytes. */
    public ByteBuffer receive() throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_MESSAGE) {
            throw new IOException("a message of " + length + " bytes");
        }
        byte[] message = new byte[length];
        in.readFully(message);
        if (length > 0 && (message[0] < 0 || message[0] > HIGHEST_ID)) {
            throw new IOException("message id " + message[0] + ", which was not negotiated");
        }
        return ByteBuffer.wrap(message);
    }

    /** Reads until the other side closes the connection. */
    public void awaitClose() throws IOException {
        try {
            while (true) {
                receive();
            }
        } catch (EOFException | SocketException e) {
            return; // The end that was waited for, with or without a reset.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
