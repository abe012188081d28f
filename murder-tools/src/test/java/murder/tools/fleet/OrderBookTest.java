package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import murder.order.Archive;
import murder.order.Layout;
import murder.order.Maker;
import murder.order.Order;
import murder.order.OrderTooLongException;
import murder.order.Release;
import murder.order.SignedOrder;
import murder.order.Target;
import murder.tools.cli.StateFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderBookTest {
    private static final Instant NOW = Instant.parse("2026-11-28T00:00:00Z");

    @TempDir
    private Path temporary;
    private OrderBook book;

    @BeforeEach
    void open() throws Exception {
        FleetFolder folder = FleetFolder.open(StateFolder.open(Map.of("MURDER_STATE", temporary.toString())), "web");
        FleetKeys keys = FleetKeys.generate("web", new SecureRandom());
        book = new OrderBook(folder, new KeyRing(keys, keys.signKeys().get(0), List.of()));
    }

    private static Target target(String destination, List<String> tags) {
        Maker maker = new Maker(List.of("host1"), "/srv/build", false, false, 0, 0, List.of());
        List<Release> releases = tags.stream().map(tag -> new Release(tag, Archive.TAR, null, maker, List.of())).toList();
        return new Target(destination, Layout.TAG, "", 0, false, false, releases, List.of());
    }

    private List<String> destinations() throws Exception {
        return book.last().order().targets().stream().map(Target::destination).toList();
    }

    @Test
    void destinationsThatWereDeployedLongAgoMakeRoom() throws Exception {
        String parent = "/srv/" + "a".repeat(200) + "/app";
        for (int i = 0; i < Order.MAX_TARGETS; i++) {
            String destination = parent + i;
            SignedOrder order = book.change(destination, before -> target(destination, List.of("v1")), true, NOW);
            assertThat(order.bytes().length).isLessThanOrEqualTo(SignedOrder.MAX_BYTES);
        }
        List<String> left = destinations();
        assertThat(left).hasSizeBetween(30, Order.MAX_TARGETS - 1);
        assertThat(left).isEqualTo(IntStream.range(0, left.size()).mapToObj(i -> parent + (Order.MAX_TARGETS - 1 - i)).toList());
    }

    @Test
    void destinationThatIsTooLongAloneIsRefusedAndLosesNothing() throws Exception {
        book.change("/srv/app", before -> target("/srv/app", List.of("v1")), true, NOW);
        List<String> tags = IntStream.range(0, Target.MAX_RELEASES).mapToObj(i -> "v".repeat(250) + i).toList();
        assertThatThrownBy(() -> book.change("/srv/large", before -> target("/srv/large", tags), true, NOW))
            .isInstanceOf(OrderTooLongException.class).hasMessageContaining("hold fewer releases");
        assertThat(destinations()).containsExactly("/srv/app");
    }
}
