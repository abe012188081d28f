package murder.tools.agent;

import static murder.tools.agent.Orders.SELF;
import static murder.tools.agent.Orders.content;
import static murder.tools.agent.Orders.key;
import static murder.tools.agent.Orders.order;
import static murder.tools.agent.Orders.patched;
import static murder.tools.agent.Orders.release;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import murder.order.Order;
import murder.order.Patch;
import murder.order.Target;
import murder.tools.agent.Holding.Work;
import org.junit.jupiter.api.Test;

class AgentPlanTest {
    private final HostView host = new HostView();

    private List<Step> next(Order order) {
        return AgentPlan.next(order, SELF, "", true, host, 0);
    }

    private void has(Holding holding) {
        host.put(holding);
    }

    private static Holding nothing(String tag) {
        return Holding.nothing(key(tag));
    }

    @Test
    void makerPacksMissingContent() {
        assertThat(next(order(1, 0, "", release("v1", null, SELF)))).hasOnlyElementsOfType(Step.Make.class).hasSize(1);
    }

    @Test
    void otherAgentsWaitForTheContent() {
        assertThat(next(order(1, 0, "", release("v1", null, "host2")))).isEmpty();
    }

    @Test
    void makerRepacksForNewOrder() {
        has(nothing("v1").withPayload(content(1), 1));
        assertThat(next(order(1, 0, "", release("v1", null, SELF)))).isEmpty();
        assertThat(next(order(2, 0, "", release("v1", null, SELF)))).hasOnlyElementsOfType(Step.Make.class).hasSize(1);
        assertThat(next(order(2, 0, "", release("v1", content(1), SELF)))).hasOnlyElementsOfType(Step.Unpack.class);
    }

    @Test
    void onlyMakerDoesNotFetch() {
        has(nothing("v1").withPayload(content(2), 1));
        assertThat(next(order(1, 0, "", release("v1", content(1), SELF)))).isEmpty();
        assertThat(next(order(1, 0, "", release("v1", content(1), SELF, "host2")))).hasOnlyElementsOfType(Step.Fetch.class);
    }

    @Test
    void fetchesLastAndActiveRelease() {
        Order order = order(1, 0, "v1", release("v0", content(0)), release("v1", content(1)), release("v2", content(2)),
            release("v3", content(3)));
        assertThat(next(order)).extracting(Step::key).containsExactly(key("v3"), key("v1"));
        assertThat(next(order)).hasOnlyElementsOfType(Step.Fetch.class);
    }

    @Test
    void fetchesReleasesOfDeploysThatOverlap() {
        Order order = order(1, 0, "", release("v1", content(1), "host2"), release("v2", content(2), "host2"));
        assertThat(next(order)).extracting(Step::key).containsExactly(key("v2"), key("v1"));
    }

    @Test
    void fetchesReleaseOfRunningDeployBeforeActiveOne() {
        Order order = order(2, 0, "v1", release("v1", content(1)), release("v2", content(2), "host2"));
        has(nothing("v1").working(Work.FETCHING, content(1)));
        assertThat(next(order(1, 0, "v1", release("v1", content(1)), release("v2", null, "host2")))).isEmpty();
        assertThat(next(order)).extracting(Step::key).containsExactly(key("v2"), key("v1"));
        assertThat(next(order)).element(1).isEqualTo(new Step.Withdraw(key("v1"), false));
        has(nothing("v1"));
        assertThat(next(order)).hasOnlyElementsOfType(Step.Fetch.class).extracting(Step::key).containsExactly(key("v2"));
        has(nothing("v2").working(Work.UNPACKING, content(2)));
        assertThat(next(order)).isEmpty();
        has(nothing("v2").withStaged(content(2)));
        assertThat(next(order)).hasOnlyElementsOfType(Step.Fetch.class).extracting(Step::key).containsExactly(key("v1"));
    }

