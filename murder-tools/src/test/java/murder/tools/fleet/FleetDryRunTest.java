package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import murder.tools.CommandRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that each task sends, word by word. */
class FleetDryRunTest {
    private static final String SSH = "ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 -o ServerAliveCountMax=4";

    @TempDir
    private Path temporary;

    @BeforeEach
    void jar() throws IOException {
        System.setProperty("murder.jar", Files.writeString(temporary.resolve("some.jar"), "jar").toString());
    }

    @AfterEach
    void clear() {
        System.clearProperty("murder.jar");
    }

    private String run(String config, String... words) throws IOException {
        Path file = Files.writeString(temporary.resolve("murder.properties"), config);
        String[] all = new String[words.length + 4];
        all[0] = "fleet";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--dry-run";
        all[words.length + 2] = "--config";
        all[words.length + 3] = file.toString();
        CommandRun run = CommandRun.in(Map.of("MURDER_STATE", temporary.resolve("state").toString()), all);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        return run.out().replace(SSH, "SSH").replace("LC_ALL=C.UTF-8 exec java -jar /opt/local/murder/murder-tools.jar", "MURDER");
    }

    @Test
    void runtimeComesBeforeJar() throws Exception {
        String config = "role.peer = a\nremote_murder_path = /m\n";
        assertThat(run(config, "distribute_files", "runtime=1").lines()).hasSize(2)
            .first().asString().startsWith("a  distribute_files  SSH a 'sh runtime.sh /m runtime SHA256 0'");
        assertThat(run(config, "distribute_files", "runtime=1")).contains(" distribute.sh /m ", " /m/runtime/bin/java'");
        assertThat(run(config, "stop_tracker", "runtime=1")).contains("exec /m/runtime/bin/java -jar /m/murder-tools.jar stop tracker");
        assertThat(run(config + "java = /m/runtime/bin/java\n", "distribute_files")).contains("runtime.sh");
        assertThat(run(config, "distribute_files", "runtime=0")).doesNotContain("runtime");
    }

    @Test
    void showsCommandOfEveryTask() throws Exception {
        String config = "role.peer = a, me@b:2222\n";
        assertThat(run(config, "start_tracker")).isEqualTo("a  start_tracker  SSH a 'MURDER host start-tracker --port=8998 --json'\n");
        assertThat(run(config, "stop_tracker")).isEqualTo("a  stop_tracker  SSH a 'MURDER stop tracker'\n");
        assertThat(run(config, "create_torrent", "tag=v1", "files_path=/srv/v1", "path_is_file=1")).isEqualTo("""
            a  create_torrent  SSH a 'MURDER host pack --tag=v1 --temp=/tmp --archive=tgz --files=/srv/v1 --tracker=a:8998 --hosts=2 %s'
            a  download_torrent  SSH a 'MURDER host torrent --tag=v1 --temp=/tmp --archive=tgz --json'
            """.replace("%s", "--path-is-file --json"));
        assertThat(run(config, "create_torrent", "tag=v1", "files_path=/srv/v1", "do_not_download_torrent=1")).doesNotContain("download");
        assertThat(run(config, "download_torrent", "tag=v1", "archive=tree")).isEqualTo(
            "a  download_torrent  SSH a 'MURDER host torrent --tag=v1 --temp=/tmp --archive=tree --json'\n");
        assertThat(run(config, "start_seeding", "tag=v1", "archive=tree", "files_path=/srv/v1")).isEqualTo(
            "a  start_seeding  SSH a 'MURDER host start-seeding --tag=v1 --temp=/tmp --archive=tree --files=/srv/v1 --json'\n");
        assertThat(run(config, "stop_seeding", "tag=v1")).isEqualTo("a  stop_seeding  SSH a 'MURDER stop seeder --exact -- v1'\n");
        assertThat(run(config, "stop_all_seeding")).isEqualTo("a  stop_all_seeding  SSH a 'MURDER stop seeder'\n");
        assertThat(run(config, "peer", "tag=v1", "destination_path=/srv", "unsafe_please_delete=1", "timeout=1h")).isEqualTo("""
            a  peer  SSH a 'MURDER host peer --tag=v1 --temp=/tmp --archive=tgz --dest=/srv %s' < v1.tgz.torrent
            me@b:2222  peer  SSH -p 2222 -l me b 'MURDER host peer --tag=v1 --temp=/tmp --archive=tgz --dest=/srv %s' < v1.tgz.torrent
            """.replace("%s", "--unsafe-please-delete --timeout=1h --stall=60s --seeders=a --json"));
        assertThat(run(config, "stop_peering", "tag=v1").lines()).first().isEqualTo(
            "a  stop_peering  SSH a 'MURDER stop peer --if-any --exact -- v1'");
        assertThat(run(config, "stop_all_peering").lines()).first().isEqualTo("a  stop_all_peering  SSH a 'MURDER stop peer --if-any'");
        assertThat(run(config, "clean_temp_files", "tag=v1").lines()).last().isEqualTo(
            "me@b:2222  clean_temp_files  SSH -p 2222 -l me b 'MURDER host clean --tag=v1 --temp=/tmp --json'");
        assertThat(run(config, "check")).contains("me@b:2222  check  SSH -p 2222 -l me b 'sh check.sh ")
            .contains(" host check --temp=/tmp ");
        assertThat(run(config, "distribute_files")).contains("sh distribute.sh /opt/local/murder murder-tools.jar "
            + JarFile.own().sha256() + " 3 java'").contains(" < " + temporary.resolve("some.jar"));
    }

