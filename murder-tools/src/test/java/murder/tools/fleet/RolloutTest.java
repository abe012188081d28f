package murder.tools.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import murder.order.Who;
import murder.tools.agent.AgentReport;
import murder.tools.agent.AgentState;
import murder.tools.agent.Cause;
import murder.tools.fleet.RolloutStep.Kind;
import murder.tools.fleet.Rollout.Phase;
import murder.tools.fleet.RolloutBed.Wishes;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    // ---- the way of a deploy ----

    @Test
    void deployHoldsStagesActivates() {
        RolloutBed bed = new Wishes().of(3).joined();
        assertThat(bed.step()).isEqualTo(Kind.HOLD);
        assertThat(bed.step()).isNull();
        bed.report("h2", AgentState.WAITING);
        bed.report("h1", AgentState.MADE);
        assertThat(bed.step()).isEqualTo(Kind.CONTENT);
        assertThat(bed.rollout.content()).isEqualTo(RolloutBed.MADE);
        bed.report("h1", AgentState.STAGED);
        bed.report("h2", AgentState.FETCHING);
        bed.report("h3", AgentState.STAGED);
        assertThat(bed.step()).isNull();
        bed.report("h2", AgentState.STAGED);
        assertThat(bed.step()).isEqualTo(Kind.ACTIVATE);
        assertThat(bed.published().get(2).ended()).isTrue();
        assertThat(bed.published().get(2).wave().who()).containsExactly(new Who.All());
        bed.report("h1", AgentState.ACTIVE);
        bed.report("h2", AgentState.ACTIVE);
        assertThat(bed.step()).isNull();
        assertThat(bed.rollout.isOver()).isFalse();
        bed.report("h3", AgentState.ACTIVE);
        assertThat(bed.step()).isNull();
        assertThat(bed.rollout.isOver()).isTrue();
        assertThat(bed.rollout.doneCount()).isEqualTo(3);
        assertThat(bed.rollout.failure()).isEmpty();
    }

    @Test
    void laterWavesKeepEndOfFirstHost() {
        RolloutBed bed = new Wishes().waves("1,100%", false).of(2).staged();
        assertThat(bed.step()).isEqualTo(Kind.ACTIVATE);
        bed.pass(SECOND_NS);
        bed.report("h1", AgentState.ACTIVE);
        long endNs = bed.nowNs;
        assertThat(bed.step()).isEqualTo(Kind.ACTIVATE);
        bed.pass(SECOND_NS);
        bed.reportAll(AgentState.ACTIVE);
        assertThat(bed.host("h1").endNs()).isEqualTo(endNs);
        assertThat(bed.host("h2").endNs()).isEqualTo(bed.nowNs);
    }

    @Test
    void nothingIsPublishedWithoutTrackerHost() {
        RolloutBed bed = new Wishes().of(2);
        assertThat(bed.step()).isNull();
        bed.rollout.onAttached(true);
        assertThat(bed.step()).isEqualTo(Kind.HOLD);
        bed.report("h1", AgentState.MADE);
        bed.rollout.onAttached(false);
        assertThat(bed.step()).isNull();
        bed.rollout.onAttached(true);
        assertThat(bed.step()).isEqualTo(Kind.CONTENT);
    }

    @Test
    void stageEndsWithoutActivation() {
        RolloutBed bed = new Wishes().stagesOnly().of(2).staged();
        assertThat(bed.step()).isEqualTo(Kind.END);
        assertThat(bed.rollout.isOver()).isTrue();
        assertThat(bed.published()).extracting(RolloutStep::kind).containsExactly(Kind.HOLD, Kind.CONTENT, Kind.END);
    }

    @Test
    void knownContentNeedsNoMaker() {
        RolloutBed bed = new Wishes().makers().of(2).joined();
        assertThat(bed.step()).isEqualTo(Kind.CONTENT);
        bed.reportAll(AgentState.STAGED);
        assertThat(bed.step()).isEqualTo(Kind.ACTIVATE);
    }

    @Test
    void reportsOfOlderOrdersProveNothing() {
        RolloutBed bed = new Wishes().makers().of(1).joined();
        bed.step();
        bed.report("h1", AgentState.STAGED, bed.serial - 1, 0, "");
        assertThat(bed.step()).isNull();
        bed.report("h1", AgentState.STAGED);
        assertThat(bed.step()).isEqualTo(Kind.ACTIVATE);
    }

    @Test
    void reportsOfOtherReleasesCountNot() {
        RolloutBed bed = new Wishes().makers().of(1).joined();
        bed.step();
        bed.rollout.onReport(new AgentReport("h1", "", bed.serial, RolloutBed.TARGET, "v1", AgentState.ACTIVE, "v1", List.of(), 0, 0, 0, "",
            null, null, AgentReport.Spent.NOTHING, null, false), bed.nowNs);
        bed.rollout.onReport(new AgentReport("stranger", "", bed.serial, RolloutBed.TARGET, RolloutBed.TAG, AgentState.FAILED, "",
            List.of(), 0, 0, 0, "no", null, null, AgentReport.Spent.NOTHING, null, false), bed.nowNs);
        assertThat(bed.step()).isNull();
        assertThat(bed.rollout.failedCount()).isZero();
    }

    // ---- hosts that fail ----

    @Test
    void failuresBeyondToleranceWithdraw() {
        RolloutBed bed = new Wishes().tolerating(1).of(3).staged();
        bed.report("h2", AgentState.FAILED, bed.serial, 0, "no space\nleft");
        bed.report("h3", AgentState.FAILED, bed.serial, 0, "read-only");
        assertThat(bed.step()).isEqualTo(Kind.WITHDRAW);
        assertThat(bed.published().get(2).ended()).isTrue();
        assertThat(bed.rollout.failure()).isEqualTo("2 of 3 hosts failed to stage it, so no host has changed");
        assertThat(bed.host("h2").reason()).isEqualTo("no space left");
        assertThat(bed.step()).isNull();
        assertThat(bed.rollout.phase()).isEqualTo(Phase.WITHDRAWING);
        bed.report("h1", AgentState.WITHDRAWN);
        assertThat(bed.step()).isNull();
        assertThat(bed.rollout.isOver()).isTrue();
    }

    @Test
    void toleratedFailuresLetOthersActivate() {
        RolloutBed bed = new Wishes().tolerating(1).of(3).staged();
        bed.report("h2", AgentState.FAILED, bed.serial, 0, "no space");
        assertThat(bed.step()).isEqualTo(Kind.ACTIVATE);
        assertThat(bed.published().get(2).wave().hosts()).containsExactly("h1", "h3");
        bed.report("h1", AgentState.ACTIVE);
        bed.report("h3", AgentState.ACTIVE);
        bed.step();
        assertThat(bed.rollout.isOver()).isTrue();
        assertThat(bed.rollout.failedCount()).isEqualTo(1);
        assertThat(bed.rollout.failure()).isEmpty();
    }

    @Test
    void failureOfAllIsNeverTolerated() {
        RolloutBed bed = new Wishes().makers().tolerating(5).of(2).joined();
        bed.step();
        bed.names().forEach(name -> bed.report(name, AgentState.FAILED, bed.serial, 0, "no"));
        assertThat(bed.step()).isEqualTo(Kind.WITHDRAW);
    }

    @Test
    void ignoresFailureOfEarlierOrder() {
        RolloutBed bed = new Wishes().of(2).joined();
        bed.report("h1", AgentState.FAILED, 7, 0, "of last week");
        assertThat(bed.host("h1").isFailed()).isFalse();
        bed.step();
        bed.report("h1", AgentState.FAILED, bed.serial - 1, 0, "of last week");
        assertThat(bed.host("h1").isFailed()).isFalse();
        bed.report("h1", AgentState.FAILED, bed.serial, 0, "of today");
        assertThat(bed.host("h1").reason()).isEqualTo("of today");
    }

    @Test
    void retryingHostMaySucceed() {
        RolloutBed bed = new Wishes().of(2).staged();
        bed.report("h2", AgentState.FAILED, bed.serial, 0, "connection reset");
        bed.report("h1", AgentState.FETCHING, bed.serial, 10, "");
        bed.report("h2", AgentState.FETCHING, bed.serial, 10, "");
        assertThat(bed.host("h2").isFailed()).isFalse();
        bed.reportAll(AgentState.STAGED);
        assertThat(bed.step()).isEqualTo(Kind.ACTIVATE);
    }

    @Test
    void retryingHostFailsAtTheEnd() {
        RolloutBed bed = new Wishes().tolerating(1).of(2).staged();
        bed.report("h2", AgentState.FAILED, bed.serial, 0, "disk full");
        bed.step();
        bed.report("h1", AgentState.ACTIVE);
        bed.step();
        bed.report("h2", AgentState.FETCHING, bed.serial, 10, "");
        assertThat(bed.host("h2").isFailed()).isFalse();
        bed.rollout.onOver(bed.nowNs);
        assertThat(bed.host("h2").reason()).isEqualTo("disk full");
        assertThat(bed.host("h1").isFailed()).isFalse();
    }

    /** It keeps what it had under this tag. */
    @Test
    void hostWithAnotherContentOfTheTagStaysFailed() {
        RolloutBed bed = new Wishes().of(2).staged();
        bed.names().forEach(name -> bed.report(name, AgentState.FAILED, bed.serial, 0, "destination is not empty"));
        assertThat(bed.step()).isEqualTo(Kind.WITHDRAW);
        bed.rollout.onReport(new AgentReport("h1", "", bed.serial, RolloutBed.TARGET, RolloutBed.TAG, AgentState.ACTIVE, RolloutBed.TAG,
            List.of(RolloutBed.TAG), 100, 0, 0, "", null, RolloutBed.content(7), AgentReport.Spent.NOTHING, null, false), bed.nowNs);
        bed.rollout.onOver(bed.nowNs);
        assertThat(bed.host("h1").reason()).isEqualTo("destination is not empty");
        assertThat(bed.host("h2").isFailed()).isTrue();
    }

    @Test
    void lostAgentFailsUntilItReturns() {
        RolloutBed bed = new Wishes().makers().of(2).joined();
        bed.step();
        bed.report("h2", AgentState.FETCHING, bed.serial, 40, "");
        bed.report("h2", AgentState.LOST, bed.serial, 40, "silent for 20 s");
        bed.pass(4 * SECOND_NS);
        assertThat(bed.host("h2").isFailed()).isFalse();
        bed.pass(SECOND_NS);
        assertThat(bed.host("h2").reason()).startsWith("the tracker no longer hears from its agent").contains("silent for 20 s");
        bed.report("h2", AgentState.FETCHING, bed.serial, 40, "");
        assertThat(bed.host("h2").isFailed()).isFalse();
    }

    /** Another deploy was in need of its agent, and this one brings another agent, or a further root. */
    @Test
    void hostDoesNotFailWhileItsAgentChanges() {
        RolloutBed bed = new Wishes().makers().of(3).joined();
        bed.step();
        bed.report("h2", AgentState.LOST, bed.serial, 0, "the agent has ended");
        bed.rollout.onReport(new AgentReport("h3", "", bed.serial, RolloutBed.TARGET, RolloutBed.TAG, AgentState.FAILED, "", List.of(), 0,
            0, 0, "not below a root", Cause.ROOTS, null, AgentReport.Spent.NOTHING, null, false), bed.nowNs);
        bed.pass(3 * SECOND_NS);
        bed.report("h2", AgentState.FETCHING, bed.serial, 40, "");
        bed.pass(3 * SECOND_NS);
        assertThat(bed.host("h2").isFailed()).isFalse();
        assertThat(bed.host("h3").reason()).isEqualTo("not below a root");
        assertThat(bed.host("h3").mayRecover()).isFalse();
    }

    @Test
    void unreachableHostFailsWithoutReport() {
        RolloutBed bed = new Wishes().makers().of(2);
        bed.rollout.onAttached(true);
        bed.step();
        bed.rollout.onUnreachable("h2", "ssh: connection refused", bed.nowNs);
        assertThat(bed.host("h2").isUnreachable()).isTrue();
        bed.rollout.onJoined("h1", bed.nowNs);
        bed.rollout.onUnreachable("h1", "ssh ended", bed.nowNs);
        assertThat(bed.host("h1").isFailed()).isFalse();
        bed.report("h2", AgentState.STAGED);
        assertThat(bed.host("h2").isFailed()).isFalse();
    }

    // ---- limits ----

    @Test
    void stalledHostFailsAfterMinute() {
        RolloutBed bed = new Wishes().makers().of(2).joined();
        bed.step();
        bed.report("h1", AgentState.STAGED);
        bed.pass(10 * SECOND_NS);
        bed.report("h2", AgentState.FETCHING, bed.serial, 40, "no peer has the rest");
        bed.pass(Rollout.STALL_NS);
        assertThat(bed.host("h2").isFailed()).isFalse();
        // A rate or what it sent is no progress.
        bed.rollout.onReport(new AgentReport("h2", "", bed.serial, RolloutBed.TARGET, RolloutBed.TAG, AgentState.FETCHING, "", List.of(),
            40, 99, 77, "no peer has the rest", null, RolloutBed.MADE, AgentReport.Spent.NOTHING, null, false), bed.nowNs);
        bed.pass(1);
        assertThat(bed.host("h2").reason()).isEqualTo("no progress for 1:00; its last report: fetching 40.0 %, no peer has the rest");
        assertThat(bed.host("h1").isFailed()).isFalse();
    }

    @Test
    void progressKeepsASlowHost() {
        RolloutBed bed = new Wishes().makers().of(1).joined();
        bed.step();
        for (int i = 1; i < 10; i++) {
            bed.pass(Rollout.STALL_NS);
            bed.report("h1", AgentState.FETCHING, bed.serial, i, "");
        }
        assertThat(bed.host("h1").isFailed()).isFalse();
    }

    @Test
    void namesAgentWithoutReport() {
        RolloutBed bed = new Wishes().makers().of(1).joined();
        bed.step();
        bed.pass(Rollout.STALL_NS + 1);
        assertThat(bed.host("h1").reason()).isEqualTo("its agent runs, but the tracker h1:8998 has not heard from it for 1:00;"
            + " see whether that port is open for this host");
    }

    @Test
    void sshHasItsOwnLimit() {
        RolloutBed bed = new Wishes().makers().of(1);
        bed.rollout.onAttached(true);
        bed.step();
        bed.pass(10 * Rollout.STALL_NS);
        assertThat(bed.host("h1").isFailed()).isFalse();
    }

    @Test
    void hostsWaitForMaker() {
        RolloutBed bed = new Wishes().of(2).joined();
        bed.step();
        bed.report("h2", AgentState.WAITING);
        bed.report("h1", AgentState.MAKING);
        bed.pass(Rollout.DISK_STALL_NS);
        assertThat(bed.host("h1").isFailed()).isFalse();
        bed.pass(1);
        assertThat(bed.host("h2").isFailed()).isFalse();
        assertThat(bed.host("h1").isFailed()).isTrue();
        assertThat(bed.step()).isEqualTo(Kind.WITHDRAW);
        assertThat(bed.rollout.failure()).startsWith("packing failed on h1, so the others were left alone: no progress");
    }

    @Test
    void timeoutLimitsStaging() {
        RolloutBed bed = new Wishes().makers().timeout(5 * SECOND_NS).of(2).joined();
        bed.step();
        bed.report("h1", AgentState.STAGED);
        bed.report("h2", AgentState.FETCHING, bed.serial, 50, "");
        bed.pass(5 * SECOND_NS);
        assertThat(bed.host("h2").isFailed()).isFalse();
        bed.pass(1);
        assertThat(bed.host("h2").reason()).isEqualTo("not staged within the time limit; timeout= sets another");
        assertThat(bed.host("h1").isFailed()).isFalse();
    }

    @Test
    void withdrawalWaitsTenSecondsAtMost() {
        RolloutBed bed = new Wishes().of(3).staged();
        bed.report("h3", AgentState.FAILED, bed.serial, 0, "no");
        bed.step();
        bed.report("h1", AgentState.WITHDRAWN);
        bed.pass(Rollout.CLOSING_NS);
        assertThat(bed.step()).isNull();
        assertThat(bed.rollout.isOver()).isFalse();
        bed.pass(1);
        bed.step();
        assertThat(bed.rollout.isOver()).isTrue();
        assertThat(bed.rollout.hasHeard(bed.host("h1"))).isTrue();
        assertThat(bed.rollout.hasHeard(bed.host("h2"))).isFalse();
    }

    /** Twenty gigabytes take longer than a minute, and nothing is reported meanwhile. */
    @Test
    void unpackingHostHasMoreTime() {
        RolloutBed bed = new Wishes().makers().of(1).joined();
        bed.step();
        bed.report("h1", AgentState.UNPACKING);
        bed.pass(Rollout.DISK_STALL_NS);
        assertThat(bed.host("h1").isFailed()).isFalse();
        bed.pass(1);
        assertThat(bed.host("h1").reason()).startsWith("no progress for 15:00; its last report: unpacking");
    }

    // ---- makers ----

    @Test
    void makersMustMakeTheSame() {
        RolloutBed bed = new Wishes().makers("h1", "h2").of(3).joined();
        bed.step();
        bed.report("h1", AgentState.MADE);
        assertThat(bed.step()).isNull();
        bed.rollout.onReport(new AgentReport("h2", "", bed.serial, RolloutBed.TARGET, RolloutBed.TAG, AgentState.MADE, "", List.of(), 0, 0,
            0, "", null, RolloutBed.content(2), AgentReport.Spent.NOTHING, null, false), bed.nowNs);
        assertThat(bed.step()).isEqualTo(Kind.WITHDRAW);
        assertThat(bed.rollout.failure()).isEqualTo("the seeders h1 and h2 do not have the same files at /src");
    }

    @Test
    void packsNothingWithoutHosts() {
        RolloutBed bed = new Wishes().makers("seeder").of(2).joined();
        bed.step();
        bed.names().forEach(name -> bed.report(name, AgentState.FAILED, bed.serial, 0, "occupied"));
        assertThat(bed.step()).isEqualTo(Kind.WITHDRAW);
        assertThat(bed.rollout.failure()).isEqualTo("2 of 2 hosts failed before anything was made");
    }

    // ---- waves and the gate ----

    @Test
    void passedGateOpensTheNextWave() {
        RolloutBed bed = new Wishes().waves("1,100%", true).of(4).staged();
        assertThat(bed.step()).isEqualTo(Kind.ACTIVATE);
        assertThat(bed.published().get(2).wave().who()).containsExactly(new Who.Names(List.of("h1")));
        assertThat(bed.published().get(2).ended()).isFalse();
        bed.report("h1", AgentState.ACTIVE);
        assertThat(bed.step()).isEqualTo(Kind.GATE);
        assertThat(bed.step()).isNull();
        bed.pass(3600 * SECOND_NS);
        assertThat(bed.rollout.failedCount()).as("while people look at graphs").isZero();
        bed.rollout.onGate("", bed.nowNs);
        assertThat(bed.step()).isEqualTo(Kind.ACTIVATE);
        bed.reportAll(AgentState.ACTIVE);
        assertThat(bed.step()).isEqualTo(Kind.GATE);
        bed.rollout.onGate("", bed.nowNs);
        assertThat(bed.step()).isEqualTo(Kind.END);
        assertThat(bed.rollout.isOver()).isTrue();
        assertThat(bed.rollout.failure()).isEmpty();
    }

    /** No agent has reported on the last order. */
    @Test
    void activeHostsHaveReleaseAfterGates() {
        RolloutBed bed = new Wishes().waves("1,100%", true).of(2).staged();
        bed.step();
        bed.report("h1", AgentState.ACTIVE);
        bed.step();
        bed.rollout.onGate("", bed.nowNs);
        bed.step();
        assertThat(bed.rollout.isAtGoal(bed.host("h2"))).isFalse();
        bed.reportAll(AgentState.ACTIVE);
        bed.step();
        bed.rollout.onGate("", bed.nowNs);
        assertThat(bed.step()).isEqualTo(Kind.END);
        assertThat(bed.rollout.isOver()).isTrue();
        assertThat(bed.rollout.doneCount()).isEqualTo(2);
        assertThat(bed.rollout.isAtGoal(bed.host("h1"))).isTrue();
        assertThat(bed.rollout.isAtGoal(bed.host("h2"))).isTrue();
    }

    @Test
    void failedGateRestoresPreviousRelease() {
        RolloutBed bed = new Wishes().waves("1,100%", true).of(3).staged();
        bed.step();
        bed.report("h1", AgentState.ACTIVE);
        bed.step();
        bed.rollout.onGate("status 3", bed.nowNs);
        assertThat(bed.step()).isEqualTo(Kind.RETURN);
        assertThat(bed.rollout.doneCount()).isZero();
        assertThat(bed.rollout.failure()).isEqualTo("the gate after 1 host failed: status 3");
        assertThat(bed.rollout.phase()).isEqualTo(Phase.RETURNING);
        bed.report("h2", AgentState.WITHDRAWN);
        bed.report("h3", AgentState.WITHDRAWN);
        bed.reportOlder("h1", RolloutBed.TAG);
        bed.step();
        assertThat(bed.rollout.isOver()).as("the link of h1 has not moved yet").isFalse();
        bed.reportOlder("h1", "older");
        bed.step();
        assertThat(bed.rollout.isOver()).isTrue();
    }

    @Test
    void refusesBadWavesFirst() {
        assertThatThrownBy(() -> new Wishes().waves("10,1", false).of(20)).hasMessageContaining("waves grow");
    }

    // ---- the user, and the way to the tracker's host ----

    @Test
    void earlyCancelEndsAtOnce() {
        RolloutBed bed = new Wishes().of(2);
        bed.rollout.cancel(bed.nowNs);
        assertThat(bed.step()).isNull();
        assertThat(bed.rollout.isOver()).isTrue();
    }

    @Test
    void cancelWhileStagingWithdraws() {
        RolloutBed bed = new Wishes().of(2).joined();
        bed.step();
        bed.rollout.cancel(bed.nowNs);
        assertThat(bed.step()).isEqualTo(Kind.WITHDRAW);
    }

    @Test
    void cancelWhileOrderIsWrittenWithdraws() {
        RolloutBed bed = new Wishes().of(2).staged();
        assertThat(bed.rollout.next(bed.nowNs).kind()).isEqualTo(Kind.ACTIVATE); // It is not published.
        bed.rollout.cancel(bed.nowNs);
        assertThat(bed.step()).isEqualTo(Kind.WITHDRAW);
    }

    @Test
    void overtakenOrderIsNoFurtherWave() {
        RolloutBed bed = new Wishes().waves("1,100%", false).of(3).staged();
        bed.step();
        bed.rollout.onPublished(bed.published().get(2), ++bed.serial, bed.nowNs);
        bed.report("h1", AgentState.ACTIVE);
        assertThat(bed.step()).isEqualTo(Kind.ACTIVATE);
        assertThat(bed.published().get(3).wave().hosts()).containsExactly("h1", "h2", "h3");
    }

    @Test
    void cancelBetweenWavesKeepsActiveHosts() {
        RolloutBed bed = new Wishes().waves("1,100%", true).of(3).staged();
        bed.step();
        bed.report("h1", AgentState.ACTIVE);
        assertThat(bed.step()).isEqualTo(Kind.GATE);
        bed.rollout.cancel(bed.nowNs);
        bed.rollout.onGate("interrupted", bed.nowNs);
        assertThat(bed.step()).isEqualTo(Kind.END);
        assertThat(bed.published().get(3).wave().hosts()).containsExactly("h1");
        assertThat(bed.rollout.isOver()).isTrue();
    }

    @Test
    void cancelWaitsTenSecondsForTracker() {
        RolloutBed bed = new Wishes().of(2).joined();
        bed.step();
        bed.rollout.onAttached(false);
        bed.rollout.cancel(bed.nowNs);
        bed.pass(Rollout.CLOSING_NS);
        assertThat(bed.step()).isNull();
        assertThat(bed.rollout.isOver()).isFalse();
        bed.rollout.onAttached(true);
        assertThat(bed.step()).isEqualTo(Kind.WITHDRAW);
    }

    @Test
    void lostTrackerHostEndsIt() {
        RolloutBed bed = new Wishes().of(2);
        bed.rollout.abort("the way to the tracker h1 is lost");
        bed.rollout.abort("a later reason");
        assertThat(bed.step()).isNull();
        assertThat(bed.rollout.isOver()).isTrue();
        assertThat(bed.rollout.failure()).isEqualTo("the way to the tracker h1 is lost");
    }
}
