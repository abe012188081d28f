package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import murder.order.Activation;
import murder.order.Archive;
import murder.order.Layout;
import murder.order.Maker;
import murder.order.Release;
import murder.order.Target;
import murder.order.Who;
import murder.tools.fleet.RolloutStep.Kind;
import org.junit.jupiter.api.Test;

class TargetPlanTest {
    private static final Maker MAKER = new Maker(List.of("h1"), "/src", false, false, 3, 0, List.of());
    private static final Release OLD = new Release("v1", Archive.TGZ, RolloutBed.content(9), null, List.of());
    /** The last order: v1 is active everywhere. */
    private static final Target BEFORE = new Target(RolloutBed.TARGET, Layout.TAG, "", 0, false, false, List.of(OLD),
        List.of(new Activation(new Who.All(), "v1")));
    private static final Wave FIRST = new Wave(List.of("h1"), List.of(new Who.Names(List.of("h1"))));

    private static TargetPlan plan(boolean replace, Target before) {
        return new TargetPlan(RolloutBed.TARGET, Layout.TAG, RolloutBed.TARGET + "/current", 3, replace, false, false, "v2",
            Archive.TGZ, MAKER, before);
    }

    private static List<String> tags(Target target) {
        return target.releases().stream().map(Release::tag).toList();
    }

    @Test
    void oldReleaseStaysActiveUntilReplaced() {
        TargetPlan plan = plan(false, null);
        Target held = plan.at(new RolloutStep(Kind.HOLD, null, List.of(), null, false), BEFORE);
        assertThat(tags(held)).containsExactly("v1", "v2");
        assertThat(held.activeOn("h1", "")).isEqualTo("v1");
        assertThat(held.release("v2").content()).isNull();
        assertThat(held.keep()).isEqualTo(3);
        Target known = plan.at(new RolloutStep(Kind.CONTENT, RolloutBed.MADE, List.of(), null, false), held);
        assertThat(known.release("v2").content()).isEqualTo(RolloutBed.MADE);
        Target first = plan.at(new RolloutStep(Kind.ACTIVATE, RolloutBed.MADE, List.of(), FIRST, false), known);
        assertThat(first.activeOn("h1", "")).isEqualTo("v2");
        assertThat(first.activeOn("h2", "")).isEqualTo("v1");
        Target all = plan.at(new RolloutStep(Kind.ACTIVATE, RolloutBed.MADE, List.of(), Wave.all(List.of("h1", "h2")), true), first);
        assertThat(tags(all)).containsExactly("v2");
        assertThat(all.activeOn("h2", "")).isEqualTo("v2");
        assertThat(all.release("v2").maker()).isNull();
    }

    @Test
    void linkOfTheLastOrderStays() {
        Target linked = new Target(RolloutBed.TARGET, Layout.TAG, "/srv/live", 0, false, false, List.of(OLD), BEFORE.active());
        TargetPlan plan = new TargetPlan(RolloutBed.TARGET, Layout.TAG, null, 0, false, false, false, "v2", Archive.TGZ, MAKER, null);
        for (Kind kind : List.of(Kind.HOLD, Kind.ACTIVATE, Kind.RETURN, Kind.END)) {
            Target next = plan.at(new RolloutStep(kind, RolloutBed.MADE, List.of(), FIRST, false), linked);
            assertThat(next.currentLink()).as("%s", kind).isEqualTo("/srv/live");
        }
        assertThat(plan.at(new RolloutStep(Kind.HOLD, null, List.of(), null, false), null).currentLink()).isEmpty();
    }

    @Test
    void withdrawalTakesBackItsLink() {
        Target linked = new Target(RolloutBed.TARGET, Layout.TAG, "/srv/live", 0, false, false, List.of(OLD), BEFORE.active());
        RolloutStep withdraw = new RolloutStep(Kind.WITHDRAW, null, List.of(), null, true);
        for (Target before : List.of(linked, BEFORE)) {
            TargetPlan plan = plan(false, before);
            Target held = plan.at(new RolloutStep(Kind.HOLD, null, List.of(), null, false), before);
            assertThat(held.currentLink()).isEqualTo(RolloutBed.TARGET + "/current");
            assertThat(plan.at(withdraw, held).currentLink()).isEqualTo(before.currentLink());
        }
        // Another deploy has set its own link meanwhile.
        assertThat(plan(false, BEFORE).at(withdraw, linked).currentLink()).isEqualTo("/srv/live");
    }

    @Test
    void failedGateLeavesTheOldRelease() {
        TargetPlan plan = plan(false, null);
        Target first = plan.at(new RolloutStep(Kind.ACTIVATE, RolloutBed.MADE, List.of(), FIRST, false), BEFORE);
        Target back = plan.at(new RolloutStep(Kind.RETURN, RolloutBed.MADE, List.of(), null, true), first);
        assertThat(back.activeOn("h1", "")).isEqualTo("v1");
        assertThat(tags(back)).containsExactly("v1");
    }

    @Test
    void cancelKeepsFirstWave() {
        TargetPlan plan = plan(false, null);
        Target first = plan.at(new RolloutStep(Kind.ACTIVATE, RolloutBed.MADE, List.of(), FIRST, false), BEFORE);
        Target end = plan.at(new RolloutStep(Kind.END, RolloutBed.MADE, List.of(), FIRST, true), first);
        assertThat(end.activeOn("h1", "")).isEqualTo("v2");
        assertThat(end.activeOn("h2", "")).isEqualTo("v1");
    }

    /**
     * unsafe_please_delete=1 is for hosts that get the release, not for a deploy that is refused.
     */
    @Test
    void withdrawalDeletesNothing() {
        Target held = plan(true, null).at(new RolloutStep(Kind.HOLD, null, List.of(), null, false), BEFORE);
        assertThat(held.replace()).isTrue();
        Target withdrawn = plan(true, null).at(new RolloutStep(Kind.WITHDRAW, null, List.of(), null, true), held);
        assertThat(withdrawn.replace()).isFalse();
        assertThat(tags(withdrawn)).containsExactly("v1");
        assertThat(withdrawn.activeOn("h1", "")).isEqualTo("v1");
        assertThat(plan(true, null).at(new RolloutStep(Kind.RETURN, RolloutBed.MADE, List.of(), null, true), held).replace()).isTrue();
    }

    /** The same tag again, with other files, which a gate refuses. */
    @Test
    void redeployedReleaseReturnsAsItWas() {
        Release original = new Release("v2", Archive.TGZ, RolloutBed.content(7), null, List.of());
        Target active = new Target(RolloutBed.TARGET, Layout.TAG, "", 0, false, false, List.of(original),
            List.of(new Activation(new Who.All(), "v2")));
        assertThat(TargetPlan.activeEverywhere(active, "v2")).isEqualTo(original);
        assertThat(TargetPlan.activeEverywhere(active, "v1")).isNull();
        Target held = plan(false, active).at(new RolloutStep(Kind.CONTENT, RolloutBed.MADE, List.of(), null, false), active);
        Target back = plan(false, active).at(new RolloutStep(Kind.RETURN, RolloutBed.MADE, List.of(), null, true), held);
        assertThat(back.releases()).containsExactly(original);
        assertThat(back.activeOn("h1", "")).isEqualTo("v2");
    }
}
