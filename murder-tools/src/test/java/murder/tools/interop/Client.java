package murder.tools.interop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import murder.tools.FreePort;
import murder.tools.e2e.Bed;
import murder.tools.e2e.Program;

/**
 * The real BitTorrent clients. Each is started TCP only, without DHT, local discovery and port
 * mapping, otherwise as it comes, and prints {@link #COMPLETE} when it has everything. All of them
 * stay and seed.
 */
enum Client {
    ARIA2 {
        @Override
        Program start(Bed bed, String torrent, Path folder, boolean seeds) throws IOException {
            String address = bed.newAddress();
            List<String> command = new ArrayList<>(List.of("aria2c", "--no-conf", "--dir=" + folder, "--enable-dht=false",
                "--enable-dht6=false", "--bt-enable-lpd=false", "--disable-ipv6=true", "--file-allocation=none", "--seed-ratio=0.0",
                "--interface=" + address, "--bt-external-ip=" + address, "--listen-port=" + FreePort.next(),
                "--summary-interval=0", "--console-log-level=notice", "--bt-tracker-interval=1",
                "--on-bt-download-complete=" + hook(bed)));
            if (seeds) {
                command.add("--check-integrity=true");
            }
            command.add(torrent);
            return bed.start("aria2", command.toArray(String[]::new));
        }
    },

    /** Never dials an address of 127.0.0.0/8, so it is the others that dial it. */
    TRANSMISSION {
        @Override
        Program start(Bed bed, String torrent, Path folder, boolean seeds) throws IOException {
            String address = bed.newAddress();
            Path config = Files.createTempDirectory(bed.folder(), "transmission");
            Files.writeString(config.resolve("settings.json"), """
                {"dht-enabled": false, "lpd-enabled": false, "utp-enabled": false, "port-forwarding-enabled": false,
                 "bind-address-ipv4": "%s", "preallocation": 0}
                """.formatted(address));
            return bed.start("transmission", "transmission-cli", "--config-dir", config.toString(), "--download-dir", folder.toString(),
                "--no-portmap", "--port", Integer.toString(FreePort.next()), "--finish", hook(bed), torrent);
        }
    },

    LIBTORRENT {
        @Override
        Program start(Bed bed, String torrent, Path folder, boolean seeds) throws IOException {
            return bed.start("libtorrent", "/usr/bin/python3", script(bed), "run", torrent, folder.toString(), bed.newAddress());
        }
    };

    /** In what a client prints when its last piece has come. */
    static final String COMPLETE = "EVERY-PIECE-IS-HERE";

    /**
     * @param torrent file, or a magnet link
     * @param folder below which the payload is, or is to be, under the torrent's name
     * @param seeds whether the payload is there already
     */
    abstract Program start(Bed bed, String torrent, Path folder, boolean seeds) throws IOException;

    private static String hook(Bed bed) throws IOException {
        Path hook = bed.path("hook.sh");
        if (!Files.exists(hook)) {
            Files.writeString(hook, "#!/bin/sh\necho " + COMPLETE + "\n");
            Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return hook.toString();
    }

    /** The driver of libtorrent's Python binding, copied out of the class path. */
    static String script(Bed bed) throws IOException {
        Path script = bed.path("libtorrent_client.py");
        if (!Files.exists(script)) {
            try (InputStream in = Client.class.getResourceAsStream("libtorrent_client.py")) {
                Files.copy(in, script);
            }
        }
        return script.toString();
    }
}