    @Test
    void fetchesActiveReleaseIfThatOfRunningDeployFails() {
        Order order = order(2, 0, "v1", release("v1", content(1)), release("v2", content(2), "host2"));
        has(nothing("v2").failed(new Failure(Cause.SPACE, "full", 2, 100)));
        assertThat(next(order)).hasOnlyElementsOfType(Step.Fetch.class).extracting(Step::key).containsExactly(key("v1"));
        has(nothing("v1").working(Work.FETCHING, content(1)));
        has(nothing("v2").working(Work.FETCHING, content(2)));
        assertThat(next(order)).isEmpty();
    }

    @Test
    void unpacksAPayloadThatIsHere() {
        has(nothing("v1").withPayload(content(1), -1));
        assertThat(next(order(1, 0, "v1", release("v1", content(1))))).hasOnlyElementsOfType(Step.Unpack.class);
    }

    @Test
    void activatesOnlyOnOrder() {
        has(nothing("v1").withStaged(content(1)));
        assertThat(next(order(1, 0, "", release("v1", content(1))))).isEmpty();
        assertThat(next(order(1, 0, "v1", release("v1", content(1))))).hasOnlyElementsOfType(Step.Activate.class);
    }

    @Test
    void rollsBackToPlacedRelease() {
        has(nothing("v1").withPlaced(content(1), 1));
        has(nothing("v2").withPlaced(content(2), 2));
        host.setActive(Orders.DESTINATION, "v2");
        List<Step> steps = next(order(3, 0, "v1", release("v1", content(1)), release("v2", content(2))));
        assertThat(steps).hasOnlyElementsOfType(Step.Activate.class).extracting(Step::key).containsExactly(key("v1"));
    }

    @Test
    void withdrawsUnnamedReleases() {
        has(nothing("v1").withStaged(content(1)).withPayload(content(1), -1));
        has(nothing("v0").withPlaced(content(0), 1));
        assertThat(next(order(1, 0, ""))).containsExactly(new Step.Withdraw(key("v1"), true));
    }

    @Test
    void endsWorkForWithdrawnContent() {
        has(nothing("v1").working(Work.FETCHING, content(1)));
        assertThat(next(order(1, 0, "", release("v1", content(1))))).isEmpty();
        assertThat(next(order(1, 0, "", release("v1", content(2))))).containsExactly(new Step.Withdraw(key("v1"), false));
    }

    @Test
    void keepsActiveAndNewestReleases() {
        has(nothing("v1").withPlaced(content(1), 1));
        has(nothing("v2").withPlaced(content(2), 2));
        has(nothing("v3").withPlaced(content(3), 3));
        host.setActive(Orders.DESTINATION, "v1");
        Order order = order(9, 2, "v1", release("v1", content(1)));
        assertThat(next(order)).hasOnlyElementsOfType(Step.Remove.class).extracting(Step::key).containsExactly(key("v2"));
        assertThat(next(order(9, 0, "v1", release("v1", content(1))))).isEmpty();
    }

    @Test
    void retriesAfterPauseOrNewOrder() {
        has(nothing("v1").failed(new Failure(Cause.SPACE, "full", 5, 100)));
        Order order = order(5, 0, "", release("v1", content(1)));
        assertThat(AgentPlan.next(order, SELF, "", true, host, 99)).isEmpty();
        assertThat(AgentPlan.next(order, SELF, "", true, host, 100)).hasSize(1);
        assertThat(AgentPlan.next(order(6, 0, "", release("v1", content(1))), SELF, "", true, host, 0)).hasSize(1);
    }

    /** The active release is v1, unchanged. */
    private void hasBase() {
        has(nothing("v1").withPlaced(content(1000), 1));
        host.setActive(Orders.DESTINATION, "v1");
        host.setBase(new Base(key("v1"), content(1000), true, false));
    }

    private static Order patching(Patch... patches) {
        return order(2, 0, "v1", release("v1", content(1000)), patched("v2", content(1001), List.of("v1"), List.of(patches), "host2"));
    }

    @Test
    void comparesBaseWhilePacking() {
        has(nothing("v1").withPlaced(content(1000), 1));
        host.setActive(Orders.DESTINATION, "v1");
        Order order = order(2, 0, "v1", release("v1", content(1000)), patched("v2", null, List.of("v1"), List.of(), "host2"));
        assertThat(next(order)).containsExactly(new Step.LookAtBase(key("v1"), content(1000)));
        host.setBase(new Base(key("v1"), content(1000), false, true));
        assertThat(next(order)).isEmpty();
    }

