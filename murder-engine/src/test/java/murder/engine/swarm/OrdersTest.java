package murder.engine.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrdersTest {
    private final Orders<List<String>> orders = new Orders<>();
    private final List<String> driver = new ArrayList<>();

    @Test
    void ordersWaitForTheDriver() {
        orders.add(to -> to.add("a"));
        orders.add(to -> to.add("b"));
        assertThat(driver).isEmpty();
        orders.carryOut(driver);
        assertThat(driver).containsExactly("a", "b");
        orders.carryOut(driver);
        assertThat(driver).hasSize(2);
    }

    @Test
    void orderOfAnOrderFollows() {
        orders.add(to -> {
            orders.add(last -> last.add("c"));
            to.add("a");
        });
        orders.add(to -> to.add("b"));
        orders.carryOut(driver);
        assertThat(driver).containsExactly("a", "b", "c");
    }
}
