import bt.Bt;
import bt.data.file.FileSystemStorage;
import bt.metainfo.MetadataService;
import bt.runtime.BtRuntime;
import bt.runtime.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One client of bt-core with one torrent, until it is killed.
 *
 * <pre>BtProgram TORRENT FOLDER ADDRESS PORT CALL WORD</pre>
 *
 * When every piece is there, WORD is written to the file CALL and "seeding" to standard output. By
 * default bt-core encrypts if possible, and polls for messages up to a second apart. This program
 * changes both: with the defaults it moves 6 MB/s over loopback.
 */
public final class BtProgram {
    private BtProgram() {
    }

    public static void main(String[] args) throws Exception {
        byte[] torrent = Files.readAllBytes(Path.of(args[0]));
        Config config = new Config();
        config.setAcceptorAddress(InetAddress.getByName(args[2]));
        config.setAcceptorPort(Integer.parseInt(args[3]));
        config.setMseDisabled(true);
        config.setMaxMessageProcessingInterval(Duration.ofMillis(1));
        config.setTrackerQueryInterval(Duration.ofSeconds(5));
        BtRuntime runtime = BtRuntime.builder(config).autoLoadModules().disablePeerExchange().disableLocalServiceDiscovery()
            .disableAutomaticShutdown().build();
        AtomicBoolean complete = new AtomicBoolean();
        Bt.client(runtime).storage(new FileSystemStorage(Path.of(args[1])))
            .torrent(() -> new MetadataService().fromByteArray(torrent)).build()
            .startAsync(state -> {
                if (state.getPiecesTotal() > 0 && state.getPiecesRemaining() == 0 && complete.compareAndSet(false, true)) {
                    report(Path.of(args[4]), args[5]);
                }
            }, 10);
    }

    private static void report(Path call, String word) {
        System.out.println("seeding " + word);
        try {
            Files.writeString(call, word + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
