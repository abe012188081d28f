package murder.tools.agent;

import static murder.tools.agent.Orders.SELF;
import static murder.tools.agent.Orders.content;
import static murder.tools.agent.Orders.key;
import static murder.tools.agent.Orders.order;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import murder.order.Content;
import murder.order.Order;
import murder.order.Patch;
import murder.order.Release;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Any orders in any sequence, with work that succeeds, fails or is killed at any moment: at the end
 * the host has the state of the newest order. A model replaces the disk.
 */
class AgentPlanPropertyTest {
    private static final int TAGS = 4;
    private static final int MAX_STEPS = 100;

    /** @param serial of the order that was the newest when it was started */
    private record Started(Step step, long serial) {
    }

    /** Carries out steps in memory. A kill keeps everything written before. */
    private static final class Model {
        private HostView host = new HostView();
        private final List<Started> underWay = new ArrayList<>();

        void start(Step step, long serial) {
            Holding now = host.of(step.key());
            if (step instanceof Step.DropPatch) {
                underWay.removeIf(each -> each.step() instanceof Step.MakePatch && each.step().key().equals(step.key()));
                host.put(now.withPatch(null));
                return;
            }
            boolean isAside = isAside(step);
            underWay.removeIf(each -> each.step().key().equals(step.key()) && isAside == isAside(each.step()));
            underWay.add(new Started(step, serial));
            if (step instanceof Step.LookAtBase look) {
                assertThat(now.placed()).isEqualTo(look.content());
                host.setBase(new Base(step.key(), look.content(), false, true));
                return;
            } else if (step instanceof Step.MakePatch make) {
                assertThat(host.of(make.base()).placed()).isEqualTo(make.from());
                host.put(now.withPatch(HeldPatch.of(HeldPatch.Stand.MAKING, null)));
                return;
            }
            if (step instanceof Step.Make) {
                host.put(now.working(Holding.Work.MAKING, null));
            } else if (step instanceof Step.Fetch fetch) {
                host.put(now.working(Holding.Work.FETCHING, fetch.content()));
            } else if (step instanceof Step.Unpack unpack) {
                if (unpack.patch() != null) {
                    assertThat(host.base(Orders.DESTINATION).isIntact()).isTrue();
                    assertThat(unpack.patch().isFrom(host.base(Orders.DESTINATION).content())).isTrue();
                }
                host.put(now.working(Holding.Work.UNPACKING, unpack.release().content()));
            } else if (step instanceof Step.Activate activate) {
                host.put(now.working(Holding.Work.ACTIVATING, activate.release().content()));
            } else {
                host.put(now.working(Holding.Work.REMOVING, now.worksOn()));
            }
        }

        private static boolean isAside(Step step) {
            return step instanceof Step.LookAtBase || step instanceof Step.MakePatch;
        }

        void fail(Started started) {
            Step step = started.step();
            Holding now = host.of(step.key());
            Patch patch = step instanceof Step.Fetch fetch ? fetch.patch() : step instanceof Step.Unpack unpack ? unpack.patch() : null;
            if (step instanceof Step.LookAtBase look) {
                host.setBase(new Base(step.key(), look.content(), false, false));
            } else if (step instanceof Step.MakePatch || patch != null) {
                host.put((patch == null ? now : now.idle()).withPatch(HeldPatch.of(HeldPatch.Stand.REFUSED, patch)));
            } else {
                host.put(now.failed(new Failure(Cause.SYSTEM, "drawn", started.serial(), 1)));
            }
        }

        void end(Started started) {
            Step step = started.step();
            long serial = started.serial();
            Holding now = host.of(step.key());
            if (step instanceof Step.LookAtBase look) {
                host.setBase(new Base(step.key(), look.content(), true, false));
                return;
            } else if (step instanceof Step.MakePatch) {
                host.put(now.withPatch(HeldPatch.of(HeldPatch.Stand.MADE, Orders.patch(1, 200))));
                return;
            } else if (step instanceof Step.Fetch fetch && fetch.patch() != null) {
                host.put(now.idle().withPatch(HeldPatch.of(HeldPatch.Stand.FETCHED, fetch.patch())));
                return;
            } else if (step instanceof Step.Unpack unpack && unpack.patch() != null) {
                assertThat(now.patch().patch()).isEqualTo(unpack.patch());
                host.put(now.idle().withStaged(unpack.release().content()).withPatch(HeldPatch.of(HeldPatch.Stand.APPLIED,
                    unpack.patch())));
                return;
            }
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
                host.put(withdraw.payload() ? left.withPayload(null, -1).withPatch(null) : left);
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
                after.put(each.idle().withPatch(null));
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
                int other = (i + 1 + random.nextInt(TAGS - 1)) % TAGS;
                List<Patch> patches = made && random.nextBoolean() ? List.of(Orders.patch(10 * other + random.nextInt(2), 300 + i))
                    : List.of();
                releases.add(Orders.patched("v" + i, made ? content(10 * i + random.nextInt(2)) : null, List.of("v" + other), patches,
                    makers));
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
                model.fail(started);
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
                assertThat(each.patch()).isNull();
            }
        }
        long placed = host.holdings().stream().filter(each -> each.placed() != null).count();
        if (target.keep() > 0) {
            long wanted = AgentPlan.wanted(target, SELF, "").size();
            assertThat(placed).isLessThanOrEqualTo(Math.max(target.keep(), 1) + wanted);
        }
    }
}
