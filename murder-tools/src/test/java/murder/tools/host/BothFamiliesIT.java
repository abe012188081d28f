package murder.tools.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tracker whose name has an IPv4 and an IPv6 address. Each host is a network namespace on one
 * bridge, and all have the same hosts file. They vanish with the first process of their process
 * namespace. Needs root and the programs unshare, ip and mount; without them it fails.
 */
@Tag("e2e")
@Timeout(180)
class BothFamiliesIT {
    private static final String NETWORK = """
        set -e
        printf '127.0.0.1 localhost\\n10.77.0.1 build-tracker\\nfd77::1 build-tracker\\n' > hosts
        mount --bind hosts /etc/hosts
        mount -t tmpfs run /run
        ip link set lo up
        ip link add hub type bridge
        ip link set hub up
        ip address add 10.77.0.1/24 dev hub
        ip address add fd77::1/64 dev hub nodad
        # host NAME ADDRESS...: without an IPv6 address it has none at all.
        host() {
            name=$1
            shift
            ip netns add $name
            ip link add to-$name type veth peer name eth0 netns $name
            ip link set to-$name master hub up
            ip -n $name link set lo up
            case "$*" in
                *:*) ;;
                *) ip netns exec $name sh -c 'echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6' ;;
            esac
            ip -n $name link set eth0 up
            for address; do
                case $address in
                    *:*) ip -n $name address add $address dev eth0 nodad ;;
                    *) ip -n $name address add $address dev eth0 ;;
                esac
            done
        }
        at() {
            name=$1
            shift
            ip netns exec $name env MURDER_STATE=$PWD/state-$name $murder "$@"
        }
        host seeder 10.77.0.2/24 fd77::2/64
        host four 10.77.0.4/24
        host six fd77::6/64
        """;

    @TempDir
    Path folder;

    private void onNetwork(String... lines) throws Exception {
        String murder = "murder='" + Path.of(System.getProperty("java.home"), "bin", "java") + " -jar " + System.getProperty("murder.jar")
            + "'\n";
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder("unshare", "-m", "-n", "-p", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
            "cd " + folder + "\n" + murder + NETWORK + String.join("\n", lines)).redirectErrorStream(true)
            .redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(150, TimeUnit.SECONDS)).as("time").isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    @Test
    void peersOfEitherFamilyGetPayload() throws Exception {
        Files.createDirectories(folder.resolve("payload"));
        Files.write(folder.resolve("payload/file"), IntStream.range(0, 100_000).mapToObj(Integer::toString).toList());
        onNetwork("test -z \"$(ip -n four -6 address show dev eth0)\"", "test -z \"$(ip -n six -4 address show dev eth0)\"",
            "MURDER_STATE=$PWD/state $murder host start-tracker --port=8998",
            "at seeder host pack --tag=r1 --files=$PWD/payload --temp=$PWD/packed --tracker=build-tracker:8998",
            "at seeder host start-seeding --tag=r1 --temp=$PWD/packed",
            "for name in four six; do",
            "at $name host peer --tag=r1 --temp=$PWD/temp-$name --dest=$PWD/$name --timeout=60s --seed-for=0 < packed/r1.tgz.torrent",
            "done");
        assertThat(folder.resolve("four/r1/file")).hasSameBinaryContentAs(folder.resolve("payload/file"));
        assertThat(folder.resolve("six/r1/file")).hasSameBinaryContentAs(folder.resolve("payload/file"));
    }
}
