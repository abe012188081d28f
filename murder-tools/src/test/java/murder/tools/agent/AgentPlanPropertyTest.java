package murder.tools.agent;

import static murder.tools.agent.Orders.SELF;
import static murder.tools.agent.Orders.content;
import static murder.tools.agent.Orders.key;
import static murder.tools.agent.Orders.order;
import static murder.tools.agent.Orders.release;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import murder.order.Content;
import murder.order.Order;
import murder.order.Release;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Any orders in any sequence, with work that ends, fails or is cut off by a kill at any moment: at
 * the end the host is in the state that the newest order says. A model of a disk stands in the
 * place of the real one.
 */
class AgentPlanPropertyTest {
    private static final int TAGS = 4;
    private static final int MAX_STEPS = 100;

    /** @param serial of the order that was the newest when it was started */
    private record Started(Step step, long serial) {
    }

    /** Carries steps out in memory. What a kill leaves is what was written before. */
    private static final class Model {
        private HostView host = new HostView();
        private final List<Started> underWay = new ArrayList<>();

        void start(Step step, long serial) {
            Holding now = host.of(step.key());
            underWay.removeIf(each -> each.step().key().equals(step.key()));
            underWay.add(new Started(step, serial));
            if (step instanceof Step.Make) {
                host.put(now.working(Holding.Work.MAKING, null));
            } else if (step instanceof Step.Fetch fetch) {
                host.put(now.working(Holding.Work.FETCHING, fetch.release().content()));
            } else if (step instanceof Step.Unpack unpack) {
                host.put(now.working(Holding.Work.UNPACKING, unpack.release().content()));
            } else if (step instanceof Step.Activate activate) {
                host.put(now.working(Holding.Work.ACTIVATING, activate.release().content()));
            } else {
                host.put(now.working(Holding.Work.REMOVING, now.worksOn()));
            }
        }

        void end(Started started) {
            Step step = started.step();
            long serial = started.serial();
            Holding now = host.of(step.key());
            if (step instanceof Step.Make make) {
                Content made = make.release().content() == null ? content(100 + (int) (serial % 50)) : make.release().content();
                host.put(now.idle().withPayload(made, serial));
            } else if (step instanceof Step.Fetch fetch) {
                host.put(now.idle().withPayload(fetch.release().content(), -1));
            } else if (step instanceof Step.Unpack unpack) {
                assertThat(now.payload()).isEqualTo(unpack.release().content());
                host.put(now.idle().withStaged(unpack.release().content()));
            } else if (step instanceof Step.Activate activate) {
                assertThat(now.has(activate.release().content())).as("only what is verified is activated").isTrue();
                host.put(now.idle().withStaged(null).withPlaced(activate.release().content(), serial));
                host.setActive(step.key().destination(), step.key().tag());
            } else if (step instanceof Step.Withdraw withdraw) {
                Holding left = now.idle().withStaged(null);
                host.put(withdraw.payload() ? left.withPayload(null, -1) : left);
            } else {
                assertThat(host.active(step.key().destination())).as("the active release stays").isNotEqualTo(step.key().tag());
                host.put(now.idle().withPlaced(null, 0).withPayload(null, -1));
            }
        }

        /** Work that was under way is gone, and so are failures. */
        void kill() {
            underWay.clear();
            HostView after = new HostView();
            for (Holding each : host.holdings()) {
                after.put(each.idle());
            }
            String active = host.active(Orders.DESTINATION);
            after.setActive(Orders.DESTINATION, active);
            host = after;
        }
    }

    private static Order randomOrder(long serial, Random random) {
        List<Release> releases = new ArrayList<>();
        Set<String> tags = new TreeSet<>();
        for (int i = 0; i < TAGS; i++) {
            if (random.nextInt(3) > 0) {
                boolean made = random.nextBoolean();
                String[] makers = !made || random.nextInt(3) == 0 ? new String[] {random.nextBoolean() ? SELF : "host2"} : new String[0];
                releases.add(release("v" + i, made ? content(10 * i + random.nextInt(2)) : null, makers));
                tags.add("v" + i);
            }
        }
        List<String> all = List.copyOf(tags);
        String active = all.isEmpty() || random.nextInt(4) == 0 ? "" : all.get(random.nextInt(all.size()));
        return order(serial, random.nextInt(3), active, releases.toArray(Release[]::new));
    }

    @Property(tries = 2000)
    void hostReachesTheNewestOrder(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int orders) {
        Random random = new Random(seed);
        Model model = new Model();
        Order newest = null;
        for (int serial = 1; serial <= orders; serial++) {
            newest = randomOrder(serial, random);
            for (int turn = random.nextInt(12); turn > 0; turn--) {
                disturb(model, newest, random);
            }
        }
        int left = MAX_STEPS;
        while (true) {
            List<Step> steps = AgentPlan.next(newest, SELF, "", true, model.host, Long.MAX_VALUE / 2);
            long serial = newest.serial();
            steps.forEach(step -> model.start(step, serial));
            if (model.underWay.isEmpty()) {
                break;
            }
            assertThat(left--).as("steps until nothing is left to be done").isPositive();
            model.end(model.underWay.remove(random.nextInt(model.underWay.size())));
        }
        checkState(model.host, newest);
    }

    private static void disturb(Model model, Order order, Random random) {
        AgentPlan.next(order, SELF, "", true, model.host, 0).forEach(step -> model.start(step, order.serial()));
        if (random.nextInt(5) == 0) {
            model.kill();
        } else if (!model.underWay.isEmpty()) {
            Started started = model.underWay.remove(random.nextInt(model.underWay.size()));
            if (random.nextInt(4) == 0) {
                model.host.put(model.host.of(started.step().key()).failed(new Failure(Cause.SYSTEM, "drawn", order.serial(), 1)));
            } else {
                model.end(started);
            }
        }
    }

    private static void checkState(HostView host, Order order) {
        var target = order.targets().get(0);
        String active = target.activeOn(SELF, "");
        for (Release release : AgentPlan.wanted(target, SELF, "")) {
            Holding holding = host.of(key(release.tag()));
            boolean isMaker = release.maker() != null && release.maker().names().contains(SELF);
            boolean madeOther = isMaker && holding.isMade() && !holding.hasPayload(release.content());
            if (release.content() == null) {
                assertThat(holding.madeSerial() == order.serial()).as("%s is made", release.tag()).isEqualTo(isMaker);
            } else if (!madeOther) {
                assertThat(holding.has(release.content())).as("%s is here", release.tag()).isTrue();
                if (release.tag().equals(active)) {
                    assertThat(host.active(Orders.DESTINATION)).isEqualTo(active);
                    assertThat(holding.placed()).isEqualTo(release.content());
                }
            }
        }
        for (Holding each : host.holdings()) {
            if (target.release(each.key().tag()) == null) {
                assertThat(each.staged()).as("%s is withdrawn", each.key()).isNull();
                assertThat(each.payload()).isNull();
            }
        }
        long placed = host.holdings().stream().filter(each -> each.placed() != null).count();
        if (target.keep() > 0) {
            long wanted = AgentPlan.wanted(target, SELF, "").size();
            assertThat(placed).isLessThanOrEqualTo(Math.max(target.keep(), 1) + wanted);
        }
    }
}
