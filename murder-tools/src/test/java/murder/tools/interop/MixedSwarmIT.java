package murder.tools.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import murder.tools.FreePort;
import murder.tools.e2e.Bed;
import murder.tools.e2e.Payloads;
import murder.tools.e2e.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several programs in one swarm. */
@Tag("interop")
@Timeout(240)
class MixedSwarmIT {
    private static final int BYTES = 20_000_001;

    @TempDir
    Path folder;

    private Bed bed;
    private Path payload;
    private Path torrent;
    private String sha1;

    @BeforeEach
    void makePayload() throws Exception {
        bed = new Bed(folder);
        payload = Payloads.file(bed.path("source/build.tgz"), BYTES);
        sha1 = Payloads.sha1(payload);
        torrent = bed.path("build.torrent");
    }

    @AfterEach
    void killAll() {
        bed.close();
    }

    private String create(String announce) throws Exception {
        String made = bed.murder("laptop", "create", payload, announce, torrent).awaitSuccess().awaitOutput();
        return made.substring(made.indexOf("info-hash ") + "info-hash ".length()).substring(0, 40);
    }

    @Test
    void everyClientCompletes() throws Exception {
        create(bed.startTracker());
        // Slow enough that all of them come while there is still something to exchange.
        bed.startSeeder(torrent, payload, "--upload-limit", "4M");
        Map<Client, Program> clients = new EnumMap<>(Client.class);
        for (Client client : Client.values()) {
            clients.put(client, client.start(bed, torrent.toString(), Files.createDirectory(bed.path(client.name())), false));
        }
        List<Program> ours = new ArrayList<>();
        for (String host : List.of("peer1", "peer2")) {
            ours.add(bed.startPeer(host, torrent, bed.path(host + ".tgz"), "--seed-for", "10m"));
        }
        for (Map.Entry<Client, Program> client : clients.entrySet()) {
            client.getValue().awaitLine(Client.COMPLETE);
            assertThat(Payloads.sha1(bed.path(client.getKey().name()).resolve("build.tgz"))).as(client.getKey().name()).isEqualTo(sha1);
        }
        for (Program peer : ours) {
            assertThat(peer.awaitSuccess().awaitResult()).contains("\"result\":\"complete\"", "\"hash_failed_bytes\":0");
        }
        assertThat(Payloads.sha1(bed.path("peer1.tgz"))).isEqualTo(sha1);
        assertThat(Payloads.sha1(bed.path("peer2.tgz"))).isEqualTo(sha1);
    }

    @Test
    void peersMeetThroughOpentracker() throws Exception {
        String address = bed.newAddress();
        int port = FreePort.next();
        String hash = create("http://" + address + ":" + port + "/announce");
        // Debian's build serves only torrents of a list.
        Path home = Files.createDirectory(bed.path("opentracker"));
        Files.writeString(home.resolve("list"), hash + "\n");
        List<String> command = new ArrayList<>(List.of("opentracker", "-i", address, "-p", Integer.toString(port), "-d", home.toString(),
            "-w", "list"));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", "nobody"));
        }
        Program tracker = bed.start("opentracker", command.toArray(String[]::new));
        bed.startSeeder(torrent, payload);
        Program one = bed.startPeer("peer1", torrent, bed.path("peer1.tgz"), "--seed-for", "10m");
        Program two = bed.startPeer("peer2", torrent, bed.path("peer2.tgz"), "--seed-for", "10m");
        one.awaitSuccess();
        two.awaitSuccess();
        assertThat(Payloads.sha1(bed.path("peer1.tgz"))).isEqualTo(sha1);
        assertThat(Payloads.sha1(bed.path("peer2.tgz"))).isEqualTo(sha1);
        assertThat(tracker.isAlive()).isTrue();
    }

    /** Before it has the metadata, aria2 says that nothing is left. */
    @ParameterizedTest
    @EnumSource(names = {"ARIA2", "LIBTORRENT"})
    void fetchesMetadataFromMurder(Client client) throws Exception {
        String announce = bed.startTracker();
        String magnet = "magnet:?xt=urn:btih:" + create(announce) + "&tr=" + announce;
        bed.startSeeder(torrent, payload);
        Path target = Files.createDirectory(bed.path("target"));
        client.start(bed, magnet, target, false).awaitLine(Client.COMPLETE);
        assertThat(Payloads.sha1(target.resolve("build.tgz"))).isEqualTo(sha1);
    }

    @Test
    void murderFetchesMetadataFromLibtorrent() throws Exception {
        String announce = bed.startTracker();
        String magnet = "magnet:?xt=urn:btih:" + create(announce) + "&tr=" + announce;
        Client.LIBTORRENT.start(bed, torrent.toString(), payload.getParent(), true).awaitLine(Client.COMPLETE);
        bed.startPeer("peer", magnet, bed.path("target.tgz"), "--foreground", "--seed-for", "0s").awaitSuccess();
        assertThat(Payloads.sha1(bed.path("target.tgz"))).isEqualTo(sha1);
    }
}
