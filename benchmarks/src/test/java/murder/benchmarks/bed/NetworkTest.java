package murder.benchmarks.bed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetworkTest {
    @Test
    void limitsEveryLinkButTheTrackers() {
        assertThat(Network.switchedScript(3, 20_000_000).lines().filter(line -> line.startsWith("tc"))).containsExactly(
            "tc -n mbed-1 qdisc add dev eth0 root tbf rate 20000000bit burst 32768b latency 40ms",
            "tc -n mbed-switch qdisc add dev port1 root tbf rate 20000000bit burst 32768b latency 40ms",
            "tc -n mbed-2 qdisc add dev eth0 root tbf rate 20000000bit burst 32768b latency 40ms",
            "tc -n mbed-switch qdisc add dev port2 root tbf rate 20000000bit burst 32768b latency 40ms");
    }

    @Test
    void withoutARateNothingIsLimited() {
        assertThat(Network.switchedScript(3, 0)).doesNotContain("tc ");
    }

    @Test
    void fastLinkBucketHoldsTenMilliseconds() {
        assertThat(Network.bucket(1_000_000_000)).contains("burst 1250000b");
    }

    @Test
    void everyHostHasItsOwnAddress() {
        String script = Network.switchedScript(402, 0);
        assertThat(script.lines().filter(line -> line.contains(" address add ")).map(line -> line.split(" ")[5]).distinct()).hasSize(402);
        assertThat(script).contains("ip -n mbed-0 address add 10.79.0.1/16 dev eth0", "ip -n mbed-401 address add 10.79.2.2/16 dev eth0");
    }

    @Test
    void loopbackUsesOneNamespace() {
        assertThat(Network.loopbackScript(2).lines()).containsExactly("ip netns add mbed-0", "ip -n mbed-0 link set lo up",
            "ip -n mbed-0 address add 10.79.0.1/32 dev lo", "ip -n mbed-0 address add 10.79.0.2/32 dev lo",
            "ip -n mbed-0 route add default dev lo");
    }

    @Test
    void removesOnlyItsOwnNamespaces() {
        assertThat(Network.own("mbed-3 (id: 1)\nmbed-switch\nmh1\nmbed-\nmbed-2x\nambed-1\nmbed-switch2\n\nmbed-12\n"))
            .containsExactly("mbed-3", "mbed-switch", "mbed-12");
    }
}