    @Test
    void passesZonesToPeers() throws Exception {
        Files.writeString(temporary.resolve("hosts.txt"), "[rack 7]\na\n");
        assertThat(run("role.peer = b\nrole.peer.file = hosts.txt", "peer", "tag=v1", "destination_path=/srv").lines())
            .anySatisfy(line -> assertThat(line).startsWith("a  peer").contains("--zone=rack 7"))
            .anySatisfy(line -> assertThat(line).startsWith("b  peer").doesNotContain("--zone"));
    }

    @Test
    void passesPortsAndLimits() throws Exception {
        String config = "role.peer = a, b\npeer_port = 6881\nupload_limit = 200Mbit\ndownload_limit = 25M\n";
        assertThat(run(config, "start_seeding", "tag=v1")).contains("--port=6881 --upload-limit=200Mbit --json'")
            .doesNotContain("download");
        assertThat(run(config, "peer", "tag=v1", "destination_path=/srv").lines())
            .anySatisfy(line -> assertThat(line).startsWith("a  ").contains("--port=6882 --upload-limit=200Mbit --download-limit=25M"))
            .anySatisfy(line -> assertThat(line).startsWith("b  ").contains("--port=6881 --upload-limit=200Mbit --download-limit=25M"));
    }

    /** Hosts behind a NAT, and a tracker that believes them. */
    @Test
    void passesAnnouncedAddress() throws Exception {
        String config = "role.peer = a, b\nannounce_address = %h\ntrust_ip = 172.16.0.0/12, fd00::/8\n";
        assertThat(run(config, "start_seeding", "tag=v1")).contains("--announce-address=a --json'");
        assertThat(run(config, "peer", "tag=v1", "destination_path=/srv").lines())
            .anySatisfy(line -> assertThat(line).startsWith("a  ").contains("--announce-address=a "))
            .anySatisfy(line -> assertThat(line).startsWith("b  ").contains("--announce-address=b "));
        assertThat(run(config, "start_tracker")).contains("--trust-ip=172.16.0.0/12,fd00::/8 ");
    }

    @Test
    void argumentsReplaceKeys() throws Exception {
        String config = "role.peer = a\nannounce_address = 10.0.0.1\npeer_port = 6881\nupload_limit = 200Mbit\n";
        assertThat(run(config, "start_seeding", "tag=v1", "announce_address=10.9.0.1", "peer_port=7001", "upload_limit=1M"))
            .contains(" --announce-address=10.9.0.1 --port=7001 --upload-limit=1M --json'");
        assertThat(run(config, "peer", "tag=v1", "destination_path=/srv", "download_limit=2M")).contains(
            " --announce-address=10.0.0.1 --port=6882 --upload-limit=200Mbit --download-limit=2M ");
        assertThat(run(config, "start_tracker", "trust_ip=10.0.0.0/8")).contains("--trust-ip=10.0.0.0/8");
    }

    @Test
    void deployRunsTasksInOrder() throws Exception {
        String printed = run("role.peer = a, b\nrole.tracker = t", "deploy", "tag=v1", "files_path=/srv/v1", "destination_path=/srv");
        assertThat(printed.lines().filter(line -> line.matches("\\S+  [a-z_]+  SSH .*")).map(line -> line.split("  ")[1] + " on "
            + line.split("  ")[0])).containsExactly("start_agents on t", "start_agents on a", "start_agents on b");
        assertThat(printed).endsWith("""
            t  order  hold 'v1' at /srv, made of /srv/v1 by a
            t  order  hold 'v1' at /srv with the content that was made
            t  order  hold 'v1' at /srv with a patch from the active release, if a holds that and the patch has at most half of the \
            payload's bytes
            t  order  'v1' at /srv is active on all hosts
            """).contains(" agent --once --fleet=t:8998 --name=a --tracker=t:8998 --root=/srv ", " --serve=8998 ",
            " -- murder.tools.Main agent --once --fleet=t:8998 ").doesNotContain("swarm-key");
        assertThat(printed.lines().filter(line -> line.contains("--serve"))).hasSize(1).first().asString().startsWith("t  ")
            .contains(" --attached'").doesNotContain("--root");
        assertThat(run("role.peer = a\ndelta = 0", "deploy", "tag=v1", "files_path=/srv/v1", "destination_path=/srv"))
            .doesNotContain("patch");
    }

    @Test
    void quotesWordsOncePerShell() throws Exception {
        assertThat(run("role.peer = a\nmurder_state = /var/%h's state\njava = /opt/my java", "stop_seeding", "tag=it's $(id)")).isEqualTo(
            "a  stop_seeding  SSH a 'LC_ALL=C.UTF-8 MURDER_STATE='\\''/var/a'\\''\\'\\'''\\''s state'\\'' exec '\\''/opt/my java'\\'' -jar "
                + "/opt/local/murder/murder-tools.jar stop seeder --exact -- '\\''it'\\''\\'\\'''\\''s $(id)'\\'''\n");
    }

    @Test
    void configuredSshOptionsWin() throws Exception {
        assertThat(run("role.peer = [fd00::1]:22\nssh = sudo -u deploy ssh\nssh_options = -o ConnectTimeout=3\nconnect_timeout = 1m\n"
            + "tracker_host = 10.0.0.1", "create_torrent", "tag=v", "files_path=/f"))
            .startsWith("[fd00::1]:22  create_torrent  sudo -u deploy ssh -o ConnectTimeout=3 -o BatchMode=yes -o ConnectTimeout=60 "
                + "-o ServerAliveInterval=15 -o ServerAliveCountMax=4 -p 22 fd00::1 ")
            .contains("--tracker=10.0.0.1:8998");
    }
}
