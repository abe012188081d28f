package murder.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import murder.metainfo.InfoHash;

/**
 * The place of one run: who is where. Host 0 is the tracker, 1 the seeder, the others download.
 *
 * @param folder of this run alone
 * @param torrent the file
 */
record Site(Path folder, Network network, Payload payload, Path torrent, InfoHash infoHash, Tools tools) {
    static final int TRACKER = 0;
    static final int SEEDER = 1;
    static final int FIRST_PEER = 2;
    static final int TRACKER_PORT = 6969;
    private static final int FIRST_PORT = 6881;

    static String announce(Network network) {
        return "http://" + network.address(TRACKER) + ":" + TRACKER_PORT + "/announce";
    }

    String address(int host) {
        return network.address(host);
    }

    /** To listen on; differs from host to host as they may share a namespace. */
    int port(int host) {
        return FIRST_PORT + host;
    }

    /** The folder below which a host has the payload, or will have it, under its name. */
    Path home(int host) throws IOException {
        return host == SEEDER ? payload.file().getParent() : Files.createDirectories(folder.resolve("host" + host));
    }

    /** Where a host has the payload, or will have it. */
    Path copy(int host) throws IOException {
        return home(host).resolve(Payload.NAME);
    }

    /** For a client's own files. */
    Path state(int host) throws IOException {
        return Files.createDirectories(folder.resolve("state" + host));
    }

    Path log(int host) {
        return folder.resolve("host" + host + ".log");
    }

    /** An executable that tells the bed that its host is complete. */
    Path hook() throws IOException {
        Path hook = folder.resolve("whole.sh");
        if (!Files.exists(hook)) {
            Files.writeString(hook, "#!/bin/sh\necho " + Run.WHOLE + " >" + Host.CALL + "\n");
            Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return hook;
    }
}
