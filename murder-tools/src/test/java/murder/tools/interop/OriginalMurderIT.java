package murder.tools.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import murder.tools.ToolProcess;
import murder.tools.e2e.Bed;
import murder.tools.e2e.Payloads;
import murder.tools.e2e.Program;
import murder.tools.e2e.RawPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The original Murder's client as far as the wire tells, played by this test, since it needs Python
 * 2: it splits its handshake, closes a connection on which it received nothing for two seconds, and
 * one with a message id above 8.
 */
@Tag("interop")
@Timeout(120)
class OriginalMurderIT {
    private static final int BYTES = 2_000_000;
    private static final int BLOCK = 16_384;

    @TempDir
    Path folder;

    private Bed bed;
    private Path payload;
    private int pieceLength;
    private RawPeer peer;

    @BeforeEach
    void dialOurSeeder() throws Exception {
        bed = new Bed(folder);
        payload = Payloads.file(bed.path("build.tgz"), BYTES);
        Path torrent = bed.path("build.torrent");
        bed.murder("laptop", "create", payload, bed.startTracker(), torrent).awaitSuccess();
        String made = bed.murder("laptop", "inspect", torrent, "--json").awaitSuccess().awaitResult();
        byte[] infoHash = HexFormat.of().parseHex(Bed.member(made, "info_hash"));
        pieceLength = (int) Bed.number(made, "piece_length");
        Program seeder = bed.startSeeder(torrent, payload);
        String[] listens = ToolProcess.address(seeder.awaitLine("seeding "), " on ").substring(" on ".length()).split(":");
        peer = RawPeer.dial(listens[0], Integer.parseInt(listens[1]), infoHash);
    }

    @AfterEach
    void close() throws IOException {
        bed.close();
        if (peer != null) {
            peer.close();
        }
    }

    @Test
    void servesPeerThatSendsHalfHandshake() throws Exception {
        peer.send(RawPeer.INTERESTED);
        int pieces = (BYTES + pieceLength - 1) / pieceLength;
        byte[] got = new byte[BYTES];
        int missing = BYTES;
        while (missing > 0) {
            ByteBuffer message = peer.receive();
            byte id = message.hasRemaining() ? message.get() : -1;
            if (id == RawPeer.HAVE) {
                request(message.getInt());
            } else if (id == RawPeer.BITFIELD) {
                for (int piece = 0; piece < pieces; piece++) {
                    if ((message.get(1 + piece / 8) & 0x80 >> piece % 8) != 0) {
                        request(piece);
                    }
                }
            } else if (id == RawPeer.PIECE) {
                int piece = message.getInt();
                int begin = message.getInt();
                int length = message.remaining();
                message.get(got, piece * pieceLength + begin, length);
                missing -= length;
                if (begin + length == Math.min(pieceLength, BYTES - piece * pieceLength)) {
                    peer.send(RawPeer.HAVE, piece);
                }
            }
        }
        assertThat(got).isEqualTo(Files.readAllBytes(payload));
    }

    private void request(int piece) throws IOException {
        int length = Math.min(pieceLength, BYTES - piece * pieceLength);
        for (int begin = 0; begin < length; begin += BLOCK) {
            peer.send(RawPeer.REQUEST, piece, begin, Math.min(BLOCK, length - begin));
        }
    }

    @Test
    void sendsSomethingEveryTwoSeconds() throws Exception {
        int keepAlives = 0;
        // Nothing is asked for, so soon nothing but keep-alives comes; too long a wait ends in the
        // socket's time-out.
        while (keepAlives < 6) {
            if (!peer.receive().hasRemaining()) {
                keepAlives++;
            }
        }
    }
}
