package murder.tools.agent;

import static murder.tools.agent.Orders.content;
import static murder.tools.agent.Orders.release;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import murder.order.Activation;
import murder.order.Layout;
import murder.order.Order;
import murder.order.Target;
import murder.order.Who;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private static Target running(String destination) {
        return new Target(destination, Layout.TAG, "", 0, false, false,
            List.of(release("v1", content(1)), release("v2", content(2), "host2")), List.of(new Activation(new Who.All(), "v1")));
    }

    /** Two deploys at once: a report that is full must not lack one of them. */
    @Test
    void releasesOfRunningDeploysComeFirst() {
        Target ended = new Target("/srv/zero", Layout.TAG, "", 0, false, false, List.of(release("v3", content(3))),
            List.of(new Activation(new Who.All(), "v3")));
        Order order = new Order("fleet", 1, Instant.EPOCH, Instant.EPOCH.plusSeconds(60), false,
            List.of(ended, running("/srv/one"), running("/srv/two")));
        List<AgentReport> lines = new Reports(Orders.SELF, "", true, 0).lines(order, new HostView(), key -> new Progress(), 0, 0);
        assertThat(lines).extracting(line -> line.target() + " " + line.tag())
            .containsExactly("/srv/one v2", "/srv/two v2", "/srv/zero v3", "/srv/one v1", "/srv/two v1");
    }
}
