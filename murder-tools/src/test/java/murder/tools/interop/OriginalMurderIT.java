package murder.tools.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import murder.tools.e2e.Bed;
import murder.tools.e2e.Payloads;
import murder.tools.e2e.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The original Murder's client as far as the wire tells, played by this test, since it needs Python 2: it splits its handshake, closes a
 * connection on which it received nothing for two seconds, and one with a message id above 8.
 */
@Tag("interop")
@Timeout(120)
class OriginalMurderIT {
    private static final int BYTES = 2_000_000;
    private static final int BLOCK = 16_384;
    private static final int SILENCE_MS = 2000;
    private static final byte HAVE = 4;
    private static final byte BITFIELD = 5;
    private static final byte REQUEST = 6;
    private static final byte PIECE = 7;
    private static final byte HIGHEST_ID = 8;

    @TempDir
    Path folder;

    private Bed bed;
    private Path payload;
    private byte[] infoHash;
    private int pieceLength;
    private Socket socket;
    private DataInputStream in;
    private OutputStream out;

    @BeforeEach
    void dialOurSeeder() throws Exception {
        bed = new Bed(folder);
        payload = Payloads.file(bed.path("build.tgz"), BYTES);
        Path torrent = bed.path("build.torrent");
        bed.murder("laptop", "create", payload, bed.startTracker(), torrent).awaitSuccess();
        String made = bed.murder("laptop", "inspect", torrent, "--json").awaitSuccess().awaitResult();
        infoHash = HexFormat.of().parseHex(Bed.member(made, "info_hash"));
        pieceLength = (int) Bed.number(made, "piece_length");
        Program seeder = bed.startSeeder(torrent, payload);
        String line = seeder.awaitLine("seeding ");
        String listens = line.substring(line.indexOf(" on ") + 4, line.indexOf(" (pid"));
        int colon = listens.indexOf(':');
        socket = new Socket(InetAddress.getByName(listens.substring(0, colon)), Integer.parseInt(listens.substring(colon + 1)));
        // Its rule of silence: a read that waits for longer fails the test.
        socket.setSoTimeout(SILENCE_MS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        bed.close();
    }

    private void shakeHands() throws IOException {
        ByteBuffer first = ByteBuffer.allocate(48).put((byte) 19).put("BitTorrent protocol".getBytes(StandardCharsets.US_ASCII))
            .putLong(0).put(infoHash);
        out.write(first.array());
        byte[] answer = new byte[68];
        in.readFully(answer);
        assertThat(HexFormat.of().formatHex(answer, 0, 20)).isEqualTo(HexFormat.of().formatHex(first.array(), 0, 20));
        assertThat(HexFormat.of().formatHex(answer, 28, 48)).isEqualTo(HexFormat.of().formatHex(infoHash));
        out.write("T03H-----6yi9nqzt2rZ".getBytes(StandardCharsets.US_ASCII));
    }

    private void send(int id, int... numbers) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(5 + 4 * numbers.length).putInt(1 + 4 * numbers.length).put((byte) id);
        for (int number : numbers) {
            frame.putInt(number);
        }
        out.write(frame.array());
    }

    /** The next message; a keep-alive is one without bytes. */
    private ByteBuffer receive() throws IOException {
        byte[] message = new byte[in.readInt()];
        in.readFully(message);
        if (message.length > 0) {
            assertThat(message[0]).as("message id").isBetween((byte) 0, HIGHEST_ID);
        }
        return ByteBuffer.wrap(message);
    }

    @Test
    void isAnsweredAfterHalfAHandshakeAndServedEveryPiece() throws Exception {
        shakeHands();
        send(2);
        int pieces = (BYTES + pieceLength - 1) / pieceLength;
        byte[] got = new byte[BYTES];
        int missing = BYTES;
        while (missing > 0) {
            ByteBuffer message = receive();
            byte id = message.hasRemaining() ? message.get() : -1;
            if (id == HAVE) {
                request(message.getInt());
            } else if (id == BITFIELD) {
                for (int piece = 0; piece < pieces; piece++) {
                    if ((message.get(1 + piece / 8) & 0x80 >> piece % 8) != 0) {
                        request(piece);
                    }
                }
            } else if (id == PIECE) {
                int piece = message.getInt();
                int begin = message.getInt();
                int length = message.remaining();
                message.get(got, piece * pieceLength + begin, length);
                missing -= length;
                if (begin + length == Math.min(pieceLength, BYTES - piece * pieceLength)) {
                    send(HAVE, piece);
                }
            }
        }
        assertThat(got).isEqualTo(Files.readAllBytes(payload));
    }

    private void request(int piece) throws IOException {
        int length = Math.min(pieceLength, BYTES - piece * pieceLength);
        for (int begin = 0; begin < length; begin += BLOCK) {
            send(REQUEST, piece, begin, Math.min(BLOCK, length - begin));
        }
    }

    @Test
    void hearsSomethingAtLeastEveryTwoSeconds() throws Exception {
        shakeHands();
        int keepAlives = 0;
        // Nothing is asked for, so soon nothing but keep-alives comes; too long a wait ends in the socket's time-out.
        while (keepAlives < 6) {
            if (!receive().hasRemaining()) {
                keepAlives++;
            }
        }
    }
}
