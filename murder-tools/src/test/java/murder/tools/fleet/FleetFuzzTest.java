package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import murder.fuzz.Fuzz;
import murder.fuzz.Mutator;
import murder.fuzz.SeededProperties;
import murder.tools.cli.CommandException;
import murder.tools.cli.Quantities;
import murder.tools.cli.StateFolder;
import murder.tools.cli.Trees;
import murder.tools.cli.UsageException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterProperty;

/**
 * Hostile files that the machine with the fleet's configuration reads. Nothing that they say is
 * run.
 */
@Tag(SeededProperties.FUZZ)
class FleetFuzzTest {
    private static final Set<String> KEYS = Set.of("role.peer", "tracker_port", "ssh", "link_rate", "host_timeout", "role.peer.file");

    /**
     * A host of one letter and its end of line are parsed, written and parsed again, at about 700
     * bytes each time.
     */
    private static final int PER_BYTE = 1200;

    private final Path temporary = Files.createTempDirectory("murder-fleet");
    private final Path config = temporary.resolve("murder.properties");
    private final Path hosts = temporary.resolve("hosts");
    private final FleetFiles files =
        new FleetFiles(StateFolder.open(Map.of("MURDER_STATE", temporary.resolve("state").toString())), config);
    private final FailedHosts failed = new FailedHosts(files, Task.PEER, "build");
    private final Fuzz configs = Fuzz.of(new Mutator(Fuzz.samples("# fleet\nrole.peer = a, me@b:22, [fd00::1]:2200\ntracker_port = 9000\n"
        + "ssh = ssh -i '/home/my key' \"x\\\"y\" \\\n  -v\nlink_rate = 1.5Gbit # fast\nhost_timeout = 90s\n", "\u00ef\u00bb\u00bfssh=x"),
        "=#\\\n ,:[]'\"@%"), this::readConfig).throwing(CommandException.class).throwing(UsageException.class)
        .allocating(64 * 1024, PER_BYTE);
    private final Fuzz lists = Fuzz.of(new Mutator(Fuzz.samples("a\n[rack 1]\nb, c # two\n[fd00::2]:22\n[x]\nme@d:1\n"), "[]\n,#:@"),
        this::readHosts).throwing(CommandException.class).allocating(64 * 1024, PER_BYTE);
    private final Fuzz failures = Fuzz.of(new Mutator(Fuzz.samples("a\nme@b:22\n[fd00::1]:2200\n"), "[]\n:@"), this::readFailures)
        .throwing(CommandException.class).allocating(64 * 1024, PER_BYTE);

    FleetFuzzTest() throws Exception {
    }

    @Property(tries = 600, shrinking = ShrinkingMode.OFF)
    void configurationsAreReadOrRefused(@ForAll long seed) throws Exception {
        configs.run(seed);
        lists.run(seed);
    }

    @Property(tries = 600, shrinking = ShrinkingMode.OFF)
    void failedHostsAreReadOrRefused(@ForAll long seed) throws Exception {
        failures.run(seed);
    }

    private void readConfig(byte[] bytes) throws CommandException, UsageException, IOException {
        Files.write(config, bytes);
        ConfigFile read = ConfigFile.read(config, KEYS);
        for (Host host : read.hosts("role.peer")) {
            checkHost(host);
        }
        assertThat(ShellWords.split(ShellWords.join(ShellWords.split(read.text("ssh", "ssh"))))).isNotNull();
        assertThat(Quantities.rate(read.text("link_rate", "0"))).isNotNegative();
        assertThat(Quantities.duration(read.text("host_timeout", "0")).isNegative()).isFalse();
    }

    private static void checkHost(Host host) {
        assertThat(host.name()).doesNotStartWith("-").isNotEmpty();
        List<String> words = new ArrayList<>();
        host.addTo(words);
        assertThat(words.get(words.size() - 1)).isEqualTo(host.name());
        try {
            assertThat(Host.parse(host.toString())).isEqualTo(host);
        } catch (UsageException e) {
            throw new AssertionError(host.toString(), e);
        }
    }

    private void readHosts(byte[] bytes) throws CommandException, IOException {
        Files.writeString(config, "role.peer.file = hosts");
        Files.write(hosts, bytes);
        for (Map.Entry<Host, String> host : ConfigFile.read(config, KEYS).hostsInFile("role.peer.file").entrySet()) {
            checkHost(host.getKey());
            assertThat(host.getValue().codePoints().noneMatch(Character::isISOControl)).isTrue();
        }
    }

    private void readFailures(byte[] bytes) throws CommandException, IOException {
        Files.write(files.named(".failed", "peer", "build"), bytes);
        for (Host host : failed.read()) {
            checkHost(host);
        }
    }

    @AfterProperty
    void removeFiles() throws IOException {
        Trees.delete(temporary);
    }
}