    @Test
    void takesPatchFromExactlyItsBase() {
        hasBase();
        Patch patch = Orders.patch(1000, 100);
        assertThat(fetches(patching(patch))).containsExactly(patch);
        has(nothing("v2").withPatch(HeldPatch.of(HeldPatch.Stand.FETCHED, patch)));
        assertThat(next(patching(patch))).singleElement().isInstanceOfSatisfying(Step.Unpack.class,
            step -> assertThat(step.patch()).isEqualTo(patch));
    }

    /** The fetched patch, or null for the whole payload. */
    private List<Patch> fetches(Order order) {
        return next(order).stream().filter(Step.Fetch.class::isInstance).map(step -> ((Step.Fetch) step).patch()).toList();
    }

    @Test
    void fetchesPayloadWithoutPatch() {
        Patch patch = Orders.patch(1000, 100);
        assertThat(fetches(order(2, 0, "", patched("v2", content(1001), List.of("v1"), List.of(patch), "host2"))))
            .containsExactly((Patch) null);
        hasBase();
        assertThat(fetches(patching())).containsExactly((Patch) null);
        assertThat(fetches(patching(Orders.patch(999, 100)))).containsExactly((Patch) null);
        host.setBase(new Base(key("v1"), content(1000), false, false));
        assertThat(fetches(patching(patch))).containsExactly((Patch) null);
        has(nothing("v2").withPatch(HeldPatch.of(HeldPatch.Stand.REFUSED, patch)));
        hasBase();
        assertThat(fetches(patching(patch))).containsExactly((Patch) null);
    }

    private boolean mayCome(Order order) {
        Target target = order.targets().get(0);
        return new PatchPlan(target, target.release("v2"), nothing("v2"), host, false).mayCome();
    }

    @Test
    void patchMayComeUntilAnOrderNamesIt() {
        assertThat(mayCome(patching())).as("there is no base").isFalse();
        hasBase();
        assertThat(mayCome(patching())).isTrue();
        assertThat(mayCome(patching(Orders.patch(1000, 100)))).isFalse();
        assertThat(mayCome(patching(Orders.patch(999, 100)))).as("from another base").isTrue();
        Order withoutPatch = order(2, 0, "v1", release("v1", content(1000)), release("v2", content(1001), "host2"));
        assertThat(mayCome(withoutPatch)).isFalse();
        host.setBase(new Base(key("v1"), content(1000), false, false));
        assertThat(mayCome(patching())).as("the base was changed").isFalse();
    }

    @Test
    void comparesBaseBeforeFetching() {
        has(nothing("v1").withPlaced(content(1000), 1));
        host.setActive(Orders.DESTINATION, "v1");
        Order order = patching(Orders.patch(1000, 100));
        assertThat(next(order)).containsExactly(new Step.LookAtBase(key("v1"), content(1000)));
        host.setBase(new Base(key("v1"), content(1000), false, true));
        assertThat(next(order)).isEmpty();
        host.setBase(new Base(key("v1"), content(999), true, false));
        assertThat(next(order)).as("of what was there before").hasOnlyElementsOfType(Step.LookAtBase.class);
    }

    @Test
    void switchesToPatchEarly() {
        hasBase();
        has(nothing("v2").working(Work.FETCHING, content(1001)));
        Order order = patching(Orders.patch(1000, 100));
        host.setFetched(key("v2"), 801);
        assertThat(next(order)).containsExactly(new Step.Withdraw(key("v2"), false));
        host.setFetched(key("v2"), 802);
        assertThat(next(order)).isEmpty();
        has(nothing("v2").working(Work.FETCHING, content(100)));
        assertThat(next(order)).as("the patch comes").isEmpty();
        assertThat(next(patching())).containsExactly(new Step.Withdraw(key("v2"), false));
    }

