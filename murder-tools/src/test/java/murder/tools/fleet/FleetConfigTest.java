package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Map;
import murder.tools.cli.CommandException;
import murder.tools.cli.StateFolder;
import murder.tools.cli.UsageException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetConfigTest {
    @TempDir
    private Path temporary;

    private FleetConfig read(String text) throws CommandException, IOException {
        return FleetConfig.read(Files.writeString(temporary.resolve("murder.properties"), text));
    }

    private AbstractThrowableAssert<?, ? extends Throwable> reading(String text) {
        return assertThatThrownBy(() -> read(text)).isInstanceOf(CommandException.class);
    }

    @Test
    void refusesBinaryFile() {
        reading("role.peer = a\njava = ja\0va\n").hasMessageContaining("line 2: holds a NUL");
    }

    @Test
    void namesDamagedListOfHosts() throws Exception {
        FleetFiles files = new FleetFiles(StateFolder.open(Map.of("MURDER_STATE", temporary.resolve("state").toString())), temporary);
        Files.write(files.named(".failed", "peer", "build"), new byte[] {'a', '\n', (byte) 0xc8});
        assertThatThrownBy(() -> new FailedHosts(files, Task.PEER, "build").read()).isInstanceOf(CommandException.class)
            .hasMessageContaining("is damaged").hasMessageContaining("remove it");
    }

    @Test
    void readsDocumentedExample() throws Exception {
        FleetConfig config = read("""
            # the fleet
            role.tracker = host1
            role.seeder  = host1
            role.peer    = host1, host2, deploy@host3:2222        # or  role.peer.file = hosts.txt
            default_tag = build
            default_seeder_files_path = /srv/build#1
            remote_murder_path = /opt/local/murder
            tracker_port = 9000
            java = /usr/bin/java
            ssh_options = -i '/home/me/my key' -o StrictHostKeyChecking=yes
            link_rate = 1Gbit
            """);
        assertThat(config.peers()).containsExactly(new Host("", "host1", 0), new Host("", "host2", 0), new Host("deploy", "host3", 2222));
        assertThat(config.tracker()).isEqualTo(new Host("", "host1", 0));
        assertThat(config.trackerAddress()).isEqualTo("host1:9000");
        assertThat(config.sshOptions()).containsExactly("-i", "/home/me/my key", "-o", "StrictHostKeyChecking=yes");
        assertThat(config.jar()).isEqualTo("/opt/local/murder/murder-tools.jar");
        assertThat(config.linkBytesPerSecond()).isEqualTo(125_000_000);
        assertThat(config.defaults()).isEqualTo(new FleetConfig.Defaults("build", "/srv/build#1", "", "/tmp", "1", "", ""));
    }

    @Test
    void hasDefaultsForLinkAndKeep() throws Exception {
        FleetConfig.Defaults defaults = read("role.peer = a\ncurrent_link = live\nkeep = 5").defaults();
        assertThat(defaults.currentLink()).isEqualTo("live");
        TaskArguments none = TaskArguments.of(Map.of(), Map.of(), defaults);
        assertThat(none.keep()).isEqualTo(5);
        assertThat(none.currentLink("/srv/app")).isEqualTo("/srv/app/live");
    }

    @Test
    void firstPeerServesByDefault() throws Exception {
        FleetConfig config = read("role.peer = a b\\\n   c, a\nrole.seeder = z, z");
        assertThat(config.tracker()).hasToString("a");
        assertThat(config.seeders()).hasToString("[z]");
        assertThat(config.peers()).hasToString("[a, b, c]");
        assertThat(config.all()).hasToString("[a, z, b, c]");
        assertThat(config.trackerPort()).isEqualTo(8998);
        assertThat(read("role.peer = a").seeders()).hasToString("[a]");
    }

    @Test
    void readsHostsFileBesideConfiguration() throws Exception {
        Files.writeString(temporary.resolve("hosts.txt"), "h1\n\nme@h2:22   # the second\n# h3\n[fd00::1]:2200, h1\n");
        assertThat(read("role.peer.file = hosts.txt\nrole.peer = h2").peers()).hasToString("[h2, h1, me@h2:22, [fd00::1]:2200]");
        Files.writeString(temporary.resolve("hosts.txt"), "h1\nh2:x\n");
        reading("role.peer.file = hosts.txt").hasMessageContaining("hosts.txt line 2: 'h2:x' is not a host: its port is no number");
        reading("role.peer.file = none.txt").hasMessageContaining("none.txt: there is no such file");
    }

    @Test
    void takesFilesWithByteOrderMark() throws Exception {
        Files.writeString(temporary.resolve("hosts.txt"), "\uFEFFh1\r\nh2\r\n");
        FleetConfig config = read("\uFEFFrole.peer.file = hosts.txt\r\n");
        assertThat(config.peers()).extracting(Host::name).containsExactly("h1", "h2");
    }

    @Test
    void findsNameBehindAlias() {
        assertThat(SshAlias.choose("web", "user me\nhostname 10.0.0.7\nport 22\n")).isEqualTo("10.0.0.7");
        assertThat(SshAlias.choose("box", "hostname 127.0.0.1\nport 2222\n")).isEqualTo("box");
        assertThat(SshAlias.choose("web", "no idea")).isEqualTo("web");
        assertThat(SshAlias.choose("web", "hostname -oProxyCommand=x\n")).isEqualTo("web");
    }

    @Test
    void readsZonesOfHosts() throws Exception {
        Files.writeString(temporary.resolve("hosts.txt"), "h1\n[rack 7]  # by the door\nh2, h1\n[fd00::1]\n[rack 8]\nh3\n");
        FleetConfig config = read("role.peer.file = hosts.txt\nrole.peer = h4");
        assertThat(config.peers()).hasToString("[h4, h1, h2, [fd00::1], h3]");
        assertThat(config.peers().stream().map(host -> config.zones().getOrDefault(host, "")))
            .containsExactly("", "", "rack 7", "rack 7", "rack 8");
        Files.writeString(temporary.resolve("hosts.txt"), "h1\n[]\n");
        reading("role.peer.file = hosts.txt").hasMessageContaining("hosts.txt line 2: a zone has a name");
    }

    @Test
    void refusesWrongTransferValues() throws Exception {
        reading("role.peer = a\nannounce_address = -x").hasMessageContaining("line 2: announce_address: '-x' is neither");
        reading("role.peer = a\ntrust_ip = 10.0.0.0/33").hasMessageContaining("line 2: trust_ip: '10.0.0.0/33' is no range");
        reading("role.peer = a\npeer_port = 65535").hasMessageContaining("line 2: peer_port: 65535 is not from 0 to 65534");
        FleetConfig config = read("role.peer = a");
        for (String wrong : List.of("announce_address=a b", "trust_ip=10.0.0.0/8,", "peer_port=x", "upload_limit=fast",
            "download_limit=3", "host_timeout=soon")) {
            TaskArguments arguments = TaskArguments.of(TaskArguments.parse(List.of(wrong)), Map.of(), config.defaults());
            assertThatThrownBy(() -> config.with(arguments)).as(wrong).isInstanceOf(UsageException.class);
        }
        TaskArguments given = TaskArguments.of(TaskArguments.parse(List.of("host_timeout=7s")), Map.of(), config.defaults());
        assertThat(config.with(given).hostTimeoutSeconds()).isEqualTo(7);
    }

    @Test
    void namesFaultAndLine() {
        reading("role.peer = a\n\nrole.peers = b").hasMessageContaining("murder.properties line 3: there is no key 'role.peers'");
        reading("role.peer = a\nnonsense").hasMessageContaining("line 2: 'nonsense' is not of the form key = value");
        reading("role.peer = a\nrole.peer = b").hasMessageContaining("line 2: role.peer is in line 1 already");
        reading("role.peer = a,\\\n b,\\\n -c").hasMessageContaining("line 1: role.peer: '-c' is not a host");
        reading("role.peer = a\ntracker_port = 0").hasMessageContaining("line 2: tracker_port: 0 is not from 1 to 65535");
        reading("role.peer = a\ntracker_port = x").hasMessageContaining("line 2: tracker_port: 'x' is not a whole number");
        reading("role.peer = a\nrole.tracker = b, c").hasMessageContaining("line 2: role.tracker takes one host, not 2");
        reading("role.peer = a\nremote_murder_path = ~/murder").hasMessageContaining("line 2: remote_murder_path")
            .hasMessageContaining("'~'");
        reading("role.peer = a\nconnect_timeout = 5").hasMessageContaining("line 2: connect_timeout: '5' is not a duration");
        reading("role.peer = a\nssh_options = -o 'x").hasMessageContaining("line 2: ssh_options").hasMessageContaining("never closed");
        reading("role.peer = a\nkeep = 0").hasMessageContaining("line 2: keep: 0 is not from 1 to 1000");
        reading("role.peer = a\ndelta = some").hasMessageContaining("line 2: delta: delta is 1 or 0, not 'some'");
        reading("role.tracker = a").hasMessageContaining("names no hosts: set role.peer");
        assertThatThrownBy(() -> FleetConfig.read(temporary.resolve("none"))).isInstanceOf(CommandException.class)
            .hasMessageContaining("there is no such file");
    }

    @Test
    void parsesHosts() throws Exception {
        assertThat(Host.parse("me@[fe80::1%eth0]:22")).isEqualTo(new Host("me", "fe80::1%eth0", 22)).hasToString("me@[fe80::1%eth0]:22");
        assertThat(Host.parse("[::1]")).isEqualTo(new Host("", "::1", 0)).hasToString("[::1]");
        assertThat(read("role.peer = [::1]").trackerAddress()).isEqualTo("[::1]:8998");
        for (String wrong : List.of("", "@h", "h:", "h:0", "h:70000", "::1", "[h]", "[::1", "[::1]22", "[-F:x]", "-oProxyCommand=x", "a b",
            "h;x", "u'@h", "-l@h", "$(id)")) {
            assertThatThrownBy(() -> Host.parse(wrong)).as(wrong).hasMessageContaining("is not a host");
        }
    }
}
