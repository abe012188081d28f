import com.turn.ttorrent.client.Client;
import com.turn.ttorrent.client.SharedTorrent;
import java.io.File;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * One client of ttorrent-core with one torrent, until it is killed. It takes a port of its own
 * choice.
 *
 * <pre>TtorrentProgram TORRENT FOLDER ADDRESS seed|download CALL WORD</pre>
 *
 * When every piece is there, WORD is written to the file CALL and "seeding" to standard output.
 */
public final class TtorrentProgram {
    private TtorrentProgram() {
    }

    public static void main(String[] args) throws Exception {
        byte[] torrent = Files.readAllBytes(Path.of(args[0]));
        Client client = new Client(InetAddress.getByName(args[2]),
            new SharedTorrent(torrent, new File(args[1]), args[3].equals("seed")));
        CountDownLatch complete = new CountDownLatch(1);
        client.addObserver((observed, state) -> {
            if (state == Client.ClientState.SEEDING) {
                complete.countDown();
            }
        });
        client.share();
        complete.await();
        System.out.println("seeding " + args[5]);
        Files.writeString(Path.of(args[4]), args[5] + "\n");
    }
}