    @Test
    void dropsPayloadOfBaseForReleaseFromPatch() {
        hasBase();
        Patch patch = Orders.patch(1000, 100);
        Holding base = nothing("v1").withPlaced(content(1000), 1).withPayload(content(1000), -1);
        has(base);
        Step drop = new Step.Withdraw(key("v1"), true);
        has(nothing("v2").working(Work.FETCHING, content(1001)));
        assertThat(next(patching())).as("no patch yet").isEmpty();
        has(nothing("v2").working(Work.FETCHING, patch.content()));
        assertThat(next(patching(patch))).containsExactly(drop);
        has(nothing("v2").withPatch(HeldPatch.of(HeldPatch.Stand.FETCHED, patch)));
        assertThat(next(patching(patch))).hasSize(2).contains(drop);
        has(base.working(Work.REMOVING, null));
        assertThat(next(patching(patch))).hasSize(1).doesNotContain(drop);
        has(base);
        has(nothing("v2").withPatch(HeldPatch.of(HeldPatch.Stand.REFUSED, patch)));
        assertThat(next(patching(patch))).as("the whole payload comes").hasSize(1).doesNotContain(drop);
        has(nothing("v2").withPatch(HeldPatch.of(HeldPatch.Stand.FETCHED, patch)));
        Order both = order(2, 0, "v1", release("v1", content(1000), "host3"),
            patched("v2", content(1001), List.of("v1"), List.of(patch), "host2"));
        assertThat(next(both)).as("a deploy is about the base").doesNotContain(drop);
    }

    @Test
    void firstMakerMakesPatch() {
        has(nothing("v1").withPlaced(content(1000), 1));
        host.setActive(Orders.DESTINATION, "v1");
        Order order = order(2, 0, "v1", release("v1", content(1000)), patched("v2", null, List.of("v1"), List.of(), SELF, "host2"));
        assertThat(next(order)).extracting(step -> step.getClass().getSimpleName()).containsExactly("MakePatch", "Make");
        assertThat(next(order(2, 0, "v1", release("v1", content(1000)), patched("v2", null, List.of("v1"), List.of(), "host2", SELF))))
            .hasOnlyElementsOfType(Step.Make.class);
        assertThat(next(order(2, 0, "v1", release("v1", content(1000)), patched("v2", null, List.of("v0"), List.of(), SELF))))
            .as("of another base").hasOnlyElementsOfType(Step.Make.class);
        has(nothing("v2").withPatch(HeldPatch.of(HeldPatch.Stand.REFUSED, null)).working(Work.MAKING, null));
        assertThat(next(order)).as("once").isEmpty();
    }

    @Test
    void forgetsPatchThatNoOrderNames() {
        hasBase();
        Patch patch = Orders.patch(1000, 100);
        has(nothing("v2").withStaged(content(1001)).withPatch(HeldPatch.of(HeldPatch.Stand.APPLIED, patch)));
        assertThat(next(patching(patch))).isEmpty();
        assertThat(next(order(3, 0, "", release("v2", content(1001))))).containsExactly(new Step.DropPatch(key("v2")));
        has(nothing("v2").withPatch(HeldPatch.of(HeldPatch.Stand.APPLIED, patch)));
        assertThat(next(order(3, 0, ""))).containsExactly(new Step.Withdraw(key("v2"), true));
    }

    @Test
    void keepsPatchWhileUnpackingFromIt() {
        hasBase();
        Holding fetched = nothing("v2").withPatch(HeldPatch.of(HeldPatch.Stand.FETCHED, Orders.patch(1000, 100)));
        has(fetched.working(Work.UNPACKING, content(1001)));
        assertThat(next(patching())).isEmpty();
        has(fetched);
        assertThat(next(patching())).contains(new Step.DropPatch(key("v2")));
    }

    @Test
    void usesPatchOfHalfThePayload() {
        assertThat(PatchPlan.isWorth(50, 100)).isTrue();
        assertThat(PatchPlan.isWorth(51, 100)).isFalse();
        assertThat(PatchPlan.isWorth(50, 99)).isFalse();
    }

    @Test
    void hostWithoutRootsOnlyMakes() {
        Order order = order(1, 0, "v1", release("v1", content(1)), release("v2", null, SELF));
        assertThat(AgentPlan.next(order, SELF, "", false, host, 0)).hasOnlyElementsOfType(Step.Make.class).hasSize(1);
    }
}
